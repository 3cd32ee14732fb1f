internal import PatchbayCore
internal import PatchbayDLT
internal import PatchbayGuestCore

/// Makes one record of each message of an AUTOSAR DLT trace: the parser of the program, in a module.
struct DLTMessageParser: CoreParser {
    private var parser: DLTParser

    init(_ options: GuestOptions) throws(GuestFailure) {
        let framing = options.text("framing").flatMap(DLTOptions.Framing.init) ?? .automatic
        let control = options.text("control").flatMap(DLTOptions.ControlText.init) ?? .hex
        var made = DLTOptions(framing: framing, control: control)
        for node in options.value("messages")?.elements ?? [] {
            do throws(DescriptionMistake<Never>) {
                made.descriptions.append(try MessageDescription(DescriptionValue(value: node)))
            } catch {
                throw .options(error.message, advice: error.advice)
            }
        }
        parser = DLTParser(options: made)
    }

    var schema: Schema { DLTParser.schema }

    mutating func bind(_ wanted: FieldRequest) -> Schema { parser.bind(wanted) }

    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(GuestFailure) -> ParseResult {
        parser.parse(input, into: output)
    }

    mutating func boundary(_ input: ParseInput) -> ParseResult { parser.boundary(input) }

    static var splits: Bool { true }

    static func recognizes(_ bytes: Span<UInt8>) -> Int {
        switch DLTParser.confidence(bytes) {
        case .certain: 95
        case .plausible: 40
        case .none: 0
        }
    }
}
