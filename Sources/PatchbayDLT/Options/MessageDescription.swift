public import PatchbayCore

/// What a non-verbose message with a certain id means: its payload holds only the values, everything else is here.
public struct MessageDescription: Sendable {
    /// The message id.
    public var id: UInt32
    /// A name for the message, if it has one.
    public var name: Bytes?
    /// Message type and subtype as in the MSIN byte, used when the message has no extended header.
    public var info: MessageInfo?
    /// Application id, used when the message has no extended header.
    public var application: Bytes?
    /// Context id, used when the message has no extended header.
    public var context: Bytes?
    /// Constant texts and values in the order of the text.
    public var parts: [Part]

    /// A description.
    public init(
        id: UInt32, name: String? = nil, info: MessageInfo? = nil, application: String? = nil,
        context: String? = nil, parts: [Part]
    ) {
        self.id = id
        self.name = name.map { Bytes($0) }
        self.info = info
        self.application = application.map { Bytes($0) }
        self.context = context.map { Bytes($0) }
        self.parts = parts
    }

    /// One piece of a message's text.
    public enum Part: Sendable {
        /// A constant that the payload leaves out.
        case text(Bytes)
        /// A value in the payload, with its name and unit where known.
        case value(TypeInfo, name: Bytes?, unit: Bytes?)

        /// A constant text.
        public static func text(_ text: String) -> Self { .text(Bytes(text)) }

        /// A value of `type` without a name.
        public static func value(_ type: TypeInfo) -> Self { .value(type, name: nil, unit: nil) }
    }
}
