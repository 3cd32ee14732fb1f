internal import PatchbayComponents
internal import PatchbayNative
public import PatchbayPlugin

extension PluginRegistry {
    /// A registry of everything that is built in.
    public static func withBuiltIns() throws(PluginError) -> PluginRegistry {
        let origin = "built-in"
        var registry = PluginRegistry()
        try registry.register(FileSource.self, origin: origin)
        try registry.register(LineParser.self, origin: origin)
        try registry.register(JSONParser.self, origin: origin)
        try registry.register(DLTMessageParser.self, origin: origin)
        try registry.register(WhereFilter.self, origin: origin)
        try registry.register(StandardOutputSink.self, origin: origin)
        try registry.register(FileSink.self, origin: origin)
        try registry.register(NullSink.self, origin: origin)
        return registry
    }
}
