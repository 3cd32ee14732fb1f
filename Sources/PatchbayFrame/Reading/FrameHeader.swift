import PatchbayCore

/// The checked header of a frame.
struct FrameHeader {
    let recordCount: Int
    let totalLength: Int
    let bufferCount: Int
    /// Bytes of the schema block.
    let schema: Range<Int>
    /// Bytes of the buffer table.
    let table: Range<Int>

    /// The header at the start of `bytes`, which must have ``FrameFormat/headerSize`` bytes and begin with the magic.
    init(_ bytes: Span<UInt8>) throws(FrameError) {
        typealias At = FrameFormat.At
        let version = bytes.little(at: At.version, as: UInt16.self)
        guard version == FrameFormat.version else {
            throw FrameError(.unsupported, at: At.version, "the frame has version \(version)")
        }
        guard bytes.little(at: At.flags, as: UInt16.self) == 0,
            bytes.little(at: At.reserved, as: UInt64.self) == 0,
            bytes.little(at: At.reserved + 8, as: UInt64.self) == 0
        else {
            throw FrameError(.unsupported, at: At.flags, "the frame uses flags that this version does not know")
        }
        let total = bytes.little(at: At.totalLength, as: UInt64.self)
        guard total >= UInt64(FrameFormat.headerSize), total & 7 == 0, total <= UInt64(Int.max / 2) else {
            throw FrameError(.header, at: At.totalLength, "the frame cannot have \(total) bytes")
        }
        let count = bytes.little(at: At.recordCount, as: UInt32.self)
        guard count <= UInt32(Int32.max) else {
            throw FrameError(.header, at: At.recordCount, "the frame cannot have \(count) records")
        }
        totalLength = Int(total)
        recordCount = Int(count)
        bufferCount = Int(bytes.little(at: At.bufferCount, as: UInt32.self))
        schema = try Self.range(
            bytes,
            at: At.schemaOffset,
            length: UInt64(bytes.little(at: At.schemaLength, as: UInt32.self)),
            total
        )
        table = try Self.range(
            bytes,
            at: At.tableOffset,
            length: UInt64(bufferCount) * UInt64(FrameFormat.entrySize),
            total
        )
        guard schema.lowerBound >= FrameFormat.headerSize, table.lowerBound >= schema.upperBound else {
            throw FrameError(.header, at: At.schemaOffset, "header, schema and buffer table overlap")
        }
    }

    private static func range(
        _ bytes: Span<UInt8>,
        at place: Int,
        length: UInt64,
        _ total: UInt64
    ) throws(FrameError) -> Range<Int> {
        let offset = bytes.little(at: place, as: UInt64.self)
        guard offset & 7 == 0, offset <= total, length <= total - offset else {
            throw FrameError(.header, at: place, "a part of the frame lies outside it")
        }
        return Int(offset)..<Int(offset + length)
    }
}
