internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin and its neighbours agreed on.
struct ProcessBinding {
    /// What its records look like; nil for plugins that make none.
    let output: Schema?
    /// What it reads of its input.
    let wanted: ColumnRequest
}

extension ProcessSession {
    /// `describe`, or `bind` when `commits`.
    ///
    /// - Parameters:
    ///   - input: what arrives; nil for sources and parsers.
    ///   - request: what is read of the output; nil for all that there is.
    func agree(input: Schema?, request: FieldRequest?, commits: Bool) throws(PluginError) -> ProcessBinding {
        let operation = commits ? ProcessOperation.bind : .describe
        var json = JSONWriter()
        json.object { json in
            json.key("input")
            if let input { input.write(into: &json) } else { json.null() }
            json.key("request")
            if let request { ColumnRequest(request).write(into: &json) } else { json.null() }
        }
        let answer = try invoke(operation, body: [json.finish()])
        do throws(PluginError) {
            let tree = try answer.json(operation)
            var output: Schema?
            if let node = tree["output"], !node.isNull { output = try Schema(json: node, source: "the output schema") }
            var wanted = ColumnRequest(.everything)
            if let node = tree["wanted"], !node.isNull { wanted = try ColumnRequest(json: node, source: "'wanted'") }
            return ProcessBinding(output: output, wanted: wanted)
        } catch {
            throw judged(
                PluginError(.invalidResult, error.message, configuration: error.configuration, cause: error.cause),
                operation)
        }
    }

    /// The output schema of a plugin that must have one.
    func agreeOutput(
        input: Schema?, request: FieldRequest?, commits: Bool
    ) throws(PluginError) -> (schema: Schema, wanted: ColumnRequest) {
        let binding = try agree(input: input, request: request, commits: commits)
        guard let output = binding.output else {
            throw judged(
                PluginError(.invalidResult, "it gave no output schema"), commits ? .bind : .describe)
        }
        return (output, binding.wanted)
    }

    /// `bind` of a new instance: it must agree to what the one before it agreed to, for the stages behind rely on it.
    @discardableResult
    func agreeAgain(
        input: Schema?, request: FieldRequest?, on schema: Schema
    ) throws(PluginError) -> ColumnRequest {
        let (again, wanted) = try agreeOutput(input: input, request: request, commits: true)
        guard again.describesSameRecords(as: schema) else {
            throw judged(
                PluginError(.invalidResult, "a new instance gives other fields than the one before it"), .bind)
        }
        return wanted
    }
}

extension Schema {
    /// Whether records of both have the same columns, with the same vocabularies.
    func describesSameRecords(as other: Schema) -> Bool {
        hasKey == other.hasKey && hasTime == other.hasTime && isOpen == other.isOpen
            && fields.count == other.fields.count
            && zip(fields, other.fields).allSatisfy { a, b in
                a.name.utf8.elementsEqual(b.name.utf8) && a.type == b.type && a.order == b.order
            }
    }
}
