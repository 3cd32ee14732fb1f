import PatchbayPlugin

/// Ends the reading of a file; what is wrong has been reported.
struct YAMLEnd: Error {}

/// Makes a tree of libyaml's events.
struct YAMLTreeBuilder: ~Copyable {
    /// A subtree and what it costs to use it again.
    private struct Subtree {
        var node: ConfigNode
        var nodes: Int
        var height: Int
    }

    private let source: SourceText
    private let limits: YAMLTree.Limits
    private var reader: YAMLEventReader
    private var anchors: [String: Subtree] = [:]
    private var openAnchors: Set<String> = []
    private var nodes = 0
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceText, limits: YAMLTree.Limits) throws(YAMLProblem) {
        self.source = source
        self.limits = limits
        reader = try YAMLEventReader(source.bytes)
    }

    /// The tree of the one document; nil when it cannot be read to its end.
    mutating func build() -> ConfigNode? {
        do throws(YAMLEnd) {
            return try document()
        } catch {
            return nil
        }
    }

    private mutating func document() throws(YAMLEnd) -> ConfigNode {
        var tree = ConfigNode(.null, at: source.position(line: 1, column: 1))
        var documents = 0
        while true {
            let (event, mark) = try next()
            switch event {
            case .streamEnd: return tree
            case .documentStart:
                documents += 1
                if documents > 1 { throw end("a second document starts here; a configuration is one document", mark) }
            case .streamStart, .documentEnd: continue
            default: tree = try subtree(event, mark, depth: 1).node
            }
        }
    }

    // MARK: Nodes

    private mutating func subtree(_ event: YAMLEvent, _ mark: YAMLMark, depth: Int) throws(YAMLEnd) -> Subtree {
        let before = nodes
        try count(1, mark)
        if depth > limits.depth { throw end("more than \(limits.depth) levels deep", mark) }
        let made: Subtree
        let anchor: String?
        switch event {
        case .alias(let name): return try alias(name, mark, depth: depth)
        case .scalar(let text, let isPlain, let name, let tag):
            anchor = name
            made = Subtree(node: scalar(text, isPlain: isPlain, tag: tag, mark), nodes: 1, height: 1)
        case .sequenceStart(let name, let tag):
            anchor = name
            check(tag, is: "tag:yaml.org,2002:seq", mark)
            if let name { openAnchors.insert(name) }
            made = try sequence(mark, depth: depth)
        case .mappingStart(let name, let tag):
            anchor = name
            check(tag, is: "tag:yaml.org,2002:map", mark)
            if let name { openAnchors.insert(name) }
            made = try mapping(mark, depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw end("the document ends too early", mark)
        }
        let whole = Subtree(node: made.node, nodes: nodes - before, height: made.height)
        if let anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = whole
        }
        return whole
    }

    private mutating func alias(_ name: String, _ mark: YAMLMark, depth: Int) throws(YAMLEnd) -> Subtree {
        if let known = anchors[name], !openAnchors.contains(name) {
            try count(known.nodes, mark)
            if depth + known.height - 1 > limits.depth { throw end("more than \(limits.depth) levels deep", mark) }
            return known
        }
        if openAnchors.contains(name) {
            report("the alias *\(name) stands inside of what it names", mark)
        } else {
            let advice = NameSuggestion.advice(for: name, in: anchors.keys.sorted())
            report("no anchor &\(name) stands before this alias", mark, advice: advice)
        }
        return Subtree(node: ConfigNode(.null, at: position(mark)), nodes: 1, height: 1)
    }

    private mutating func sequence(_ mark: YAMLMark, depth: Int) throws(YAMLEnd) -> Subtree {
        var elements: [ConfigNode] = []
        var height = 0
        while true {
            let (event, place) = try next()
            if case .sequenceEnd = event { break }
            let element = try subtree(event, place, depth: depth + 1)
            elements.append(element.node)
            height = max(height, element.height)
        }
        return Subtree(node: ConfigNode(.list(elements), at: position(mark)), nodes: 0, height: height + 1)
    }

    private mutating func mapping(_ mark: YAMLMark, depth: Int) throws(YAMLEnd) -> Subtree {
        var entries: [ConfigNode.Entry] = []
        var merged: [(node: ConfigNode, mark: YAMLMark)] = []
        var places: [String: ConfigPosition?] = [:]
        var height = 0
        while true {
            let (keyEvent, keyMark) = try next()
            if case .mappingEnd = keyEvent { break }
            let key = try key(keyEvent, keyMark, depth: depth)
            let (event, place) = try next()
            let value = try subtree(event, place, depth: depth + 1)
            height = max(height, value.height)
            guard let key else { continue }
            if key == "<<" {
                merged.append((value.node, keyMark))
            } else if let first = places[key] {
                let note = Diagnostic.Note("first given here", at: first)
                report("the key \(key.quotedForMessage) is given twice", keyMark, notes: [note])
            } else {
                places[key] = position(keyMark)
                entries.append(ConfigNode.Entry(key: key, position: position(keyMark), value: value.node))
            }
        }
        for (node, mark) in merged { merge(node, into: &entries, places: &places, mark) }
        return Subtree(node: ConfigNode(.map(entries), at: position(mark)), nodes: 0, height: height + 1)
    }

    private mutating func key(_ event: YAMLEvent, _ mark: YAMLMark, depth: Int) throws(YAMLEnd) -> String? {
        if case .scalar(let text, _, nil, _) = event, !text.isEmpty {
            try count(1, mark)
            return text
        }
        let key = try subtree(event, mark, depth: depth + 1).node
        if let text = key.string ?? key.spelling, !text.isEmpty { return text }
        report(key.string == nil ? "a key must be text, this is \(key.kindName)" : "a key is empty", mark)
        return nil
    }

    /// What stands in the mapping itself wins over what is merged, and the first of several merged ones wins.
    private mutating func merge(
        _ node: ConfigNode,
        into entries: inout [ConfigNode.Entry],
        places: inout [String: ConfigPosition?],
        _ mark: YAMLMark
    ) {
        switch node.content {
        case .map(let more):
            for entry in more where places[entry.key] == nil {
                places[entry.key] = entry.position
                entries.append(entry)
            }
        case .list(let elements):
            for element in elements {
                if case .map = element.content {
                    merge(element, into: &entries, places: &places, mark)
                } else {
                    report("'<<' takes a mapping or a list of mappings, not \(element.kindName)", mark)
                }
            }
        default: report("'<<' takes a mapping or a list of mappings, not \(node.kindName)", mark)
        }
    }

    // MARK: Scalars and tags

    private mutating func scalar(_ text: String, isPlain: Bool, tag: String?, _ mark: YAMLMark) -> ConfigNode {
        var node = ConfigNode(.string(text), at: position(mark))
        let implied = YAMLScalar.content(of: text)
        switch tag {
        case nil: if isPlain { node.content = implied }
        case "!"?, "tag:yaml.org,2002:str"?: break
        case "tag:yaml.org,2002:null"?, "tag:yaml.org,2002:bool"?, "tag:yaml.org,2002:int"?,
            "tag:yaml.org,2002:float"?:
            node.content = implied
            if case .string = implied { report("\(text.quotedForMessage) does not fit its tag", mark) }
        case let tag?: unknown(tag, mark)
        }
        if case .string = node.content { return node }
        node.spelling = text
        return node
    }

    private mutating func check(_ tag: String?, is expected: String, _ mark: YAMLMark) {
        if let tag, tag != "!", tag != expected { unknown(tag, mark) }
    }

    private mutating func unknown(_ tag: String, _ mark: YAMLMark) {
        report("the tag \(tag.quotedForMessage) has no meaning here", mark)
    }

    // MARK: Events and reports

    private mutating func next() throws(YAMLEnd) -> (event: YAMLEvent, mark: YAMLMark) {
        do throws(YAMLProblem) {
            return try reader.next()
        } catch {
            let context = error.context.flatMap { position($0.mark) == position(error.mark) ? nil : $0 }
            let notes = context.map { [Diagnostic.Note($0.message, at: position($0.mark))] }
            let isTab = source.scalar(at: error.mark) == "\t"
            report(
                "this is not valid YAML: \(error.message)",
                error.mark,
                advice: isTab ? "indent with spaces; YAML allows no tabs there" : nil,
                notes: notes ?? []
            )
            throw YAMLEnd()
        }
    }

    private mutating func count(_ more: Int, _ mark: YAMLMark) throws(YAMLEnd) {
        // Cannot overflow: both are at most a little over the limit.
        nodes += more
        if nodes > limits.nodes { throw end("more than \(limits.nodes) values, aliases counted in full", mark) }
    }

    private mutating func end(_ message: String, _ mark: YAMLMark) -> YAMLEnd {
        report(message, mark)
        return YAMLEnd()
    }

    private mutating func report(
        _ message: String,
        _ mark: YAMLMark,
        advice: String? = nil,
        notes: [Diagnostic.Note] = []
    ) {
        guard diagnostics.count < limits.diagnostics else { return }
        diagnostics.append(Diagnostic(message, at: position(mark), advice: advice, notes: notes))
    }

    private func position(_ mark: YAMLMark) -> ConfigPosition {
        source.position(line: mark.line, column: mark.column)
    }
}

extension SourceText {
    /// The character at a place, if there is one.
    fileprivate func scalar(at mark: YAMLMark) -> Unicode.Scalar? {
        line(mark.line)?.unicodeScalars.dropFirst(mark.column - 1).first
    }
}
