internal import FuzzingSupport
internal import PatchbayCore
internal import PatchbayDLT

/// A DLT parser on trial, asked for every field.
struct TriedDLT: TriedParser {
    private var parser: DLTParser
    let schema: Schema

    init(_ options: DLTOptions) {
        parser = DLTParser(options: options)
        schema = parser.bind(FieldRequest(names: DLTParser.schema.fields.map(\.name), all: true))
    }

    mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult? {
        parser.parse(input, into: output)
    }

    mutating func boundary(_ input: ParseInput) -> ParseResult? { parser.boundary(input) }
}

/// One input for libFuzzer: a trace. The options it is read with follow from its size.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
    ParserTrial(isGapless: true) { TriedDLT(DLTOptions()) }.run(bytes)

    let framings = DLTOptions.Framing.allCases
    let options = DLTOptions(framing: framings[count % framings.count], control: .decoded)
    ParserTrial(isGapless: true) { TriedDLT(options) }.run(bytes)
    return 0
}
