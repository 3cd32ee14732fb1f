import Patchbay

/// Keeps messages with an even counter: a plugin of this program, used like a built-in one.
struct EvenCounter: SwiftPlugin, FilterPlugin {
    static let manifest = PluginManifest(.filter, name: "even", summary: "Keeps messages with an even counter.")

    let wanted = FieldRequest(names: ["counter"])
    private var counter: ColumnReference?

    init(_ configuration: PluginConfiguration) throws(PluginError) {}

    mutating func bind(_ input: Schema) throws(PluginError) {
        counter = input.resolve("counter")
        guard counter != nil else { throw PluginError(.schema, "there is no field 'counter' to look at") }
    }

    mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        guard let counter else { return }
        let numbers = batch.column(counter)
        selection.fill { row in numbers.int64s[row] % 2 == 0 }
    }
}
