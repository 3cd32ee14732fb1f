import CYaml
import PatchbayCore

/// What libyaml found next.
enum YAMLEvent {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(String, isPlain: Bool, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case mappingStart(anchor: String?, tag: String?)
}

/// A place in the text, both from 1.
struct YAMLMark {
    var line: Int
    var column: Int
}

/// What libyaml has to say against a text, in its own words.
struct YAMLProblem: Error {
    var message: String
    var mark: YAMLMark
    /// What it was reading, and from where.
    var context: (message: String, mark: YAMLMark)?
}

/// Reads events with libyaml. This file is the one place of the module that touches its memory.
@safe
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// Keeps the memory that libyaml reads from.
    private let bytes: Bytes

    /// A reader of `bytes`, which must be UTF-8; throws only when memory runs out.
    init(_ bytes: Bytes) throws(YAMLProblem) {
        self.bytes = bytes
        unsafe parser = .allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw YAMLProblem(message: "out of memory", mark: YAMLMark(line: 1, column: 1))
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // A buffer's memory stays where it is as long as the buffer lives, and `bytes` holds it.
        unsafe bytes.buffer.withUnsafeBytes { memory in
            let start = unsafe memory.baseAddress.map { unsafe $0.assumingMemoryBound(to: UInt8.self) + bytes.offset }
            unsafe yaml_parser_set_input_string(parser, start, bytes.count)
        }
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    /// The next event and where it starts.
    mutating func next() throws(YAMLProblem) -> (event: YAMLEvent, mark: YAMLMark) {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&event) }
        return (unsafe Self.translate(event), unsafe Self.mark(event.start_mark))
    }

    private static func translate(_ event: yaml_event_t) -> YAMLEvent {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT: return .alias(unsafe text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                unsafe String(decoding: value, as: UTF8.self),
                isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: unsafe text(scalar.anchor),
                tag: unsafe text(scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return .sequenceStart(anchor: unsafe text(start.anchor), tag: unsafe text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return .mappingStart(anchor: unsafe text(start.anchor), tag: unsafe text(start.tag))
        default: return .streamEnd
        }
    }

    private static func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(decodingCString: pointer, as: UTF8.self)
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private func problem() -> YAMLProblem {
        let state = unsafe parser.pointee
        let message = unsafe state.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        guard unsafe state.error != YAML_READER_ERROR else {
            return YAMLProblem(message: message, mark: unsafe Self.mark(state.mark))
        }
        var found = YAMLProblem(message: message, mark: unsafe Self.mark(state.problem_mark))
        if let context = unsafe state.context {
            found.context = (unsafe String(cString: context), unsafe Self.mark(state.context_mark))
        }
        return found
    }
}
