public import PatchbayCore

extension WasmModule {
    /// The file with less data that means the same: without the zeros at the ends of segments, which a fresh memory has
    /// anyway, and with neighbours as one. As it is when the data is not of the plain kind that linkers write: segments
    /// in rising order that are copied to constant places of the module's own memory.
    public func packingData() -> Bytes {
        guard let section = sections.first(where: { $0.identifier == 11 }), memories.count == 1,
            !sections.contains(where: { $0.identifier == 12 }), !imports.contains(where: { $0.kind == .memory }),
            let segments = try? DataSegment.all(bytes, section)
        else { return bytes }
        var end: UInt64 = 0
        for segment in segments {
            guard UInt64(segment.start) >= end else { return bytes }
            end = UInt64(segment.start) + UInt64(segment.content.count)
        }
        return file(replacing: section, with: DataSegment.packed(segments, bytes))
    }

    private func file(replacing section: ModuleSection, with segments: [DataSegment.Packed]) -> Bytes {
        var content = ByteBuffer(capacity: section.size)
        content.append(unsigned: UInt64(segments.count))
        for segment in segments {
            content.append(UInt8(0))
            content.append(UInt8(0x41))
            content.append(signed: Int64(Int32(bitPattern: segment.start)))
            content.append(UInt8(0x0B))
            content.append(unsigned: UInt64(segment.content.count))
            content.append(segment.content.span)
        }
        var file = ByteBuffer(capacity: bytes.count)
        file.append(bytes.span.extracting(0..<section.offset))
        if !segments.isEmpty {
            file.append(UInt8(11))
            file.append(unsigned: UInt64(content.count))
            file.append(content.span)
        }
        file.append(bytes.span.extracting(section.offset + section.size..<bytes.count))
        return file.count < bytes.count ? file.finish() : bytes
    }
}

/// One segment of data that is copied to a constant place when a module is instantiated.
private struct DataSegment {
    let start: UInt32
    /// Where its bytes lie in the file.
    let content: Range<Int>

    struct Packed {
        let start: UInt32
        var content: [UInt8]
    }

    /// Zeros that are cheaper than the head of another segment.
    private static let cheapGap = 6

    /// Throws when there are others: passive ones, or ones whose place is calculated.
    static func all(_ bytes: Bytes, _ section: ModuleSection) throws(ModuleError) -> [DataSegment] {
        var reader = BinaryReader(bytes, from: section.contentOffset, to: section.offset + section.size)
        var segments: [DataSegment] = []
        for _ in 0..<(try reader.count("data segments")) {
            guard try reader.number("a segment") == 0, try reader.byte("a segment") == 0x41 else {
                throw reader.problem("another kind of segment")
            }
            let start = UInt32(truncatingIfNeeded: try reader.signedNumber("a segment"))
            guard try reader.byte("a segment") == 0x0B else { throw reader.problem("another kind of segment") }
            let size = Int(try reader.number("a segment"))
            let place = reader.offset
            try reader.skip(size, "a segment")
            segments.append(DataSegment(start: start, content: place..<place + size))
        }
        guard reader.isAtEnd else { throw reader.problem("bytes behind the data") }
        return segments
    }

    static func packed(_ segments: [DataSegment], _ bytes: Bytes) -> [Packed] {
        var packed: [Packed] = []
        for segment in segments {
            var rest = bytes.span.extracting(segment.content)
            while !rest.isEmpty, rest[rest.count - 1] == 0 { rest = rest.extracting(0..<rest.count - 1) }
            if rest.isEmpty { continue }
            if let last = packed.last {
                let gap = Int(segment.start) - Int(last.start) - last.content.count
                if gap <= cheapGap {
                    packed[packed.count - 1].content += [UInt8](repeating: 0, count: gap)
                    for index in rest.indices { packed[packed.count - 1].content.append(rest[index]) }
                    continue
                }
            }
            packed.append(Packed(start: segment.start, content: (0..<rest.count).map { rest[$0] }))
        }
        return packed
    }
}
