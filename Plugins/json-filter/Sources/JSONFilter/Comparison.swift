import PatchbayGuest

/// How a member compares with the value of the options.
struct Comparison {
    private enum Operator { case equals, notEquals, greater, less, contains, exists }

    private let operation: Operator
    /// The characters of text, the JSON text of everything else.
    private let value: [UInt8]
    private let isText: Bool

    init(_ options: Options) throws(PluginFailure) {
        operation = try Self.operation(options.text("operator"))
        if let text = options.text("value") {
            isText = true
            value = Self.copy(text)
        } else {
            isText = false
            if let json = options.json("value") { value = Self.copy(json) } else { value = [] }
        }
        guard operation != .exists else { return }
        guard options.has("value") else { throw PluginFailure("'value' is needed to compare with", kind: .options) }
        if !isText, value.isEmpty || value[0] == UInt8(ascii: "[") || value[0] == UInt8(ascii: "{") {
            throw PluginFailure("'value' is no text, number or truth value", kind: .options)
        }
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        for index in 0..<bytes.count { copy.append(bytes[index]) }
        return copy
    }

    private static func operation(_ name: Span<UInt8>?) throws(PluginFailure) -> Operator {
        guard let name, !name.isSame("equals") else { return .equals }
        if name.isSame("not_equals") { return .notEquals }
        if name.isSame("greater") { return .greater }
        if name.isSame("less") { return .less }
        if name.isSame("contains") { return .contains }
        if name.isSame("exists") { return .exists }
        throw PluginFailure("'operator' is not known", kind: .options)
    }

    /// Whether the value fits, which is missing when there is no such member.
    func fits(_ json: JSONView) -> Bool {
        switch operation {
        case .equals: order(json) == 0
        case .notEquals: order(json) != 0
        case .greater: order(json).map { $0 > 0 } ?? false
        case .less: order(json).map { $0 < 0 } ?? false
        case .contains: contains(json)
        case .exists: json.kind != .missing
        }
    }

    /// Below, equal or above; nil when the two are of different kinds.
    private func order(_ json: JSONView) -> Int? {
        if json.kind == .string {
            guard isText else { return nil }
            if json.equals(value.span) { return 0 }
            if let text = json.plainString { return Self.order(text, value.span) }
            var text = ByteWriter()
            guard json.string(into: &text) else { return nil }
            return Self.order(text.bytes, value.span)
        }
        guard !isText else { return nil }
        if let left = json.int, let right = Int64(decimal: value.span) {
            return left == right ? 0 : left < right ? -1 : 1
        }
        if let left = json.double, let right = Double(decimal: value.span) {
            return left == right ? 0 : left < right ? -1 : 1
        }
        // The literals: equal or not to be compared.
        return json.bytes.isSame(value.span) ? 0 : nil
    }

    private static func order(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }

    private func contains(_ json: JSONView) -> Bool {
        if json.kind == .string {
            guard isText else { return false }
            var text = ByteWriter()
            return json.string(into: &text) && text.bytes.firstIndex(of: value.span) != nil
        }
        guard json.kind == .array else { return false }
        var elements = json.entries
        while elements.next() {
            if order(elements.value) == 0 { return true }
        }
        return false
    }
}
