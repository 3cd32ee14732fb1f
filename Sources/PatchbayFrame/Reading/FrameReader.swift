public import PatchbayCore

/// Reads frames: everything is checked, nothing is copied.
///
/// The batch shows the frame's memory and keeps it alive. Text is not checked to be UTF-8: as everywhere in a batch,
/// whoever shows text repairs it. A reader remembers the last schema, so that frames of one stream share it.
public struct FrameReader: ~Copyable {
    /// Bytes that ``length(of:)`` needs.
    public static let headerSize = FrameFormat.headerSize

    private var schemaBlock: Bytes?
    private var schema: Schema?

    /// A reader that has seen no frame yet.
    public init() {}

    /// Length of the frame that begins with `bytes`; nil when there are fewer than ``headerSize``.
    /// - Throws: `notAFrame` as soon as the bytes that are there differ from a frame's beginning.
    public static func length(of bytes: Span<UInt8>) throws(FrameError) -> Int? {
        for index in 0..<min(8, bytes.count)
        where bytes[index] != UInt8(truncatingIfNeeded: FrameFormat.magic >> UInt64(index * 8)) {
            throw FrameError(.notAFrame, at: index, "the bytes do not begin like a frame")
        }
        guard bytes.count >= FrameFormat.headerSize else { return nil }
        return try FrameHeader(bytes).totalLength
    }

    /// The schema of the frame that begins with `bytes`; nil when it is not there to its end.
    public static func schema(of bytes: Span<UInt8>) throws(FrameError) -> Schema? {
        guard try length(of: bytes) != nil else { return nil }
        let header = try FrameHeader(bytes)
        guard header.schema.upperBound <= bytes.count else { return nil }
        return try SchemaBlock.read(bytes, header.schema)
    }

    /// The batch that the frame at the start of `bytes` holds; bytes behind it are ignored.
    ///
    /// The frame must begin at an address that 8 divides (`misaligned` otherwise): `Bytes(copying:)` moves one that does not.
    ///
    /// - Parameters:
    ///   - bytes: the frame.
    ///   - input: the bytes of the call that the frame answers, in which it may show values; nil for frames that stand
    ///     alone. Where they do not begin their buffer the frame's memory is changed, so it must be nobody else's.
    public mutating func read(_ bytes: Bytes, showing input: Bytes? = nil) throws(FrameError) -> Batch {
        let span = bytes.span
        guard let length = try Self.length(of: span), length <= span.count else {
            throw FrameError(.truncated, at: span.count, "the frame is cut off")
        }
        guard bytes.buffer.isAligned(at: bytes.offset, to: FrameFormat.alignment) else {
            throw FrameError(.misaligned, at: 0, "the frame begins at an odd address")
        }
        let header = try FrameHeader(span)
        let schema = try readSchema(bytes, header)
        var table = try BufferTable(bytes, header, input)
        let count = header.recordCount
        let key = schema.hasKey ? try table.column(Field(Schema.keyName, .binary), count: count) : nil
        let value = try table.column(Field(Schema.valueName, .binary), count: count)
        let time = schema.hasTime ? try table.column(Field(Schema.timeName, .timestamp), count: count) : nil
        var fields: [Column] = []
        fields.reserveCapacity(schema.fields.count)
        for field in schema.fields { fields.append(try table.column(field, count: count)) }
        try table.finish()
        return Batch(schema: schema, count: count, key: key, value: value, time: time, fields: fields)
    }

    private mutating func readSchema(_ bytes: Bytes, _ header: FrameHeader) throws(FrameError) -> Schema {
        let block = bytes.span.extracting(header.schema)
        if let schema, let schemaBlock, schemaBlock.span.elementsEqual(block) { return schema }
        let fresh = try SchemaBlock.read(bytes.span, header.schema)
        schema = fresh
        schemaBlock = Bytes(copying: block)
        return fresh
    }
}
