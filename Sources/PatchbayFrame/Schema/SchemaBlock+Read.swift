import PatchbayCore

/// One item of a schema block: where its payload stands.
struct SchemaItem {
    let tag: UInt16
    let isCritical: Bool
    let payload: Range<Int>
    /// Where the next item begins.
    let next: Int

    /// The item at `offset` of a run of items that ends at `end`.
    init(_ bytes: Span<UInt8>, at offset: Int, end: Int) throws(FrameError) {
        guard end - offset >= SchemaTag.itemHeaderSize else {
            throw FrameError(.schema, at: offset, "an item of the schema is cut off")
        }
        tag = bytes.little(at: offset, as: UInt16.self)
        let flags = bytes.little(at: offset + 2, as: UInt16.self)
        guard flags & ~SchemaTag.critical == 0 else {
            throw FrameError(.unsupported, at: offset + 2, "an item of the schema has unknown flags")
        }
        isCritical = flags & SchemaTag.critical != 0
        let length = Int(bytes.little(at: offset + 4, as: UInt32.self))
        let start = offset + SchemaTag.itemHeaderSize
        guard length <= end - start, FrameFormat.padded(length) <= end - start else {
            throw FrameError(.schema, at: offset + 4, "an item of the schema is longer than what holds it")
        }
        payload = start..<start + length
        next = start + FrameFormat.padded(length)
    }

    /// Throws when the tag, which the reader does not know, may not be passed over.
    func skip() throws(FrameError) {
        if isCritical {
            throw FrameError(
                .unsupported, at: payload.lowerBound, "the schema has a required item of unknown kind \(tag)")
        }
    }

    func number(_ bytes: Span<UInt8>) throws(FrameError) -> UInt32 {
        guard payload.count == 4 else {
            throw FrameError(.schema, at: payload.lowerBound, "a number of the schema has not four bytes")
        }
        return bytes.little(at: payload.lowerBound, as: UInt32.self)
    }

    func text(_ bytes: Span<UInt8>) throws(FrameError) -> String {
        let span = bytes.extracting(payload)
        do {
            return String(copying: try UTF8Span(validating: span))
        } catch {
            throw FrameError(.schema, at: payload.lowerBound, "a text of the schema is not UTF-8")
        }
    }
}

extension SchemaBlock {
    /// The schema that `range` of `bytes` describes.
    static func read(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(FrameError) -> Schema {
        var flags: UInt32?
        var fields: [Field] = []
        var names = WordListBuilder()
        var template: String?
        var suffix: [UInt8] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let item = try SchemaItem(bytes, at: offset, end: range.upperBound)
            switch item.tag {
            case SchemaTag.flags: flags = try item.number(bytes)
            case SchemaTag.field:
                guard fields.count < FrameFormat.fieldLimit else {
                    throw FrameError(.schema, at: offset, "the schema has too many fields")
                }
                fields.append(try field(bytes, item.payload, &names, count: fields.count))
            case SchemaTag.textTemplate: template = try item.text(bytes)
            case SchemaTag.recordSuffix: suffix = item.payload.map { bytes[$0] }
            default: try item.skip()
            }
            offset = item.next
        }
        guard let flags else { throw FrameError(.schema, at: range.lowerBound, "the schema has no flags") }
        guard flags & ~7 == 0 else {
            throw FrameError(.unsupported, at: range.lowerBound, "the schema has unknown flags")
        }
        return Schema(
            fields: fields,
            hasKey: flags & 1 != 0,
            hasTime: flags & 2 != 0,
            isOpen: flags & 4 != 0,
            textTemplate: template,
            recordSuffix: suffix
        )
    }

    private static func field(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ names: inout WordListBuilder,
        count: Int
    ) throws(FrameError) -> Field {
        var field = Field("", .int64)
        var type: FieldType?
        var hasName = false
        var offset = range.lowerBound
        while offset < range.upperBound {
            let item = try SchemaItem(bytes, at: offset, end: range.upperBound)
            switch item.tag {
            case FieldTag.name:
                field.name = try item.text(bytes)
                hasName = true
                guard Int(names.index(of: bytes.extracting(item.payload))) == count else {
                    throw FrameError(.schema, at: offset, "two fields of the schema have one name")
                }
            case FieldTag.type:
                let code = try item.number(bytes)
                type = FieldType(frameCode: code)
                if type == nil {
                    throw FrameError(.unsupported, at: offset, "the schema has a field of unknown type \(code)")
                }
            case FieldTag.word: field.order.append(try item.text(bytes))
            case FieldTag.flags: field.isOnDemand = try item.number(bytes) & 1 != 0
            case FieldTag.summary: field.summary = try item.text(bytes)
            default: try item.skip()
            }
            offset = item.next
        }
        guard hasName, let type else {
            throw FrameError(.schema, at: range.lowerBound, "a field of the schema has no name or no type")
        }
        field.type = type
        return field
    }
}

extension Span where Element == UInt8 {
    /// The number at `offset`, least significant byte first. Traps when it does not lie inside.
    func little<T: FixedWidthInteger & UnsignedInteger>(at offset: Int, as type: T.Type) -> T {
        var value: T = 0
        for byte in 0..<T.bitWidth / 8 { value |= T(truncatingIfNeeded: self[offset + byte]) << T(8 * byte) }
        return value
    }
}
