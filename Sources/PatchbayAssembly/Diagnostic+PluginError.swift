public import PatchbayPlugin

extension Diagnostic {
    /// What a plugin or the engine says of a configuration, as a diagnostic at the error's own place or at `position`.
    public init(_ error: PluginError, at position: ConfigPosition?) {
        var words = error
        words.configuration = nil
        words.advice = nil
        words.excerpt = nil
        self.init(words.description, at: error.configuration ?? position, advice: error.advice)
        hidesSource = error.excerpt != nil
        excerpt = error.excerpt
    }
}
