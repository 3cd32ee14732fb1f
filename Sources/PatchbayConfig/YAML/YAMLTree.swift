public import PatchbayPlugin

/// Reads YAML into a tree whose nodes know their places.
///
/// The scalars are those of the core schema of YAML 1.2 (`yes` and `on` are text). Anchors, aliases and merge keys
/// (`<<`) work. One document per file; a key may occur once in a mapping.
public enum YAMLTree {
    /// How much a file may ask for. Aliases count as often as they are used, so that a small file cannot stand for a
    /// tree without end.
    struct Limits {
        var depth = 64
        var nodes = 100_000
        var diagnostics = 100
    }

    /// The tree of `source`; nil when it cannot be read to its end. An empty file gives nothing (`null`). With errors
    /// such as keys given twice the tree is there, so that a reader can report its own errors along with them.
    public static func read(_ source: SourceText) -> (tree: ConfigNode?, diagnostics: [Diagnostic]) {
        if let problem = source.problem { return (nil, [problem]) }
        do throws(YAMLProblem) {
            var builder = try YAMLTreeBuilder(source, limits: Limits())
            let tree = builder.build()
            return (tree, builder.diagnostics)
        } catch {
            return (nil, [Diagnostic(error.message, at: source.position(line: 0, column: 0))])
        }
    }
}
