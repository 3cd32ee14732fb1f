import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayServing

// A plugin of its own program, for tests of both sides of the contract.
PluginServer.main { registry throws(PluginError) in
    try registry.register(ProbeLines.self)
    try registry.register(ProbeFilter.self)
}
