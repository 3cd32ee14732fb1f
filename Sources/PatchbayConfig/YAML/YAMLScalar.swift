import PatchbayPlugin

/// What a plain scalar means: the core schema of YAML 1.2, section 10.3.2.
enum YAMLScalar {
    static func content(of text: String) -> ConfigNode.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    static func number(_ text: String) -> ConfigNode.Content? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 400 else { return nil }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): break
        default: return nil
        }
        if text.hasPrefix("0x") { return integer(bytes[2...], radix: 16) }
        if text.hasPrefix("0o") { return integer(bytes[2...], radix: 8) }
        let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        let unsigned = bytes[(isSigned ? 1 : 0)...]
        switch String(decoding: unsigned, as: UTF8.self) {
        case ".inf", ".Inf", ".INF": return .number(first == UInt8(ascii: "-") ? -.infinity : .infinity)
        case ".nan", ".NaN", ".NAN": return isSigned ? nil : .number(.nan)
        default: break
        }
        guard isDecimal(unsigned) else { return nil }
        if let value = Int64(text) { return .integer(value) }
        return Double(text).map { .number($0) }
    }

    private static func integer(_ digits: ArraySlice<UInt8>, radix: Int) -> ConfigNode.Content? {
        // Int64(_:radix:) also takes a sign, which YAML does not allow behind the prefix.
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self), radix: radix).map { .integer($0) }
    }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        func digits() -> Int {
            let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            rest = rest.dropFirst(count)
            return count
        }
        let whole = digits()
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = digits()
        }
        guard whole + fraction > 0 else { return false }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return digits() > 0 && rest.isEmpty
    }
}
