internal import CPatchbay
internal import PatchbayCore

/// Structures that the host reads after a call; they stay until the next ``begin()``.
struct Images {
    private var buffers: [Buffer] = []

    mutating func begin() { buffers.removeAll(keepingCapacity: true) }

    mutating func text(_ text: String) -> patchbay_bytes { bytes(Array(text.utf8)) }

    mutating func bytes(_ bytes: [UInt8]) -> patchbay_bytes {
        let buffer = Buffer(capacity: bytes.count)
        for index in 0..<bytes.count { buffer.store(bytes[index], at: index) }
        buffers.append(buffer)
        return patchbay_bytes(address: HostMemory.address(buffer), length: UInt64(bytes.count))
    }

    mutating func array<T>(_ items: [T]) -> patchbay_list {
        let buffer = Buffer(capacity: items.count * MemoryLayout<T>.stride)
        for index in 0..<items.count { HostMemory.store(items[index], in: buffer, at: index * MemoryLayout<T>.stride) }
        buffers.append(buffer)
        return patchbay_list(address: HostMemory.address(buffer), count: UInt64(items.count))
    }

    mutating func schema(_ schema: Schema) -> UInt64 {
        var fields: [patchbay_field] = []
        for field in schema.fields {
            var image = patchbay_field()
            image.name = text(field.name)
            image.type = Self.type(field.type)
            image.flags = field.isOnDemand ? UInt32(PATCHBAY_FIELD_ON_DEMAND) : 0
            var words: [patchbay_bytes] = []
            for word in field.order { words.append(text(word)) }
            image.words = array(words)
            image.summary = text(field.summary)
            fields.append(image)
        }
        var image = patchbay_schema()
        image.flags =
            (schema.hasKey ? UInt32(PATCHBAY_SCHEMA_KEY) : 0) | (schema.hasTime ? UInt32(PATCHBAY_SCHEMA_TIME) : 0)
            | (schema.isOpen ? UInt32(PATCHBAY_SCHEMA_OPEN) : 0)
            | (schema.listsTime ? 0 : UInt32(PATCHBAY_SCHEMA_HIDES_TIME))
        image.fields = array(fields)
        if let template = schema.textTemplate { image.text_template = text(template) }
        image.record_suffix = bytes(schema.recordSuffix)
        return array([image]).address
    }

    static func type(_ type: FieldType) -> UInt32 {
        switch type {
        case .int64: PATCHBAY_INT64.rawValue
        case .float64: PATCHBAY_FLOAT64.rawValue
        case .bool: PATCHBAY_BOOL.rawValue
        case .utf8: PATCHBAY_UTF8.rawValue
        case .binary: PATCHBAY_BINARY.rawValue
        case .word: PATCHBAY_WORD.rawValue
        case .timestamp: PATCHBAY_TIMESTAMP.rawValue
        case .json: PATCHBAY_JSON.rawValue
        case .map(let json): json ? PATCHBAY_JSON_MAP.rawValue : PATCHBAY_MAP.rawValue
        }
    }

    static func request(_ request: patchbay_request) -> FieldRequest {
        var made = FieldRequest(all: request.flags & UInt32(PATCHBAY_WANT_ALL) != 0)
        for index in 0..<Int(truncatingIfNeeded: request.names.count) {
            let name: patchbay_bytes = HostMemory.load(request.names.address, index)
            made.insert(HostMemory.text(name))
        }
        return made
    }
}
