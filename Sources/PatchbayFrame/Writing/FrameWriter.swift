public import PatchbayCore

/// Writes batches as frames: slices, gathered rows and views of the input become compact buffers, each byte copied once.
///
/// Equal batches give equal bytes. A writer keeps its working memory; one thread uses it at a time.
public struct FrameWriter: ~Copyable {
    private var plan = FramePlan()

    /// A writer without memory yet.
    public init() {}

    /// Bytes that the frame of `batch` takes; a multiple of 8.
    public mutating func size(of batch: Batch) throws(FrameError) -> Int {
        try plan.prepare(batch)
        return plan.totalLength
    }

    /// Appends the frame of `batch` as part of a call or of its answer.
    ///
    /// - Parameters:
    ///   - batch: the records.
    ///   - carried: whether each column is written, in the order key, value, time, fields; nil for all. The others have no
    ///     value in any row for who reads the frame.
    ///   - input: the bytes of the call that is answered: values that lie in them are shown there, not copied. Whoever
    ///     reads the frame needs the same bytes.
    ///   - output: where the frame goes.
    /// - Returns: the frame's length.
    @discardableResult
    public mutating func write(
        _ batch: Batch, carrying carried: [Bool]?, showing input: Bytes? = nil, to output: inout ByteBuffer
    ) throws(FrameError) -> Int {
        plan.carried = carried
        plan.input = input
        defer {
            plan.carried = nil
            plan.input = nil
        }
        return try write(batch, to: &output)
    }

    /// Appends the frame of `batch`. Begins at a multiple of 8 when `output` held a multiple of 8 bytes.
    /// - Returns: the frame's length.
    @discardableResult
    public mutating func write(_ batch: Batch, to output: inout ByteBuffer) throws(FrameError) -> Int {
        try plan.prepare(batch)
        let size = plan.totalLength
        return output.append(upTo: size) { room in
            _ = FrameRegion.with(&room) { emit(into: $0) }
            return size
        }
    }

    /// Writes the frame of `batch` to the start of `memory`, which must be at least ``size(of:)`` bytes.
    /// - Returns: the frame's length.
    @discardableResult
    public mutating func write(_ batch: Batch, into memory: inout MutableSpan<UInt8>) throws(FrameError) -> Int {
        try plan.prepare(batch)
        guard memory.count >= plan.totalLength else {
            throw FrameError(.noRoom, "the frame takes \(plan.totalLength) bytes and there is room for \(memory.count)")
        }
        _ = FrameRegion.with(&memory) { emit(into: $0) }
        return plan.totalLength
    }

    private mutating func emit(into region: FrameRegion) {
        plan.writeHead(into: region)
        var writer = ColumnWriter(region: region, buffers: plan.buffers)
        for index in plan.columns.indices where plan.isCarried(index) {
            writer.write(plan.columns[index], plan.words[index], shift: plan.shifts[index])
        }
        plan.release()
    }
}
