/// Names of control services and their results (AUTOSAR DLT; services from 0xF01 on are COVESA's).
enum ControlService {
    static let request: UInt8 = 1
    static let response: UInt8 = 2
    static let time: UInt8 = 3

    /// The names that `dlt-convert` knows too.
    static func commonName(_ service: UInt32) -> StaticString? {
        switch service {
        case 0x01: "set_log_level"
        case 0x02: "set_trace_status"
        case 0x03: "get_log_info"
        case 0x04: "get_default_log_level"
        case 0x05: "store_config"
        case 0x06: "reset_to_factory_default"
        case 0x07: "set_com_interface_status"
        case 0x08: "set_com_interface_max_bandwidth"
        case 0x09: "set_verbose_mode"
        case 0x0A: "set_message_filtering"
        case 0x0B: "set_timing_packets"
        case 0x0C: "get_local_time"
        case 0x0D: "use_ecu_id"
        case 0x0E: "use_session_id"
        case 0x0F: "use_timestamp"
        case 0x10: "use_extended_header"
        case 0x11: "set_default_log_level"
        case 0x12: "set_default_trace_status"
        case 0x13: "get_software_version"
        case 0x14: "message_buffer_overflow"
        default: nil
        }
    }

    /// All names.
    static func name(_ service: UInt32) -> StaticString? {
        switch service {
        case 0xF01: "unregister_context"
        case 0xF02: "connection_info"
        case 0xF03: "timezone"
        case 0xF04: "marker"
        case 0xF05: "offline_logstorage"
        case 0xF06: "passive_node_connect"
        case 0xF07: "passive_node_connection_status"
        case 0xF08: "set_all_log_level"
        case 0xF09: "set_all_trace_status"
        case 0xFFF...: "injection"
        default: commonName(service)
        }
    }

    static func statusName(_ status: UInt8) -> StaticString? {
        switch status {
        case 0: "ok"
        case 1: "not_supported"
        case 2: "error"
        case 3: "perm_denied"
        case 4: "warning"
        case 8: "no_matching_context_id"
        default: nil
        }
    }
}
