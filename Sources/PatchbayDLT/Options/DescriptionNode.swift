/// A value of a configuration from which the meaning of non-verbose messages is read, in whatever form it is at hand.
public protocol DescriptionNode {
    /// Where something was written.
    associatedtype Place: Sendable
    /// Where the value was written, if that is known.
    var place: Place? { get }
    /// The text of a string.
    var text: String? { get }
    /// A whole number.
    var integer: Int64? { get }
    /// The elements of a list, otherwise none.
    var elements: [Self] { get }
    /// The entries of a mapping, otherwise none.
    var members: [DescriptionMember<Self>] { get }
    /// What it is, such as `a number`, for messages.
    var kindName: String { get }
}

/// One key of a mapping and its value.
public struct DescriptionMember<Node: DescriptionNode> {
    /// The key.
    public var key: String
    /// Where the key was written.
    public var place: Node.Place?
    /// The value.
    public var value: Node

    /// A member.
    public init(key: String, place: Node.Place?, value: Node) {
        self.key = key
        self.place = place
        self.value = value
    }
}

/// What is wrong with a description of messages.
public struct DescriptionMistake<Place: Sendable>: Error {
    /// What is wrong.
    public var message: String
    /// Where it was written, if that is known.
    public var place: Place?
    /// What to write.
    public var advice: String?
}
