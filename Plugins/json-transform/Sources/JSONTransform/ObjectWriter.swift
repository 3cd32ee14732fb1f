import PatchbayGuest

/// The object that is being written; keeps its memory from record to record.
final class ObjectWriter {
    private var bytes = ByteWriter()

    /// Whether an object was written.
    var isObject: Bool { bytes.count > 0 }

    func removeAll() { bytes.removeAll() }

    func begin() { bytes.append(UInt8(ascii: "{")) }

    func end() { bytes.append(UInt8(ascii: "}")) }

    /// Appends a member as it came in.
    func append(_ name: JSONView, _ value: JSONView) {
        separate()
        bytes.append(name.bytes)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(value.bytes)
    }

    /// Appends a member with another name.
    func append(_ name: [UInt8], _ value: JSONView) {
        separate()
        bytes.append(jsonString: name.span)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(value.bytes)
    }

    /// Appends a member with another name and JSON text.
    func append(_ name: [UInt8], _ value: [UInt8]) {
        append(name, JSONView(value.span))
    }

    private func separate() {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    }

    /// Makes the object the value of a record.
    func set(_ output: Output) {
        // A class's stored property cannot be borrowed for as long as the call lasts: it is taken out and put back.
        var text = ByteWriter()
        swap(&text, &bytes)
        output.set("value", text.bytes)
        swap(&text, &bytes)
    }
}
