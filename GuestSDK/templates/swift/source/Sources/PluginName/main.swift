import PatchbayGuest

export(PluginName.self)
