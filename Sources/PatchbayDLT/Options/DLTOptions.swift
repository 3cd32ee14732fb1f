/// How a DLT parser reads its input.
public struct DLTOptions: Sendable {
    /// What stands in front of each message.
    public enum Framing: String, Sendable, CaseIterable {
        /// Any of the other three, decided message by message.
        case automatic
        /// A storage header, as in files (`DLT` 0x01).
        case storage
        /// A serial header, as on serial lines (`DLS` 0x01).
        case serial
        /// Nothing, as on a TCP connection.
        case none
    }

    /// How the bodies of control messages look in the payload text.
    public enum ControlText: String, Sendable, CaseIterable {
        /// Service and status by name, then the body in hexadecimal, as `dlt-convert -a` prints it.
        case hex
        /// Known bodies as words and numbers.
        case decoded
    }

    /// What stands in front of each message.
    public var framing: Framing
    /// How control messages look.
    public var control: ControlText
    /// What non-verbose messages mean, by message id.
    public var descriptions: [MessageDescription]

    /// Options; the defaults read any file and print what `dlt-convert -a` prints.
    public init(
        framing: Framing = .automatic, control: ControlText = .hex, descriptions: [MessageDescription] = []
    ) {
        self.framing = framing
        self.control = control
        self.descriptions = descriptions
    }
}
