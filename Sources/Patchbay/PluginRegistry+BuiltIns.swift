internal import PatchbayComponents
internal import PatchbayNative
public import PatchbayPlugin
internal import PatchbayProcess
internal import PatchbayWasm

extension PluginRegistry {
    /// A registry of everything that is built in.
    ///
    /// - Parameter directories: where plugins lie that are files.
    public static func withBuiltIns(
        directories: PluginDirectories = .ofThisProgram()
    ) throws(PluginError) -> PluginRegistry {
        let origin = "built-in"
        var registry = PluginRegistry(directories: directories)
        try registry.register(FileSource.self, origin: origin)
        try registry.register(FramesParser.self, origin: origin)
        try registry.register(DLTMessageParser.self, origin: origin)
        try registry.register(JSONParser.self, origin: origin)
        try registry.register(CSVTableParser.self, origin: origin)
        try registry.register(LineParser.self, origin: origin)
        try registry.register(WhereFilter.self, origin: origin)
        try registry.register(HeadFilter.self, origin: origin)
        try registry.register(SampleFilter.self, origin: origin)
        try registry.register(SelectTransform.self, origin: origin)
        try registry.register(DropTransform.self, origin: origin)
        try registry.register(RenameTransform.self, origin: origin)
        try registry.register(SetTransform.self, origin: origin)
        try registry.register(CastTransform.self, origin: origin)
        try registry.register(RunAggregate.self, origin: origin)
        try registry.register(StandardOutputSink.self, origin: origin)
        try registry.register(FileSink.self, origin: origin)
        try registry.register(NullSink.self, origin: origin)
        try registry.register(ExecFactory(origin: origin))
        try registry.register(WasmRuntime(directories: directories))
        try registry.register(ProcessRuntime(directories: directories))
        return registry
    }
}
