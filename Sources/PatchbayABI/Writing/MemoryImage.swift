internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Writes small structures into a plugin's memory: options, schemas, requests. They stay until its next call is over.
struct MemoryImage {
    private let session: GuestSession
    private var image = ImageBytes()

    init(_ session: GuestSession) {
        self.session = session
    }

    /// Name of the capability and options, for CREATE.
    mutating func create(
        _ capability: Capability, _ configuration: PluginConfiguration
    ) throws(PluginError) -> (name: patchbay_bytes, options: patchbay_list) {
        let entries = configuration.values.sorted { $0.key < $1.key }
        let table = image.reserve(entries.count * MemoryLayout<patchbay_option>.stride)
        for (index, entry) in entries.enumerated() {
            let option = option(entry.key, entry.value)
            image.put(
                option, at: table + index * MemoryLayout<patchbay_option>.stride,
                addresses: [0, MemoryLayout<patchbay_option>.offset(of: \.text)])
        }
        let name = image.append(capability.description)
        let base = try finish()
        return (
            patchbay_bytes(address: base + name.place, length: name.length),
            patchbay_list(address: entries.isEmpty ? 0 : base + UInt64(table), count: UInt64(entries.count))
        )
    }

    private mutating func option(_ name: String, _ value: ConfigNode) -> patchbay_option {
        var option = patchbay_option()
        option.name = append(name)
        switch value.content {
        case .null: option.kind = PATCHBAY_OPTION_NULL.rawValue
        case .bool(let value):
            option.kind = PATCHBAY_OPTION_BOOL.rawValue
            option.integer = value ? 1 : 0
        case .integer(let value):
            option.kind = PATCHBAY_OPTION_INTEGER.rawValue
            option.integer = value
            option.number = Double(value)
        case .number(let value):
            option.kind = PATCHBAY_OPTION_NUMBER.rawValue
            option.number = value
        case .string: option.kind = PATCHBAY_OPTION_TEXT.rawValue
        case .list, .map: option.kind = PATCHBAY_OPTION_JSON.rawValue
        }
        if case .string(let text) = value.content {
            option.text = append(text)
        } else {
            var writer = JSONWriter()
            writer.value(value)
            let json = image.append(writer.finish().span)
            option.text = patchbay_bytes(address: json.place, length: json.length)
        }
        return option
    }

    /// A schema and a request.
    mutating func write(
        schema: Schema?, request: FieldRequest
    ) throws(PluginError) -> (schema: UInt64, request: patchbay_request) {
        var place: Int?
        if let schema { place = append(schema) }
        let stride = MemoryLayout<patchbay_bytes>.stride
        let names = image.reserve(request.names.count * stride)
        for (index, name) in request.names.enumerated() {
            image.put(append(name), at: names + index * stride, addresses: [0])
        }
        let base = try finish()
        var written = patchbay_request()
        written.flags = request.all ? UInt32(PATCHBAY_WANT_ALL) : 0
        if !request.names.isEmpty {
            written.names = patchbay_list(address: base + UInt64(names), count: UInt64(request.names.count))
        }
        return (place.map { base + UInt64($0) } ?? 0, written)
    }

    /// Bytes alone.
    mutating func write(_ content: Span<UInt8>) throws(PluginError) -> patchbay_bytes {
        let written = image.append(content)
        let base = try finish()
        return patchbay_bytes(address: base + written.place, length: written.length)
    }

    /// A name and bytes.
    mutating func write(
        name: String, _ content: Span<UInt8>
    ) throws(PluginError) -> (name: patchbay_bytes, content: patchbay_bytes) {
        let name = image.append(name)
        let written = image.append(content)
        let base = try finish()
        return (
            patchbay_bytes(address: base + name.place, length: name.length),
            patchbay_bytes(address: base + written.place, length: written.length)
        )
    }

    private mutating func append(_ schema: Schema) -> Int {
        let place = image.reserve(MemoryLayout<patchbay_schema>.stride)
        var header = patchbay_schema()
        header.flags =
            (schema.hasKey ? UInt32(PATCHBAY_SCHEMA_KEY) : 0) | (schema.hasTime ? UInt32(PATCHBAY_SCHEMA_TIME) : 0)
            | (schema.isOpen ? UInt32(PATCHBAY_SCHEMA_OPEN) : 0)
            | (schema.listsTime ? 0 : UInt32(PATCHBAY_SCHEMA_HIDES_TIME))
        let fields = image.reserve(schema.fields.count * MemoryLayout<patchbay_field>.stride)
        header.fields = patchbay_list(address: UInt64(fields), count: UInt64(schema.fields.count))
        for (index, field) in schema.fields.enumerated() {
            append(field, at: fields + index * MemoryLayout<patchbay_field>.stride)
        }
        if let template = schema.textTemplate { header.text_template = append(template) }
        if !schema.recordSuffix.isEmpty {
            let ending = schema.recordSuffix
            let suffix = image.append(ending.span)
            header.record_suffix = patchbay_bytes(address: suffix.place, length: suffix.length)
        }
        image.put(
            header, at: place,
            addresses: [
                MemoryLayout<patchbay_schema>.offset(of: \.fields),
                MemoryLayout<patchbay_schema>.offset(of: \.text_template),
                MemoryLayout<patchbay_schema>.offset(of: \.record_suffix),
            ])
        return place
    }

    private mutating func append(_ field: Field, at place: Int) {
        var written = patchbay_field()
        written.name = append(field.name)
        written.type = field.type.abi.rawValue
        written.flags = field.isOnDemand ? UInt32(PATCHBAY_FIELD_ON_DEMAND) : 0
        let words = image.reserve(field.order.count * MemoryLayout<patchbay_bytes>.stride)
        for (index, word) in field.order.enumerated() {
            image.put(append(word), at: words + index * MemoryLayout<patchbay_bytes>.stride, addresses: [0])
        }
        written.words = patchbay_list(address: UInt64(words), count: UInt64(field.order.count))
        written.summary = append(field.summary)
        image.put(
            written, at: place,
            addresses: [
                0, MemoryLayout<patchbay_field>.offset(of: \.words),
                MemoryLayout<patchbay_field>.offset(of: \.summary),
            ])
    }

    private mutating func append(_ text: String) -> patchbay_bytes {
        let written = image.append(text)
        return patchbay_bytes(address: written.place, length: written.length)
    }

    /// Copies what was written into the plugin's memory; its address.
    private func finish() throws(PluginError) -> UInt64 {
        let block = try session.allocate(image.count)
        session.hold(block)
        session.count(written: image.count)
        image.relocate(to: block.address)
        try session.memory().write(image.bytes.span, at: block.address, Place("memory of the host"))
        return block.address
    }
}
