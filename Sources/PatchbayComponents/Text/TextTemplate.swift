public import PatchbayPlugin

/// Text with places for a record's columns: `{time:%H:%M:%S.%f} {level:<5} {payload|-}`.
///
/// A place is `{name}`, `{name:SPEC}`, `{name|DEFAULT}` or `{name:SPEC|DEFAULT}`. SPEC is `[[fill]align][width]` with
/// align `<` (left), `>` (right) or `^` (middle) and the width in characters, where a width that begins with `0` fills
/// numbers with zeros; for times it is a ``TimeFormat``. DEFAULT stands where a record has no value. `{{` and `}}` are
/// braces.
public struct TextTemplate: Sendable {
    /// A run of text, or a place for a column.
    enum Piece: Sendable {
        case literal([UInt8])
        case place(Place)
    }

    /// A place for a column.
    struct Place: Sendable {
        /// The column's name.
        let name: String
        /// How a value other than a time is set.
        let layout: TextLayout
        /// How a time is written, when the template says so.
        let time: TimeFormat?
        /// What stands where there is no value.
        let missing: [UInt8]
        /// Where the place begins in the template, in bytes from 1.
        let column: Int
    }

    /// The template as it was written.
    public let text: String
    /// The parts in order.
    let pieces: [Piece]

    /// The names of the columns, each once, in order.
    public var names: [String] {
        var names: [String] = []
        for case .place(let place) in pieces where !names.contains(place.name) { names.append(place.name) }
        return names
    }

    /// A template; throws a configuration error with the place of what is wrong.
    public init(_ text: String) throws(PluginError) {
        self.text = text
        var reader = TemplateReader(text)
        pieces = try reader.read()
    }
}

/// How a value is set in its width.
struct TextLayout: Sendable, Equatable, BitwiseCopyable {
    enum Alignment: Sendable, Equatable, BitwiseCopyable { case left, right, middle }

    /// One character in UTF-8, without memory of its own: it is looked at for every value.
    struct Fill: Sendable, Equatable, BitwiseCopyable {
        private var bytes: UInt32 = 0
        /// Number of bytes, 1 to 4.
        private(set) var size = 0

        /// The character that `text` holds.
        init(_ text: some Sequence<UInt8>) {
            for byte in text.prefix(4) {
                bytes |= UInt32(byte) << UInt32(size * 8)
                size += 1
            }
        }

        /// One of its bytes.
        func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: bytes >> UInt32(index * 8)) }
    }

    /// What fills the width.
    var fill = Fill([0x20])
    /// Where the value stands; nil means numbers right, others left.
    var alignment: Alignment?
    /// Least number of characters.
    var width = 0
    /// Whether zeros go between a number's sign and its digits.
    var isZeroFilled = false
}

extension TextTemplate {
    /// The columns `names` with a space between them.
    init(spaced names: [String]) {
        var pieces: [Piece] = []
        for name in names {
            if !pieces.isEmpty { pieces.append(.literal([0x20])) }
            pieces.append(.place(Place(name: name, layout: TextLayout(), time: nil, missing: [], column: 1)))
        }
        self.pieces = pieces
        text = names.map { "{\($0)}" }.joined(separator: " ")
    }
}
