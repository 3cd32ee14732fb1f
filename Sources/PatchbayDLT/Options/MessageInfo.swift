/// The MSIN byte of an extended header: whether the payload is verbose, message type and subtype.
public struct MessageInfo: Sendable, Equatable, BitwiseCopyable {
    /// The byte as transmitted.
    public var byte: UInt8

    /// From the byte as transmitted.
    @inlinable
    public init(byte: UInt8) { self.byte = byte }

    /// A non-verbose log message of `level`: 1 fatal, 2 error, 3 warn, 4 info, 5 debug, 6 verbose.
    public static func log(level: UInt8) -> Self { Self(byte: (level & 15) << 4) }

    /// Whether the payload describes its own arguments.
    @inlinable public var isVerbose: Bool { byte & 1 != 0 }
    /// Message type (MSTP): 0 log, 1 application trace, 2 network trace, 3 control; 4 to 7 are reserved.
    @inlinable public var type: UInt8 { (byte >> 1) & 7 }
    /// Subtype (MTIN), whose meaning depends on the type.
    @inlinable public var subtype: UInt8 { byte >> 4 }
    /// Whether this is a control message.
    @inlinable public var isControl: Bool { byte & 0x0E == 0x06 }
}
