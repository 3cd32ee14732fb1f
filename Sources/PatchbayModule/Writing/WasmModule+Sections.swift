public import PatchbayCore

extension WasmModule {
    /// The file with the custom section `name` at its end, holding `content`, in place of any that it had, and without
    /// the custom sections that `isDropped` chooses by name. All other bytes are kept as they are.
    public func replacing(
        section name: String,
        with content: Span<UInt8>,
        dropping isDropped: (String) -> Bool = { _ in false }
    ) -> Bytes {
        var file = ByteBuffer(capacity: bytes.count + content.count + name.utf8.count + 16)
        file.append(bytes.span.extracting(0..<8))
        for section in sections {
            if section.isCustom, section.name.utf8.elementsEqual(name.utf8) || isDropped(section.name) { continue }
            file.append(bytes.span.extracting(section.offset..<section.offset + section.size))
        }
        var header = ByteBuffer(capacity: name.utf8.count + 8)
        header.append(unsigned: UInt64(name.utf8.count))
        header.append(name)
        file.append(UInt8(0))
        file.append(unsigned: UInt64(header.count + content.count))
        file.append(header.span)
        file.append(content)
        return file.finish()
    }
}

extension ByteBuffer {
    /// Appends a number as unsigned LEB128 (WebAssembly specification, section 5.2.2).
    mutating func append(unsigned number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a number as signed LEB128.
    mutating func append(signed number: Int64) {
        var rest = number
        while rest > 63 || rest < -64 {
            append(UInt8(truncatingIfNeeded: rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest & 0x7F))
    }
}
