internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin with capabilities of the Open Component Model prints for `capabilities`: one document for both kinds of
/// hosts. An entry for each capability type of OCM has the list that its hosts read, and `names` for Patchbay; either
/// passes over what it does not know.
///
/// One entry and not one for each name: hosts of OCM refuse a plugin that registers twice for a type. They also refuse
/// types that OCM does not have, so a plugin with roles besides is for Patchbay alone.
enum OCMDocument {
    /// The document of `manifest`, as it stands where no capability is one of OCM's.
    /// - Parameter schemas: the JSON Schema of the specifications of a capability; any object fits where there is none,
    ///   since hosts refuse every call for a type without a schema.
    static func merging(_ manifest: Bytes, schemas: [Capability: String]) -> Bytes {
        guard var tree = try? JSONReader.read(manifest, file: "the manifest"), case .map(var members) = tree.content,
            let place = members.firstIndex(where: { $0.key == "capabilities" })
        else { return manifest }
        let entries = members[place].value.elements
        let types = entries.compactMap { $0["type"]?.string.flatMap(OCMCapabilityType.init(rawValue:)) }
        guard !types.isEmpty else { return manifest }
        var merged: [ConfigNode] = []
        var done: Set<OCMCapabilityType> = []
        for entry in entries {
            guard let type = entry["type"]?.string.flatMap(OCMCapabilityType.init(rawValue:)) else {
                merged.append(entry)
                continue
            }
            guard done.insert(type).inserted else { continue }
            let names = entries.filter { $0["type"]?.string == type.rawValue }.compactMap { $0["name"]?.string }
            merged.append(self.entry(type, names, schemas))
        }
        members[place].value.content = .list(merged)
        tree.content = .map(members)
        var json = JSONWriter()
        json.value(tree)
        return json.finish()
    }

    private static func entry(
        _ type: OCMCapabilityType, _ names: [String], _ schemas: [Capability: String]
    ) -> ConfigNode {
        let listed = names.map { name -> ConfigNode in
            let schema = Bytes(schemas[Capability(type: type.rawValue, name: name)] ?? #"{"type":"object"}"#)
            return [
                "type": ConfigNode(.string(name)), "aliases": ConfigNode(.null),
                "jsonSchema": ConfigNode(.string(Base64.encoded(schema.span))),
            ]
        }
        let texts = names.map { ConfigNode(.string($0)) }
        return ConfigNode(
            .map([
                .init(key: "type", value: ConfigNode(.string(type.rawValue))),
                .init(key: "names", value: ConfigNode(.list(texts))),
                .init(key: type.lists[0], value: ConfigNode(.list(listed))),
            ]))
    }
}
