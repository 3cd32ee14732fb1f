public import PatchbayCore
public import PatchbayPlugin

/// `aggregate`: sums records up over the whole run, per group of records with equal keys.
public struct RunAggregate: SwiftPlugin, AggregatePlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .aggregate,
        name: "aggregate",
        summary: "Counts and sums records up over the run, by key",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "by",
                    .list(of: .string()),
                    summary: "The fields whose values make a group; without it all records are one group"
                ),
                ConfigOption(
                    "compute",
                    .list(of: .string()),
                    default: ["count"],
                    summary: "count, count(condition), sum(x), min(x), max(x), mean(x); 'as name' names a result"
                ),
                ConfigOption(
                    "order",
                    .string(choices: ["key", "appearance"]),
                    default: "key",
                    summary: "The order of the results: sorted by key, or as the groups came"
                ),
                ConfigOption(
                    "max_groups",
                    .integer(1...Int64(Int32.max)),
                    default: 1_000_000,
                    summary: "Records that would make more groups are rejected"
                ),
            ],
            shorthand: "by"
        ),
        isOrdered: true
    )

    /// Records per batch of results.
    private static let batchSize = 16_384

    private let keys: [String]
    private let functions: [AggregateFunction]
    private let isSorted: Bool
    private let limit: Int
    private let position: ConfigPosition?
    private var state: State?

    private struct State {
        let schema: Schema
        let keyFields: [Field]
        let sources: [ColumnSource]
        let groups: GroupTable
        let accumulators: [any Accumulator]
    }

    private var assigned: [Int32] = []
    private var rows = Selection(count: 0, all: false)

    /// An aggregate; throws when a function cannot be read or two results have the same name.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        position = configuration.position
        keys = configuration.strings("by")
        var functions: [AggregateFunction] = []
        let option = configuration["compute"] ?? ["count"]
        for node in option.string != nil ? [option] : option.elements {
            functions.append(try AggregateFunction(node.string ?? "", at: node.position ?? configuration.position))
        }
        self.functions = functions
        isSorted = configuration.string("order") != "appearance"
        limit = Int(min(max(1, configuration.integer("max_groups") ?? 1_000_000), Int64(Int32.max)))
        let names = keys + functions.map(\.name)
        for (index, name) in names.enumerated()
        where names[..<index].contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            throw PluginError(
                .configuration,
                "two results would be called \(name.quotedForMessage)",
                configuration: position,
                advice: "name one of them with 'as'"
            )
        }
        guard !names.isEmpty else {
            throw PluginError(.configuration, "nothing is computed", configuration: position)
        }
    }

    /// The keys, and what the functions read.
    public var wanted: FieldRequest {
        var request = FieldRequest(names: keys)
        for function in functions { for name in function.argument?.names ?? [] { request.insert(name) } }
        return request
    }

    /// The keys and the results.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema { try makeState(input).schema }

    private func makeState(_ input: Schema) throws(PluginError) -> State {
        var fields: [Field] = []
        var keySources: [ColumnSource] = []
        for name in keys {
            guard var field = input.prospectiveField(name) else { throw input.unknownField(name, at: position) }
            if case .map = field.type {
                throw PluginError(
                    .schema,
                    "records cannot be grouped by \(name.quotedForMessage), which is a map",
                    configuration: position
                )
            }
            keySources.append(ColumnSource(reference: input.resolve(name), field: field))
            field.isOnDemand = false
            fields.append(field)
        }
        let keyFields = fields
        var sources = keySources
        var accumulators: [any Accumulator] = []
        for function in functions {
            let accumulator = try function.accumulator(for: input, sources: &sources)
            accumulators.append(accumulator)
            fields.append(accumulator.field)
        }
        let isPlain = fields.allSatisfy(\.name.isTemplateName)
        return State(
            schema: Schema(
                fields: fields,
                textTemplate: isPlain ? fields.map { "{\($0.name)}" }.joined(separator: "\t") : nil,
                recordSuffix: [0x0A]
            ),
            keyFields: keyFields,
            sources: sources,
            groups: GroupTable(keySources, limit: limit),
            accumulators: accumulators
        )
    }

    /// Looks the columns up; forgets what was summed up before.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let fresh = try makeState(input)
        state = fresh
        return fresh.schema
    }

    /// Takes records in; those that would make too many groups are rejected.
    public mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        guard let state else { throw PluginError(.internalError, "the aggregate was not bound") }
        try state.sources.check(batch)
        state.groups.assign(batch, to: &assigned)
        rows.reset(count: batch.count, all: true)
        if assigned.contains(where: { $0 < 0 }) { reject(overfull(state), into: &rejections) }
        for accumulator in state.accumulators {
            accumulator.add(batch, assigned, rows, groupCount: state.groups.count)
        }
    }

    private mutating func reject(_ error: PluginError, into rejections: inout Rejections) {
        for (row, group) in assigned.enumerated() where group < 0 {
            rows[row] = false
            rejections.reject(row, error)
        }
    }

    private func overfull(_ state: State) -> PluginError {
        let isFull = state.groups.count >= limit
        return PluginError(
            .input,
            isFull ? "there are more than \(limit) groups" : "the keys of the groups take too much memory",
            cause: "records are grouped by \(keys.joined(separator: ", "))",
            advice: isFull ? "raise 'max_groups', or group by fewer fields" : "group by shorter fields"
        )
    }

    /// The results.
    public mutating func finish() throws(PluginError) -> [Batch] {
        guard let state else { throw PluginError(.internalError, "the aggregate was not bound") }
        state.groups.addOnlyGroup()
        var order = Array(0..<state.groups.count)
        if isSorted {
            let groups = GroupOrder(state.keyFields)
            let values = state.groups.values
            order.sort { groups.precedes(values[$0], values[$1]) }
        }
        let builder = BatchBuilder(schema: state.schema)
        var batches: [Batch] = []
        for start in stride(from: 0, to: order.count, by: Self.batchSize) {
            builder.begin()
            for group in order[start..<min(start + Self.batchSize, order.count)] {
                for (index, value) in state.groups.values[group].enumerated() { builder.fields[index].append(value) }
                for (index, accumulator) in state.accumulators.enumerated() {
                    try accumulator.append(group, to: builder.fields[state.keyFields.count + index])
                }
                builder.value.appendNull()
            }
            batches.append(builder.finish())
        }
        return batches
    }
}
