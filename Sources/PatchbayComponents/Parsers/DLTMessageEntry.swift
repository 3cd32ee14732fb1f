internal import PatchbayDLT
internal import PatchbayPlugin

/// A value of the configuration, as descriptions of messages are read from it.
struct DLTMessageEntry: DescriptionNode {
    let node: ConfigNode

    var place: ConfigPosition? { node.position }
    var text: String? { node.string }
    var integer: Int64? {
        if case .integer(let number) = node.content { return number }
        return nil
    }
    var elements: [DLTMessageEntry] { node.elements.map { DLTMessageEntry(node: $0) } }
    var members: [DescriptionMember<DLTMessageEntry>] {
        node.entries.map { DescriptionMember(key: $0.key, place: $0.position, value: DLTMessageEntry(node: $0.value)) }
    }
    var kindName: String { node.kindName }

    /// The description in `node`.
    static func read(_ node: ConfigNode) throws(PluginError) -> MessageDescription {
        do throws(DescriptionMistake<ConfigPosition>) {
            return try MessageDescription(DLTMessageEntry(node: node))
        } catch {
            throw PluginError(.configuration, error.message, configuration: error.place, advice: error.advice)
        }
    }
}
