/// The words of a dictionary-encoded column: immutable, shared by all batches that were built with it.
///
/// Consumers may cache what they computed per word; see ``isIdentical(to:)``.
public struct WordList: Sendable {
    /// Number of words.
    public let count: Int
    @usableFromInline let starts: Buffer
    @usableFromInline let data: Buffer

    package init(count: Int, starts: Buffer, data: Buffer) {
        self.count = count
        self.starts = starts
        self.data = data
    }

    /// Whether both are the same list in memory, so that equal indices mean equal words.
    @inlinable
    public func isIdentical(to other: WordList) -> Bool { starts === other.starts }

    /// A fixed vocabulary; the index of a word is its position.
    public init(_ words: [String]) {
        var builder = WordListBuilder()
        for word in words { _ = builder.index(of: Bytes(word).span) }
        self = builder.list()
    }

    /// The word at `index`; valid as long as the list.
    @inlinable
    @_lifetime(borrow self)
    public func word(_ index: Int) -> Span<UInt8> {
        precondition(index >= 0 && index < count)
        let start = Int(starts.load(index, as: Int32.self))
        let end = Int(starts.load(index + 1, as: Int32.self))
        return data.bytes(at: start, count: end - start)
    }

    /// The Arrow buffers of the words: 32-bit offsets (`count + 1`) and text.
    public var arrowBuffers: (offsets: Buffer, data: Buffer) { (starts, data) }
}
