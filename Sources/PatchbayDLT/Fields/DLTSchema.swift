import PatchbayCore

/// The fields of a DLT record, in the order of the schema.
enum DLTField: CaseIterable {
    case timestamp, ecu, apid, ctid, session, counter, level, type, subtype, mode, noar, payload
    case messageID, messageName, service, arguments, damage

    /// The field as consumers see it.
    var field: Field {
        switch self {
        case .timestamp:
            Field("timestamp", .int64, summary: "Uptime of the ECU in ticks of 0.1 ms; wraps after 4.97 days")
        case .ecu: Field("ecu", .word, summary: "ECU id: the message's own, else the recorder's")
        case .apid: Field("apid", .word, summary: "Application id")
        case .ctid: Field("ctid", .word, summary: "Context id")
        case .session: Field("session", .int64, summary: "Session id, in practice the process id")
        case .counter: Field("counter", .int64, summary: "Message counter, 0 to 255")
        case .level:
            Field(
                "level", .word, order: ["fatal", "error", "warn", "info", "debug", "verbose"],
                summary: "Level of a log message, most severe first")
        case .type: Field("type", .word, summary: "log, app_trace, nw_trace or control")
        case .subtype: Field("subtype", .word, summary: "Level, trace type, network or control direction")
        case .mode: Field("mode", .word, summary: "V verbose, N non-verbose or control")
        case .noar: Field("noar", .int64, summary: "Number of arguments as announced")
        case .payload: Field("payload", .utf8, summary: "The message as text")
        case .messageID:
            Field("message_id", .int64, isOnDemand: true, summary: "Id of a non-verbose message")
        case .messageName:
            Field(
                "message_name", .word, isOnDemand: true,
                summary: "Name of a non-verbose message, from its description")
        case .service: Field("service", .word, isOnDemand: true, summary: "Service of a control message")
        case .arguments:
            Field(
                "arguments", .json, isOnDemand: true,
                summary: "Array of the arguments with type, value, name and unit")
        case .damage:
            Field("damage", .utf8, isOnDemand: true, summary: "What is wrong with the message; none for a good one")
        }
    }

    /// The line that `dlt-convert -a` prints.
    static let template =
        "{index} {time:%Y/%m/%d %H:%M:%S.%f} {timestamp:>10|----------} {counter:03} {ecu:-<4|----} "
        + "{apid:-<4|----} {ctid:-<4|----} {type|---} {subtype|---} {mode} {noar|-} [{payload}]"

    /// The schema with all fields that `wanted` holds for.
    static func schema(_ wanted: (Field) -> Bool) -> Schema {
        Schema(fields: allCases.map { $0.field }.filter(wanted), hasTime: true, textTemplate: template)
    }
}
