internal import PatchbayPlugin

/// A regular expression of a JSON Schema (ECMA-262 syntax, Unicode mode), matched in time proportional to pattern times
/// text: all ways are followed at once, none is tried again. What cannot be matched so (references back, looking
/// around) is refused when the pattern is read.
struct Pattern: Sendable {
    /// What one step of the program does.
    enum Step: Sendable {
        /// Takes one character of a set.
        case take(CharacterSet)
        /// Goes on at both places.
        case split(Int, Int)
        /// Goes on elsewhere.
        case jump(Int)
        /// Goes on at the start of the text only.
        case start
        /// Goes on at the end of the text only.
        case end
        /// Goes on where a word starts or ends; with `false`, where none does.
        case wordEdge(Bool)
        /// The text matches.
        case match
    }

    /// Most steps that are taken for one text.
    static let workLimit = 20_000_000

    private let steps: [Step]

    /// Reads a pattern. Throws `unsupported` with the place when it is none, or one that is not matched.
    init(_ text: String) throws(PluginError) {
        var reader = PatternReader(text)
        var program = PatternProgram()
        try program.emit(try reader.read(), for: text)
        steps = program.steps + [.match]
    }

    /// Whether the pattern occurs anywhere in `text`.
    func occurs(in text: String) throws(PluginError) -> Bool {
        var run = Run(steps, Array(text.unicodeScalars))
        return try run.occurs()
    }

    /// The places of the program that are reached at one place of a text.
    private struct Run {
        private let steps: [Step]
        private let text: [Unicode.Scalar]
        private var places: [Int] = []
        private var visited: [Int]
        private var open: [Int] = []
        private var work = 0

        init(_ steps: [Step], _ text: [Unicode.Scalar]) {
            self.steps = steps
            self.text = text
            visited = [Int](repeating: -1, count: steps.count)
        }

        mutating func occurs() throws(PluginError) -> Bool {
            for position in 0...text.count {
                // A match may begin at any place.
                if reach(0, at: position) { return true }
                guard position < text.count else { return false }
                let reached = places
                places.removeAll(keepingCapacity: true)
                work += reached.count
                guard work <= Pattern.workLimit else {
                    throw PluginError(.unsupported, "matching a pattern of the schema takes too long")
                }
                for place in reached {
                    guard case .take(let set) = steps[place], set.contains(text[position]) else { continue }
                    if reach(place + 1, at: position + 1) { return true }
                }
            }
            return false
        }

        /// Notes `place` and all that follow without taking a character; true when the end of the program is one.
        private mutating func reach(_ place: Int, at position: Int) -> Bool {
            open.append(place)
            while let place = open.popLast() {
                guard visited[place] != position else { continue }
                visited[place] = position
                work += 1
                switch steps[place] {
                case .take: places.append(place)
                case .split(let first, let second): open += [second, first]
                case .jump(let target): open.append(target)
                case .start: if position == 0 { open.append(place + 1) }
                case .end: if position == text.count { open.append(place + 1) }
                case .wordEdge(let isWanted): if isWordEdge(position) == isWanted { open.append(place + 1) }
                case .match:
                    open.removeAll(keepingCapacity: true)
                    return true
                }
            }
            return false
        }

        private func isWordEdge(_ position: Int) -> Bool {
            let before = position > 0 && CharacterSet.word.contains(text[position - 1])
            let after = position < text.count && CharacterSet.word.contains(text[position])
            return before != after
        }
    }
}

/// A set of characters: ranges, or all but them.
struct CharacterSet: Sendable, Equatable {
    private(set) var ranges: [ClosedRange<UInt32>]
    var isInverted = false

    static let digit = CharacterSet(ranges: [0x30...0x39])
    static let word = CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = CharacterSet(ranges: [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let anyButLineEnds = CharacterSet(
        ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isInverted: true)

    /// Adds the characters of a range.
    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    /// Adds the characters of another set.
    mutating func insert(_ other: CharacterSet) {
        guard other.isInverted else { return ranges += other.ranges }
        var next: UInt32 = 0
        for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { ranges.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
    }

    /// All characters that are not in it.
    var inverted: CharacterSet { CharacterSet(ranges: ranges, isInverted: !isInverted) }

    /// Whether `scalar` is in it.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isInverted
    }
}
