public import PatchbayCore

/// Cuts AUTOSAR DLT traces into records (AUTOSAR DLT protocol, versions 1 and 2).
///
/// One instance reads one run of bytes at a time and uses its memory again. It keeps nothing between calls, so that
/// any instance may go on where another stopped: at a boundary.
public struct DLTParser {
    private let options: DLTOptions
    private let descriptions: DescriptionTable
    private var wanted: [DLTField] = []
    private var messages: [MessageHeader] = []
    private var filling = FieldFilling()

    /// A parser that makes all fields that are not on demand until ``bind(_:)`` says otherwise.
    public init(options: DLTOptions = DLTOptions()) {
        self.options = options
        descriptions = DescriptionTable(options.descriptions)
        _ = bind(.everything)
    }

    /// All fields. The text template is the line that `dlt-convert -a` prints.
    public static var schema: Schema { DLTField.schema { _ in true } }

    /// The schema of the batches for `request`: only those fields are read. Outputs for ``parse(_:into:)`` are made
    /// with it.
    public mutating func bind(_ request: FieldRequest) -> Schema {
        wanted = DLTField.allCases.filter { request.wants($0.field) }
        return DLTField.schema { request.wants($0) }
    }

    /// Appends the records in `input` to `output`, whose schema ``bind(_:)`` gave, and reports regions that are none.
    /// Zero bytes consumed means that more input is needed to go on.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult {
        guard output.remaining > 0 else { return ParseResult(consumed: 0) }
        let result = walk(input, limit: output.remaining) { position, length, reason in
            output.skip(position: position, length: length, reason: reason)
        }
        guard !messages.isEmpty else { return result }
        let buffer = input.buffer
        descriptions.apply(&messages, buffer)
        let messages = messages
        output.builder.value.fill(views: messages.count, of: buffer) {
            Int(messages[$0].start)..<Int(messages[$0].end)
        }
        output.builder.time?.fill(optionalInt64s: messages.count) { messages[$0].time(buffer) }
        for (index, field) in wanted.enumerated() where index < output.builder.fields.count {
            filling.fill(
                field, output.builder.fields[index], messages, buffer, control: options.control,
                descriptions: descriptions)
        }
        return result
    }

    /// What ``parse(_:into:)`` would consume of `input`, without making records: the place where another parser can
    /// go on.
    public mutating func boundary(_ input: ParseInput) -> ParseResult {
        walk(input, limit: 0) { _, _, _ in }
    }

    /// Collects the headers of at most `limit` messages; with a limit of 0 finds all boundaries and keeps none.
    private mutating func walk(
        _ input: ParseInput, limit: Int, skip: (UInt64, Int, SkipReason) -> Void
    ) -> ParseResult {
        messages.removeAll(keepingCapacity: true)
        // Headers keep 32-bit places; what lies behind them waits for the next call.
        let end = min(input.end, Int(Int32.max))
        let isLast = input.isLast && end == input.end
        let walker = Walker(input.buffer, end: end, isLast: isLast, framing: options.framing)
        let keeps = limit > 0
        var position = input.start
        if input.continuesDiscarded {
            position = walker.firstMessage(from: position)
            skip(input.position, position - input.start, .tooLarge)
            if position == end || !walker.isMessage(position) {
                return ParseResult(consumed: position - input.start, isStillDiscarding: !isLast)
            }
        }
        while position < end, messages.count < limit || !keeps {
            if let message = walker.plainMessage(position) {
                if keeps { messages.append(message) }
                position = Int(message.end)
                continue
            }
            switch walker.step(position) {
            case .message(let message):
                if keeps { messages.append(message) }
                position = Int(message.end)
            case .skip(let length, let reason):
                skip(input.position + UInt64(position - input.start), length, reason)
                position += length
            case .needMore:
                return ParseResult(consumed: position - input.start)
            }
        }
        return ParseResult(consumed: position - input.start)
    }
}
