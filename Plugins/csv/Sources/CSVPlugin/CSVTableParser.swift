internal import PatchbayCSV
internal import PatchbayCore
internal import PatchbayGuestCore

/// Makes one record of each row of a table: the parser of the program, in a module.
struct CSVTableParser: CoreParser {
    private var parser: CSVParser

    init(_ options: GuestOptions) throws(GuestFailure) {
        let made = CSVOptions(
            delimiter: try Self.character("delimiter", options.bytes("delimiter"), UInt8(ascii: ",")),
            quote: try Self.character("quote", options.bytes("quote"), UInt8(ascii: "\"")),
            hasHeader: options.bool("header") ?? true, columns: options.texts("columns"))
        if made.delimiter == made.quote { throw .options("'delimiter' and 'quote' are the same character") }
        if !made.hasHeader, made.columns.isEmpty { throw .options("a table without a header needs 'columns'") }
        parser = CSVParser(options: made)
    }

    private static func character(
        _ name: String, _ text: [UInt8]?, _ fallback: UInt8
    ) throws(GuestFailure) -> UInt8 {
        guard let text else { return fallback }
        if text == [0x74, 0x61, 0x62] { return 0x09 }
        guard text.count == 1, text[0] < 0x80, text[0] != 0x0A, text[0] != 0x0D else {
            throw .options("'\(name)' must be one character of ASCII, and no line end")
        }
        return text[0]
    }

    var schema: Schema { CSVParser.schema }

    mutating func bind(_ wanted: FieldRequest) -> Schema { parser.bind(wanted) }

    mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(GuestFailure) -> ParseResult {
        parser.parse(input, into: output)
    }

    mutating func reset() { parser.reset() }
}
