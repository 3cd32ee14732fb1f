import Patchbay

/// A pipeline as a drawing: stages, and what flows between them.
struct PipelineGraph {
    private let definition: PipelineDefinition

    init(_ definition: PipelineDefinition) {
        self.definition = definition
    }

    /// For Mermaid, which Markdown viewers draw.
    var mermaid: String {
        var text = "flowchart LR\n"
        for (index, stage) in stages.enumerated() {
            let label = Self.label(stage).map(Self.mermaidText).joined(separator: "<br/>")
            let (open, close) = Self.mermaidShape(stage.role)
            text += "    s\(index)\(open)\"\(label)\"\(close)\n"
        }
        for edge in edges {
            text += "    s\(edge.from) \(edge.isForErrors ? "-.->|dead letters|" : "-->") s\(edge.to)\n"
        }
        return text
    }

    /// For Graphviz (`dot -Tsvg`).
    var dot: String {
        var text = "digraph \(Self.dotText(definition.name)) {\n    rankdir=LR;\n    node [fontname=\"sans-serif\"];\n"
        for (index, stage) in stages.enumerated() {
            let label = Self.label(stage).joined(separator: "\n")
            text += "    s\(index) [label=\(Self.dotText(label)), shape=\(Self.dotShape(stage.role))];\n"
        }
        for edge in edges {
            let style = edge.isForErrors ? " [style=dashed, label=\"dead letters\"]" : ""
            text += "    s\(edge.from) -> s\(edge.to)\(style);\n"
        }
        return text + "}\n"
    }

    private var stages: [StageDefinition] { definition.stages + [definition.deadLetters].compactMap(\.self) }

    private struct Edge {
        let from: Int
        let to: Int
        var isForErrors = false
    }

    private var edges: [Edge] {
        var edges: [Edge] = []
        for (index, stage) in definition.stages.enumerated() {
            for input in stage.inputs {
                guard let from = definition.stages.firstIndex(where: { $0.id == input }) else { continue }
                edges.append(Edge(from: from, to: index))
            }
        }
        guard definition.deadLetters != nil else { return edges }
        for (index, stage) in definition.stages.enumerated() where stage.onError == .deadLetter {
            edges.append(Edge(from: index, to: definition.stages.count, isForErrors: true))
        }
        return edges
    }

    /// The stage's name, and its plugin when it is called otherwise.
    private static func label(_ stage: StageDefinition) -> [String] {
        let plugin = stage.capability.name
        return stage.id == plugin ? [stage.id] : [stage.id, plugin]
    }

    private static func mermaidShape(_ role: Role) -> (String, String) {
        switch role {
        case .byteSource, .source: ("([", "])")
        case .sink: ("[(", ")]")
        case .filter, .validator: ("{{", "}}")
        default: ("[", "]")
        }
    }

    private static func dotShape(_ role: Role) -> String {
        switch role {
        case .byteSource, .source: "ellipse"
        case .sink: "cylinder"
        case .filter, .validator: "hexagon"
        default: "box"
        }
    }

    /// Mermaid reads entities such as `#quot;` in quoted text; everything but plain characters becomes one.
    private static func mermaidText(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            let isPlain =
                scalar.value >= 0x80 || scalar.properties.isAlphabetic
                || "0123456789 _-./:".unicodeScalars.contains(scalar)
            return isPlain ? String(scalar) : "#\(scalar.value);"
        }.joined()
    }

    private static func dotText(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
