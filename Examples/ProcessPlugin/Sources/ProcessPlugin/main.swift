import PatchbayNative
import PatchbayPlugin
import PatchbayServing

// A program that is a plugin: 'uses: ./ProcessPlugin' in a pipeline.
PluginServer.main { registry throws(PluginError) in
    try registry.register(LongRecords.self)
}
