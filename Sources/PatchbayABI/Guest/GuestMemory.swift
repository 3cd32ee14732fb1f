internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// The memory of a plugin, as far as it reaches now: every access is checked, for what a plugin says of its memory is
/// hostile. This file is the one place of the module that touches it.
///
/// Addresses are the plugin's own: offsets in the linear memory of a module, pointers in a native plugin.
@safe
public struct GuestMemory {
    private let base: UInt
    /// Bytes; every address is below it.
    public let size: UInt64

    /// `size` bytes from `base` on, which stay where they are as long as the plugin lives.
    @unsafe
    public init(base: UnsafeMutableRawPointer?, size: UInt64) {
        self.base = UInt(bitPattern: base)
        self.size = size
    }

    /// The memory of this process, for plugins that run in it: addresses are pointers, and nothing can be checked.
    @unsafe
    public static var process: GuestMemory { unsafe GuestMemory(base: nil, size: UInt64(Int64.max)) }

    /// Whether `count` bytes from `address` on are in the memory.
    @inline(__always)
    func has(_ address: UInt64, count: UInt64) -> Bool {
        let (end, overflow) = address.addingReportingOverflow(count)
        return !overflow && end <= size && address > 0
    }

    @inline(__always)
    private func pointer(
        _ address: UInt64, _ count: UInt64, _ what: Place
    ) throws(PluginError) -> UnsafeMutableRawPointer {
        guard has(address, count: count),
            let pointer = unsafe UnsafeMutableRawPointer(bitPattern: base &+ UInt(truncatingIfNeeded: address))
        else { throw what.outside(address, count, of: size) }
        return unsafe pointer
    }

    private func pointer<T: BitwiseCopyable>(
        _ address: UInt64, count: UInt64, of type: T.Type, _ what: Place
    ) throws(PluginError) -> UnsafeMutableRawPointer {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: UInt64(MemoryLayout<T>.stride))
        guard !overflow else { throw what.outside(address, count, of: size) }
        return unsafe try pointer(address, bytes, what)
    }

    /// Throws when `count` bytes from `address` on are not in the memory.
    func check(_ address: UInt64, count: UInt64, _ what: Place) throws(PluginError) {
        _ = unsafe try pointer(address, count, what)
    }

    /// A copy of the structure at `address`, whatever its alignment.
    public func load<T: BitwiseCopyable>(
        _ type: T.Type = T.self, at address: UInt64, _ what: Place
    ) throws(PluginError) -> T {
        unsafe try pointer(address, UInt64(MemoryLayout<T>.size), what).loadUnaligned(as: T.self)
    }

    /// Writes a structure.
    public func store<T: BitwiseCopyable>(_ value: T, at address: UInt64, _ what: Place) throws(PluginError) {
        unsafe try pointer(address, UInt64(MemoryLayout<T>.size), what).storeBytes(of: value, as: T.self)
    }

    /// Writes a call frame of zeros but for its size, the instance and the batch.
    @inline(__always)
    func storeFrame(
        at address: UInt64, _ instance: UInt64, _ batch: patchbay_batch, _ what: Place
    ) throws(PluginError) {
        typealias Frame = patchbay_call_frame
        let size = MemoryLayout<Frame>.size
        let start = unsafe try pointer(address, UInt64(size), what)
        unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe start.storeBytes(of: UInt32(size), as: UInt32.self)
        unsafe start.storeBytes(of: instance, toByteOffset: FramePlaces.instance, as: UInt64.self)
        unsafe start.storeBytes(of: batch, toByteOffset: FramePlaces.batch, as: patchbay_batch.self)
    }

    /// What a call frame says that was answered to a batch.
    @inline(__always)
    func loadAnswer(at address: UInt64, _ what: Place) throws(PluginError) -> BatchAnswer {
        let start = unsafe try pointer(address, UInt64(MemoryLayout<patchbay_call_frame>.size), what)
        return unsafe BatchAnswer(
            flags: start.loadUnaligned(fromByteOffset: FramePlaces.flags, as: UInt32.self),
            token: start.loadUnaligned(fromByteOffset: FramePlaces.token, as: UInt64.self),
            output: start.loadUnaligned(fromByteOffset: FramePlaces.output, as: patchbay_bytes.self),
            errors: start.loadUnaligned(fromByteOffset: FramePlaces.errors, as: patchbay_list.self))
    }

    /// Copies of `count` structures from `address` on.
    public func array<T: BitwiseCopyable>(
        of type: T.Type, at address: UInt64, count: UInt64, _ what: Place
    ) throws(PluginError) -> [T] {
        guard count > 0 else { return [] }
        let start = unsafe try pointer(address, count: count, of: T.self, what)
        return (0..<Int(count)).map {
            unsafe start.loadUnaligned(fromByteOffset: $0 &* MemoryLayout<T>.stride, as: T.self)
        }
    }

    /// A copy of `count` bytes.
    public func bytes(at address: UInt64, count: UInt64, _ what: Place) throws(PluginError) -> Bytes {
        guard count > 0 else { return Bytes("") }
        let start = unsafe try pointer(address, count, what)
        return unsafe Bytes(copying: Span(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: Int(count)))
    }

    /// Copies `count` bytes to `place` in `target`. Throws when they have no room there.
    func copy(
        at address: UInt64, count: Int, to target: inout MutableSpan<UInt8>, at place: Int, _ what: Place
    ) throws(PluginError) {
        guard count > 0 else { return }
        guard place >= 0, place <= target.count, count <= target.count - place else {
            throw what.wrong("\(count) bytes have no room")
        }
        let start = unsafe try pointer(address, UInt64(count), what)
        unsafe target.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { unsafe (base + place).copyMemory(from: start, byteCount: count) }
        }
    }

    /// A copy of `count` bytes as text, repaired where it is not UTF-8.
    public func text(at address: UInt64, count: UInt64, _ what: Place) throws(PluginError) -> String {
        try bytes(at: address, count: count, what).text
    }

    /// Copies bytes in.
    public func write(_ bytes: Span<UInt8>, at address: UInt64, _ what: Place) throws(PluginError) {
        guard bytes.count > 0 else { return }
        let start = unsafe try pointer(address, UInt64(bytes.count), what)
        unsafe bytes.withUnsafeBytes { from in
            if let source = from.baseAddress { unsafe start.copyMemory(from: source, byteCount: from.count) }
        }
    }

    /// Copies bytes of a buffer in.
    public func copy(
        _ source: Buffer, at offset: Int, count: Int, to address: UInt64, _ what: Place
    ) throws(PluginError) {
        guard count > 0 else { return }
        try write(source.bytes(at: offset, count: count), at: address, what)
    }

    /// `count` bytes as they lie there, kept alive by `owner`; nil when too little memory follows for vector code to
    /// read on behind the end, or when they do not lie at a multiple of `alignment`.
    public func view(
        at address: UInt64, count: UInt64, alignment: UInt64 = 1, keeping owner: AnyObject, _ what: Place
    ) throws(PluginError) -> Buffer? {
        let start = unsafe try pointer(address, count, what)
        guard size - (address + count) >= UInt64(Buffer.padding), address % alignment == 0 else { return nil }
        return unsafe Buffer(unsafeMemory: start, capacity: Int(count), keeping: owner)
    }

    /// The bytes at `address` as they lie there, for one call of `body`, during which the plugin does not run.
    public func withBytes<Result>(
        at address: UInt64, count: UInt64, _ what: Place,
        _ body: (Span<UInt8>) throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        guard count > 0 else { return try body(Span<UInt8>()) }
        let start = unsafe try pointer(address, count, what)
        return try body(unsafe Span(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: Int(count)))
    }

    /// The bytes at `address`, to be written by `body`, during which the plugin does not run.
    public func withMutableBytes<Result>(
        at address: UInt64, count: UInt64, _ what: Place,
        _ body: (inout MutableSpan<UInt8>) throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        guard count > 0 else {
            var none = MutableSpan<UInt8>()
            return try body(&none)
        }
        let start = unsafe try pointer(address, count, what)
        var bytes = unsafe MutableSpan(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: Int(count))
        return try body(&bytes)
    }

    /// Copies `rows` numbers while checking that each is at least 0 and below `limit`; rows whose bit in `validity` is
    /// not set become 0. Copied, because the plugin could change what was checked.
    func copyIndices(
        at address: UInt64, rows: Int, below limit: Int, validity: Buffer?, into target: Buffer, _ what: Place
    ) throws(PluginError) {
        guard rows > 0 else { return }
        let start = unsafe try pointer(address, count: UInt64(rows), of: Int32.self, what)
        let bound = UInt32(clamping: limit)
        var worst: UInt32 = 0
        var values = target.mutableSpan(of: UInt32.self, count: rows)
        for row in 0..<rows {
            let value = unsafe start.loadUnaligned(fromByteOffset: row &* 4, as: UInt32.self)
            worst = max(worst, value)
            values[row] = value
        }
        if worst < bound { return }
        for row in 0..<rows where values[row] >= bound {
            let isNull = validity.map { $0.load(row >> 3, as: UInt8.self) & (1 << UInt8(row & 7)) == 0 } ?? false
            guard isNull else { throw what.wrong("row \(row) has word \(values[row]) of \(limit)") }
            values[row] = 0
        }
    }

    /// Copies starts and ends of `rows` values plus `shift`, checking that each lies within `limit` bytes. Returns
    /// whether each begins where the one before it ends, in which case `starts` alone, one element longer, says it all,
    /// and how many bytes they have together.
    func copyRanges(
        starts: UInt64, ends: UInt64, rows: Int, within limit: UInt64, movedBy shift: Int,
        into targets: (starts: Buffer, ends: Buffer),
        _ what: Place
    ) throws(PluginError) -> (isContiguous: Bool, total: UInt64) {
        guard rows > 0 else {
            targets.starts.store(Int32(0), at: 0)
            return (true, 0)
        }
        guard shift >= 0, shift <= Int(Int32.max) else { throw what.wrong("they lie behind 2 GiB of its input") }
        let from = unsafe try pointer(starts, count: UInt64(rows), of: Int32.self, what)
        let to = unsafe try pointer(ends, count: UInt64(rows), of: Int32.self, what)
        let bound = UInt32(clamping: min(limit, UInt64(Int(Int32.max) - shift)))
        let moved = UInt32(truncatingIfNeeded: shift)
        var isContiguous = true
        var isWrong = false
        var total: UInt64 = 0
        var last = unsafe from.loadUnaligned(as: UInt32.self)
        var firsts = targets.starts.mutableSpan(of: UInt32.self, count: rows + 1)
        var lasts = targets.ends.mutableSpan(of: UInt32.self, count: rows)
        for row in 0..<rows {
            let start = unsafe from.loadUnaligned(fromByteOffset: row &* 4, as: UInt32.self)
            let end = unsafe to.loadUnaligned(fromByteOffset: row &* 4, as: UInt32.self)
            isWrong = isWrong || start > end || end > bound
            isContiguous = isContiguous && start == last
            total &+= UInt64(end &- start)
            last = end
            firsts[row] = start &+ moved
            lasts[row] = end &+ moved
        }
        firsts[rows] = last &+ moved
        guard !isWrong else {
            for row in 0..<rows {
                let (start, end) = (firsts[row] &- moved, lasts[row] &- moved)
                if start <= end, end <= bound { continue }
                throw what.wrong("row \(row) lies at \(start) to \(end) of \(limit) bytes")
            }
            throw what.wrong("it changed while it was read")
        }
        return (isContiguous, total)
    }
}

/// Where members of a call frame lie.
private enum FramePlaces {
    @inline(__always) static var flags: Int { place(\.flags) }
    @inline(__always) static var instance: Int { place(\.instance) }
    @inline(__always) static var batch: Int { place(\.batch) }
    @inline(__always) static var token: Int { place(\.token) }
    @inline(__always) static var output: Int { place(\.output) }
    @inline(__always) static var errors: Int { place(\.errors) }

    @inline(__always)
    private static func place<T>(_ member: KeyPath<patchbay_call_frame, T>) -> Int {
        MemoryLayout<patchbay_call_frame>.offset(of: member) ?? 0
    }
}

/// What a piece of memory is said to be, for errors: put into words only when one is thrown.
public struct Place {
    private let what: StaticString
    private let column: String?

    /// A place, such as `"the bitmap"`; with a column, `"the numbers of"` it.
    public init(_ what: StaticString, _ column: String? = nil) {
        self.what = what
        self.column = column
    }

    private var words: String { column.map { "\(what) '\($0)'" } ?? "\(what)" }

    func outside(_ address: UInt64, _ count: UInt64, of size: UInt64) -> PluginError {
        wrong("\(count) bytes or elements at address \(address) are not in its memory of \(size) bytes")
    }

    func wrong(_ problem: String) -> PluginError {
        PluginError(
            .invalidResult,
            "\(words): \(problem)",
            advice: "this is a defect of the plugin; report it to its author"
        )
    }
}
