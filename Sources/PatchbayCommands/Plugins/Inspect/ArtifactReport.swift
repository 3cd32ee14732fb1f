import Patchbay
import PatchbayModule

/// The page of `patchbay plugin inspect` about one module.
struct ArtifactReport {
    let artifact: PluginArtifact

    private var module: WasmModule { artifact.module }

    /// Bytes by kind: code, data, each custom section, and all else.
    var sizes: [(name: String, bytes: Int)] {
        var other = module.bytes.count
        var sizes: [(name: String, bytes: Int)] = []
        for section in module.sections where section.isCustom || ["code", "data"].contains(section.name) {
            sizes.append((section.isCustom ? "custom \(section.name)" : section.name, section.size))
            other -= section.size
        }
        return sizes + [("other", other)]
    }

    /// For people.
    var text: String {
        var text = ""
        if let manifest = artifact.manifest {
            text += "\(manifest.name) \(manifest.version)\n"
            if !manifest.summary.isEmpty { text += "\n" + HelpText.wrap(manifest.summary, indent: 2) }
            text += "\n"
        }
        text += HelpText.columns(facts, indent: 2)
        if let manifest = artifact.manifest { text += Component.lists(of: manifest) }
        text += table("IMPORTS", module.imports.map { ["\($0.module).\($0.name)", Self.what($0), Self.grant($0)] })
        text += table("EXPORTS", module.exports.map { [$0.name, $0.type?.description ?? $0.kind.word] })
        text += "\nSIZE\n"
        let rows = sizes.map { ["  \($0.name.oneLine)", Amount.grouped(UInt64($0.bytes))] }
        text += TextTable.text(rows + [["  total", Amount.grouped(UInt64(module.bytes.count))]], numeric: [1])
        if !problems.isEmpty { text += "\nNOT A PLUGIN\n" + problems.map { "  \($0)\n" }.joined() }
        return text
    }

    /// Why this cannot be a plugin.
    var problems: [String] {
        let section = PluginInterface.manifestSection
        let missing = "the module has no manifest (custom section '\(section)'); 'patchbay plugin build' adds it"
        return (artifact.manifest == nil ? [missing] : []) + module.interfaceProblems().map(\.description)
    }

    private var facts: [(String, String)] {
        var facts = [("file", artifact.path), ("sha256", artifact.digest)]
        guard let manifest = artifact.manifest else {
            facts.append(("manifest", "none"))
            return facts + [("memory", memory)]
        }
        facts.append(("abi", manifest.abi.map { "\($0)" } ?? "not stated"))
        facts.append(("capabilities", manifest.capabilities.map(\.description).joined(separator: ", ")))
        facts.append(("wants", manifest.permissions.isEmpty ? "nothing" : manifest.permissions.joined(separator: ", ")))
        facts.append(("order", manifest.isOrdered ? "records in their order" : "any"))
        return facts + [("memory", memory)]
    }

    private var memory: String {
        guard let limits = module.memories.first else { return "none" }
        let (size, overflow) = limits.minimum.multipliedReportingOverflow(by: limits.pageSize)
        let start = overflow ? "more than there can be" : Amount.bytes(size)
        guard let maximum = limits.maximum else { return "\(start), no limit of its own" }
        let most = maximum.multipliedReportingOverflow(by: limits.pageSize)
        return "\(start), at most \(most.overflow ? "more than there can be" : Amount.bytes(most.partialValue))"
    }

    private func table(_ title: String, _ rows: [[String]]) -> String {
        rows.isEmpty ? "" : "\n\(title)\n" + TextTable.text(rows.map { ["  \($0[0].oneLine)"] + $0.dropFirst() })
    }

    private static func what(_ entry: ModuleImport) -> String { entry.type?.description ?? entry.kind.word }

    /// What the host has to grant for an import.
    private static func grant(_ entry: ModuleImport) -> String {
        if entry.module == PluginInterface.systemModule { return "WASI" }
        guard entry.module == PluginInterface.importModule, let known = PluginInterface.hostFunction(entry.name) else {
            return "unknown"
        }
        guard let grant = known.grant else { return "no grant" }
        return "grant \(grant)" + (known.isGrantedByDefault ? " (given by default)" : "")
    }
}

extension ArtifactReport {
    /// For programs: one line.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("file", artifact.path)
            json.member("sha256", artifact.digest)
            json.member("size", module.bytes.count)
            json.key("manifest")
            if let manifest = artifact.manifest { manifest.write(into: &json) } else { json.null() }
            json.key("memory")
            if let limits = module.memories.first {
                json.object { json in
                    json.member("page_size", limits.pageSize)
                    json.member("minimum_pages", limits.minimum)
                    if let maximum = limits.maximum { json.member("maximum_pages", maximum) }
                }
            } else {
                json.null()
            }
            writeInterface(into: &json)
            json.key("sections")
            json.array { json in
                for section in module.sections {
                    json.object { json in
                        json.member("name", section.name)
                        json.member("custom", section.isCustom)
                        json.member("offset", section.offset)
                        json.member("size", section.size)
                    }
                }
            }
            json.member("problems", problems)
        }
        return String(decoding: json.finish().span) + "\n"
    }

    private func writeInterface(into json: inout JSONWriter) {
        json.key("imports")
        json.array { json in
            for entry in module.imports {
                let isOurs = entry.module == PluginInterface.importModule
                json.object { json in
                    json.member("module", entry.module)
                    json.member("name", entry.name)
                    json.member("type", Self.what(entry))
                    if isOurs, let grant = PluginInterface.hostFunction(entry.name)?.grant {
                        json.member("grant", grant)
                    }
                }
            }
        }
        json.key("exports")
        json.array { json in
            for export in module.exports {
                json.object { json in
                    json.member("name", export.name)
                    json.member("kind", export.kind.word)
                    if let type = export.type { json.member("type", type.description) }
                }
            }
        }
    }
}

extension String {
    /// Without what would disturb a terminal; for names that come from a module.
    fileprivate var oneLine: String {
        unicodeScalars.map { $0.isShowable ? String($0) : "?" }.joined()
    }
}
