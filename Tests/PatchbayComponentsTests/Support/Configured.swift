import PatchbayCore
import PatchbayPlugin
import Testing

/// A plugin made of options as a user gives them, checked against its schema.
func make<P: SwiftPlugin>(_ type: P.Type, _ options: ConfigNode) throws -> P {
    let (configuration, diagnostics) = type.manifest.configuration.check(options)
    if let configuration { return try type.init(configuration) }
    throw PluginError(.configuration, diagnostics.map(\.description).joined(separator: "; "))
}

/// The error of an operation that must fail.
func failure(of body: () throws -> Void) -> PluginError? {
    do {
        try body()
        return nil
    } catch {
        return error as? PluginError
    }
}

extension TransformPlugin {
    /// Binds to the batch's schema and transforms it.
    mutating func run(_ batch: Batch) throws -> TransformOutput {
        let promised = try outputSchema(for: batch.schema)
        let schema = try bind(batch.schema)
        #expect(promised.fields.map(\.name) == schema.fields.map(\.name))
        #expect(promised.fields.map(\.type) == schema.fields.map(\.type))
        var output = TransformOutput()
        try transform(batch, into: &output)
        for made in output.batches { #expect(made.schema === schema) }
        return output
    }
}

/// Names, types and values of a batch's fields as text, a line per record: easy to compare.
func rendered(_ batch: Batch) -> [String] {
    (0..<batch.count).map { row in
        batch.schema.fields.enumerated().map { index, field in
            "\(field.name)=\(rendered(batch.fields[index].value(row)))"
        }.joined(separator: " ")
    }
}

func rendered(_ value: Value) -> String {
    switch value {
    case .null: "-"
    case .int64(let number): "\(number)"
    case .float64(let number): "\(number)"
    case .bool(let truth): "\(truth)"
    case .timestamp(let time): "@\(time)"
    case .utf8(let bytes), .binary(let bytes), .json(let bytes): bytes.text
    case .map(let entries):
        "{" + entries.map { "\(rendered($0.key)):\(rendered($0.value))" }.joined(separator: ",") + "}"
    }
}
