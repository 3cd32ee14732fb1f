internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A request that an instance answers.
struct ServedRequest {
    let fields: HTTPFields
    let body: Bytes
    let flags: Set<String>

    init(_ head: HTTPHead, body: Bytes) {
        fields = head.fields
        self.body = body
        flags = Set(head.fields.words(WireHeader.flags))
    }

    /// Whether a flag was set.
    func has(_ flag: WireFlag) -> Bool { flags.contains(flag.rawValue) }

    /// A header that is a whole number.
    func number(_ name: String) throws(PluginError) -> UInt64? {
        do throws(WireError) { return try fields.number(name) } catch { throw PluginError(.input, error.message) }
    }

    /// The body as JSON; nil when it is empty.
    func json(_ name: String) throws(PluginError) -> ConfigNode? {
        guard body.count > 0 else { return nil }
        return try JSONReader.read(body, file: name, sizeLimit: 16 << 20, depthLimit: 128)
    }
}

/// An answer other than an error.
struct ServedAnswer {
    var fields: HTTPFields = [:]
    var body: [Bytes] = []
    /// What the same request gets when it is sent again.
    var rest: PendingResults?

    /// Nothing but success.
    static var done: ServedAnswer { ServedAnswer() }

    /// Bytes.
    static func bytes(_ bytes: Bytes) -> ServedAnswer {
        ServedAnswer(fields: ["Content-Type": Wire.bytes], body: [bytes])
    }

    /// A JSON object.
    static func json(_ write: (inout JSONWriter) -> Void) -> ServedAnswer {
        var json = JSONWriter()
        json.object { json in write(&json) }
        return ServedAnswer(fields: ["Content-Type": Wire.json], body: [json.finish()])
    }

    /// Sets flags.
    mutating func set(_ flags: [WireFlag]) {
        if !flags.isEmpty { fields.append(WireHeader.flags, flags.map(\.rawValue).joined(separator: ", ")) }
    }
}
