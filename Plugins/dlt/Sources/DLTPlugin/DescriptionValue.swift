internal import PatchbayDLT
internal import PatchbayGuestCore

/// A value of the option `messages`, as descriptions of messages are read from it.
struct DescriptionValue: DescriptionNode {
    let value: OptionValue

    // Places are known to the host alone.
    var place: Never? { nil }
    var text: String? {
        if case .text(let text) = value { return text }
        return nil
    }
    var integer: Int64? {
        if case .integer(let number) = value { return number }
        return nil
    }
    var elements: [DescriptionValue] { value.elements.map { DescriptionValue(value: $0) } }
    var members: [DescriptionMember<DescriptionValue>] {
        guard case .map(let members) = value else { return [] }
        return members.map { DescriptionMember(key: $0.key, place: nil, value: DescriptionValue(value: $0.value)) }
    }
    var kindName: String {
        switch value {
        case .null: "nothing"
        case .bool: "a truth value"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}
