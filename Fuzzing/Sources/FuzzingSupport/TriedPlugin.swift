public import PatchbayCore
public import PatchbayPlugin

/// A parser plugin on trial, asked for every field.
public struct TriedPlugin<Plugin: ParserPlugin>: TriedParser {
    private var plugin: Plugin
    /// The records it makes.
    public let schema: Schema

    /// Puts `plugin` on trial; every field is asked for, also those of `names`.
    public init(_ plugin: Plugin, names: [String] = []) throws(PluginError) {
        self.plugin = plugin
        schema = try self.plugin.bind(FieldRequest(names: names, all: true))
    }

    /// What the plugin says; nil for an error.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult? {
        do { return try plugin.parse(input, into: output) } catch { return nil }
    }

    /// What the plugin says, if it splits its input.
    public mutating func boundary(_ input: ParseInput) -> ParseResult? {
        guard var splitting = plugin as? any SplittingParserPlugin else { return nil }
        do { return try splitting.boundary(input) } catch { return nil }
    }
}
