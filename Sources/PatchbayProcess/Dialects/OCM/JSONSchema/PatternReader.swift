internal import PatchbayPlugin

/// What a pattern is made of.
indirect enum PatternPart {
    case empty, start, end
    case take(CharacterSet)
    case wordEdge(Bool)
    case sequence([PatternPart])
    case either([PatternPart])
    case many(PatternPart, least: Int, most: Int?)
}

/// Reads the syntax of a pattern.
struct PatternReader {
    /// Most repetitions that a pattern may ask for by number.
    static let repetitionLimit = 1000
    private static let depthLimit = 64

    private let source: String
    private let text: [Unicode.Scalar]
    private var at = 0
    private var depth = 0

    init(_ source: String) {
        self.source = source
        text = Array(source.unicodeScalars)
    }

    /// The whole pattern.
    mutating func read() throws(PluginError) -> PatternPart {
        guard text.count <= 10_000 else { throw problem("it is too long") }
        let part = try alternatives()
        guard at == text.count else { throw problem("')' without '('") }
        return part
    }

    private func problem(_ message: String) -> PluginError {
        PluginError(
            .unsupported, "the pattern \(source.quotedForMessage) of the schema cannot be used",
            cause: "\(message), at character \(at + 1)")
    }

    private var peek: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        at += 1
        return true
    }

    private mutating func alternatives() throws(PluginError) -> PatternPart {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw problem("groups are nested too deep") }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .either(parts)
    }

    private mutating func sequence() throws(PluginError) -> PatternPart {
        var parts: [PatternPart] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try repeated(part))
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom() throws(PluginError) -> PatternPart {
        guard let scalar = peek else { return .empty }
        at += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .take(.anyButLineEnds)
        case "(": return try group()
        case "[": return .take(try characterClass())
        case "\\":
            if take("b") { return .wordEdge(true) }
            if take("B") { return .wordEdge(false) }
            return .take(try escape())
        case "*", "+", "?":
            at -= 1
            throw problem("nothing to repeat")
        default: return .take(CharacterSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group() throws(PluginError) -> PatternPart {
        if take("?") {
            if !take(":") {
                guard take("<"), let next = peek, next != "=", next != "!" else {
                    throw problem("looking ahead or behind is not supported")
                }
                while let scalar = peek, scalar != ">" {
                    guard CharacterSet.word.contains(scalar) else { throw problem("a group's name") }
                    at += 1
                }
                guard take(">") else { throw problem("a group's name has no end") }
            }
        }
        let part = try alternatives()
        guard take(")") else { throw problem("'(' without ')'") }
        return part
    }

    private mutating func repeated(_ part: PatternPart) throws(PluginError) -> PatternPart {
        var (least, most): (Int, Int?) = (1, 1)
        switch peek {
        case "*": (least, most) = (0, nil)
        case "+": (least, most) = (1, nil)
        case "?": (least, most) = (0, 1)
        case "{":
            let start = at
            at += 1
            guard let count = number() else {
                // Outside of repetitions a brace stands for itself.
                at = start
                return part
            }
            (least, most) = (count, count)
            if take(",") { most = number() }
            guard peek == "}" else { throw problem("expected '}'") }
        default: return part
        }
        at += 1
        // Taking as few as possible matches the same texts.
        _ = take("?")
        guard least <= Self.repetitionLimit, most ?? 0 <= Self.repetitionLimit else {
            throw problem("more than \(Self.repetitionLimit) repetitions")
        }
        guard most.map({ least <= $0 }) ?? true else {
            throw problem("the numbers of repetitions are in the wrong order")
        }
        if let next = peek, ["*", "+", "?"].contains(next) { throw problem("nothing to repeat") }
        return .many(part, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek, CharacterSet.digit.contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            at += 1
        }
        return value
    }

    // MARK: Characters

    private mutating func characterClass() throws(PluginError) -> CharacterSet {
        let isInverted = take("^")
        var set = CharacterSet(ranges: [])
        while !take("]") {
            let first = try classMember()
            guard let low = first.single, peek == "-", at + 1 < text.count, text[at + 1] != "]" else {
                set.insert(first)
                continue
            }
            at += 1
            guard let high = try classMember().single, low <= high else { throw problem("this is no range") }
            set.insert(low...high)
        }
        set.isInverted = isInverted
        return set
    }

    private mutating func classMember() throws(PluginError) -> CharacterSet {
        guard let scalar = peek else { throw problem("'[' without ']'") }
        at += 1
        guard scalar == "\\" else { return CharacterSet(ranges: [scalar.value...scalar.value]) }
        if take("b") { return CharacterSet(ranges: [8...8]) }
        return try escape()
    }

    private mutating func escape() throws(PluginError) -> CharacterSet {
        guard let scalar = peek else { throw problem("nothing follows '\\'") }
        at += 1
        func one(_ value: UInt32) -> CharacterSet { CharacterSet(ranges: [value...value]) }
        switch scalar {
        case "d": return .digit
        case "D": return CharacterSet.digit.inverted
        case "w": return .word
        case "W": return CharacterSet.word.inverted
        case "s": return .space
        case "S": return CharacterSet.space.inverted
        case "t": return one(0x09)
        case "n": return one(0x0A)
        case "v": return one(0x0B)
        case "f": return one(0x0C)
        case "r": return one(0x0D)
        case "0": return one(0)
        case "x": return one(try hexadecimal(2))
        case "u":
            guard take("{") else { return one(try hexadecimal(4)) }
            var value: UInt32 = 0
            while let digit = peek.flatMap({ Character($0).hexDigitValue }), value <= 0x10FFFF {
                value = value << 4 | UInt32(digit)
                at += 1
            }
            guard take("}"), value <= 0x10FFFF else { throw problem("this is no character") }
            return one(value)
        case "1"..."9", "k": throw problem("references back are not supported")
        case "p", "P": throw problem("properties of characters are not supported")
        case "a"..."z", "A"..."Z": throw problem("'\\\(scalar)' is unknown")
        default: return one(scalar.value)
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(PluginError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek.flatMap({ Character($0).hexDigitValue }) else {
                throw problem("this is no character")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}

extension CharacterSet {
    /// The character, when it is only one.
    fileprivate var single: UInt32? {
        guard !isInverted, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}

/// Turns a pattern into steps.
struct PatternProgram {
    private static let stepLimit = 20_000
    private(set) var steps: [Pattern.Step] = []
    private var work = 0

    mutating func emit(_ part: PatternPart, for source: String) throws(PluginError) {
        work += 1
        guard work <= 4 * Self.stepLimit, steps.count <= Self.stepLimit else {
            throw PluginError(.unsupported, "the pattern \(source.quotedForMessage) of the schema is too large")
        }
        switch part {
        case .empty: break
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .take(let set): steps.append(.take(set))
        case .wordEdge(let isWanted): steps.append(.wordEdge(isWanted))
        case .sequence(let parts): for part in parts { try emit(part, for: source) }
        case .either(let parts): try emit(either: parts, for: source)
        case .many(let part, let least, let most): try emit(part, least, most, for: source)
        }
    }

    private mutating func emit(either parts: [PatternPart], for source: String) throws(PluginError) {
        var ends: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try emit(part, for: source)
                continue
            }
            let split = steps.count
            steps.append(.split(split + 1, 0))
            try emit(part, for: source)
            ends.append(steps.count)
            steps.append(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func emit(
        _ part: PatternPart, _ least: Int, _ most: Int?, for source: String
    ) throws(PluginError) {
        for _ in 0..<least { try emit(part, for: source) }
        guard let most else {
            let split = steps.count
            steps.append(.split(split + 1, 0))
            try emit(part, for: source)
            steps.append(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(steps.count)
            steps.append(.split(steps.count + 1, 0))
            try emit(part, for: source)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
}
