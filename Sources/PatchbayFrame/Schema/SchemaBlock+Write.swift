import PatchbayCore

/// The schema as tagged items: unknown tags can be skipped, so that the format may grow.
enum SchemaBlock {
    /// Appends the block of `schema`; its length is a multiple of 8.
    static func write(_ schema: Schema, to output: inout ByteBuffer) {
        var flags: UInt32 = 0
        if schema.hasKey { flags |= 1 }
        if schema.hasTime { flags |= 2 }
        if schema.isOpen { flags |= 4 }
        item(SchemaTag.flags, to: &output) { $0.append(little: flags) }
        for field in schema.fields {
            item(SchemaTag.field, to: &output) { write(field, to: &$0) }
        }
        if let template = schema.textTemplate {
            item(SchemaTag.textTemplate, isCritical: false, to: &output) { $0.append(template) }
        }
        if !schema.recordSuffix.isEmpty {
            item(SchemaTag.recordSuffix, isCritical: false, to: &output) { payload in
                for byte in schema.recordSuffix { payload.append(byte) }
            }
        }
    }

    private static func write(_ field: Field, to output: inout ByteBuffer) {
        item(FieldTag.name, to: &output) { $0.append(field.name) }
        item(FieldTag.type, to: &output) { $0.append(little: field.type.frameCode) }
        for word in field.order {
            item(FieldTag.word, to: &output) { $0.append(word) }
        }
        if field.isOnDemand {
            item(FieldTag.flags, isCritical: false, to: &output) { $0.append(little: 1 as UInt32) }
        }
        if !field.summary.isEmpty {
            item(FieldTag.summary, isCritical: false, to: &output) { $0.append(field.summary) }
        }
    }

    /// Appends one item: tag, flags, length, payload, zeros up to a multiple of 8.
    private static func item(
        _ tag: UInt16,
        isCritical: Bool = true,
        to output: inout ByteBuffer,
        _ payload: (inout ByteBuffer) -> Void
    ) {
        output.append(little: tag)
        output.append(little: isCritical ? SchemaTag.critical : 0)
        let lengthAt = output.count
        output.append(little: 0 as UInt32)
        let start = output.count
        payload(&output)
        let length = UInt32(truncatingIfNeeded: output.count - start)
        for byte in 0..<4 {
            output.replace(at: lengthAt + byte, with: UInt8(truncatingIfNeeded: length >> UInt32(8 * byte)))
        }
        output.append(repeating: 0, count: FrameFormat.padded(output.count) - output.count)
    }
}

extension ByteBuffer {
    /// Appends a number, least significant byte first.
    mutating func append<T: FixedWidthInteger & UnsignedInteger>(little value: T) {
        for byte in 0..<T.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> T(8 * byte))) }
    }
}
