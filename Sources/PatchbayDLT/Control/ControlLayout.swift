/// One value in the body of a control message.
struct ControlField {
    enum Kind {
        /// Numbers.
        case uint8, sint8, uint32, sint32
        /// A four-byte id.
        case identifier
        /// The id of a communication interface, in practice `remo` or nothing.
        case interface
        /// Log level as a signed byte: -1 default, 0 off, 1 fatal to 6 verbose.
        case level
        /// Trace status as a signed byte: -1 default, 0 off, 1 on.
        case onOff
        /// Connection state: 1 disconnected, 2 connected.
        case connection
        /// 32-bit length and text.
        case text
        /// 32-bit length and bytes.
        case bytes
        /// Applications with their contexts, in the form that the status of get_log_info says.
        case logInfo
    }

    var name: StaticString
    var kind: Kind

    init(_ name: StaticString, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// The fields behind service id and status (AUTOSAR DLT; services from 0xF01 on as dlt-daemon 2.18 sends them).
enum ControlLayout {
    private static let none: [ControlField] = []
    private static let context = [ControlField("apid", .identifier), ControlField("ctid", .identifier)]
    private static let interface = [ControlField("interface", .interface)]

    private static let setLevel = context + [ControlField("level", .level)] + interface
    private static let setTrace = context + [ControlField("trace", .onOff)] + interface
    private static let getLogInfo = [ControlField("options", .uint8)] + context + interface
    private static let interfaceStatus = interface + [ControlField("status", .uint8)]
    private static let bandwidth = interface + [ControlField("bandwidth", .uint32)]
    private static let toggle = [ControlField("on", .uint8)]
    private static let defaultLevel = [ControlField("level", .level)] + interface
    private static let defaultTrace = [ControlField("trace", .onOff)] + interface
    private static let level = [ControlField("level", .level)]
    private static let logInfo = [ControlField("applications", .logInfo)] + interface
    private static let version = [ControlField("version", .text)]
    private static let overflow = [ControlField("overflow", .uint8), ControlField("lost", .uint32)]
    private static let unregister = context + interface
    private static let connectionInfo = [ControlField("state", .connection)] + interface
    private static let timezone = [ControlField("seconds_east", .sint32), ControlField("daylight_saving", .uint8)]
    private static let injection = [ControlField("data", .bytes)]

    static func request(_ service: UInt32) -> [ControlField] {
        switch service {
        case 0x01: setLevel
        case 0x02: setTrace
        case 0x03: getLogInfo
        case 0x07: interfaceStatus
        case 0x08: bandwidth
        case 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x10: toggle
        case 0x11, 0xF08: defaultLevel
        case 0x12, 0xF09: defaultTrace
        case 0xFFF...: injection
        default: none
        }
    }

    static func response(_ service: UInt32, status: UInt8) -> [ControlField] {
        switch service {
        case 0x03: (3...7).contains(status) ? logInfo : interface
        case _ where status != 0: none
        case 0x04: level
        case 0x13: version
        case 0x14: overflow
        case 0xF01: unregister
        case 0xF02: connectionInfo
        case 0xF03: timezone
        default: none
        }
    }
}
