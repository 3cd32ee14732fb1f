// What a program that embeds Patchbay imports: everything but the command line.
@_exported public import PatchbayAssembly
@_exported public import PatchbayComponents
@_exported public import PatchbayConfig
@_exported public import PatchbayCore
@_exported public import PatchbayEngine
@_exported public import PatchbayNative
@_exported public import PatchbayPlugin
@_exported public import PatchbayProcess
@_exported public import PatchbayWasm
