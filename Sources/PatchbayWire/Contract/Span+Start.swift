extension Span<UInt8> {
    /// The first `count` elements, or all when there are fewer.
    @_lifetime(copy self)
    func start(_ count: Int) -> Span<UInt8> { extracting(0..<Swift.min(count, self.count)) }
}
