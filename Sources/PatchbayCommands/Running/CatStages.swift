import Patchbay

/// The stages behind the parser that the options of `cat` describe.
enum CatStages {
    static func make(_ arguments: ParsedArguments) throws(CommandError) -> [StageConfiguration] {
        var stages: [StageConfiguration] = []
        for (index, expression) in arguments.all("where").enumerated() {
            let id = index == 0 ? "where" : "where \(index + 1)"
            stages.append(ParserChoice.stage("where", .processors, .filter, [entry("expression", expression)], id: id))
        }
        if let limit = arguments.number("limit") {
            let count = ConfigNode.Entry(key: "count", value: ConfigNode(.integer(Int64(limit))))
            stages.append(ParserChoice.stage("head", .processors, .filter, [count]))
        }
        if let fields = arguments.value("select") {
            stages.append(ParserChoice.stage("select", .processors, .transform, [entry("fields", fields)]))
        }
        stages.append(try sink(arguments))
        return stages
    }

    private static func sink(_ arguments: ParsedArguments) throws(CommandError) -> StageConfiguration {
        var options: [ConfigNode.Entry] = []
        let format = arguments.value("to") ?? "text"
        options.append(entry("format", format))
        if let zone = arguments.value("time-zone") { options.append(entry("time_zone", zone)) }
        for option in ["template", "color"] {
            guard let value = arguments.value(option) else { continue }
            guard format == "text" else { throw .usage("--\(option) is for text, and the output is \(format)") }
            options.append(entry(option, value))
        }
        guard let path = arguments.value("output"), path != "-" else {
            return ParserChoice.stage("stdout", .sinks, .sink, options)
        }
        return ParserChoice.stage("file", .sinks, .sink, [entry("path", path)] + options, id: "output")
    }

    private static func entry(_ key: String, _ text: String) -> ConfigNode.Entry {
        ConfigNode.Entry(key: key, value: ConfigNode(.string(text)))
    }
}
