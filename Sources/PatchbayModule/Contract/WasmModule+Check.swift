extension WasmModule {
    /// Everything by which the module's exports and imports differ from the plugin ABI; empty when it can be a plugin.
    public func interfaceProblems() -> [ModuleError] {
        exportProblems() + imports.compactMap(problem)
    }

    /// Whether it imports from WASI preview 1.
    public var usesSystemInterface: Bool { imports.contains { $0.module == PluginInterface.systemModule } }

    private func exportProblems() -> [ModuleError] {
        var problems = PluginInterface.exports.compactMap { (name, type) -> ModuleError? in
            guard let export = export(name) else {
                return ModuleError(
                    .interface, "the module does not export '\(name)'", advice: "link the SDK into the plugin")
            }
            if export.kind == .function, export.type == type { return nil }
            let found = export.type.map(\.description) ?? "a \(export.kind.word)"
            return ModuleError(.interface, "'\(name)' must be \(type), not \(found)", at: export.offset)
        }
        guard let memory = export("memory"), memory.kind == .memory else {
            problems.append(ModuleError(.interface, "the module does not export its memory as 'memory'"))
            return problems
        }
        // The memory that the export names is the module's own: importing one is a problem of its own.
        if let limits = memories.first, limits.is64Bit || limits.isShared {
            problems.append(
                ModuleError(
                    .interface, "the memory must be plain and of 32 bits, not \(limits.is64Bit ? "of 64" : "shared")",
                    at: memory.offset))
        }
        return problems
    }

    private func problem(_ entry: ModuleImport) -> ModuleError? {
        let name = Self.shown("\(entry.module).\(entry.name)")
        guard entry.kind == .function, let type = entry.type else {
            return ModuleError(
                .interface, "the module imports the \(entry.kind.word) \(name); hosts offer functions only",
                at: entry.offset)
        }
        if entry.module == PluginInterface.systemModule { return nil }
        guard entry.module == PluginInterface.importModule else {
            return ModuleError(
                .interface, "the module imports \(name), which no host offers", at: entry.offset,
                advice:
                    "host functions come from '\(PluginInterface.importModule)' or '\(PluginInterface.systemModule)'")
        }
        guard let known = PluginInterface.hostFunction(entry.name) else {
            return ModuleError(
                .interface, "the module imports \(name), which version \(PluginInterface.version) of the ABI lacks",
                at: entry.offset, advice: "use a newer Patchbay, or an older SDK")
        }
        if known.type == type { return nil }
        return ModuleError(.interface, "\(name) must be \(known.type), not \(type)", at: entry.offset)
    }
}
