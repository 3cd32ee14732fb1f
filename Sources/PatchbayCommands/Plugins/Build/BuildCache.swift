import Patchbay
import PatchbayModule

/// Folders with what was built before, each named by a digest of all that went into it.
struct BuildCache {
    let folder: String
    /// The same of this installation, made when it was built (`Tools/build-sdk`): looked into first, never written.
    let installed: String?

    /// `${XDG_CACHE_HOME:-~/.cache}/patchbay/sdk`, and `build/cache` beside `sdk`.
    static func standard(_ sdk: GuestSDK? = nil) throws(CommandError) -> BuildCache {
        let installed = sdk.map { "\(Path.parent($0.path))/build/cache/patchbay/sdk" }
        let named = Console.variable("XDG_CACHE_HOME", default: "")
        // The standard says that relative paths are to be ignored.
        if named.hasPrefix("/") { return BuildCache(folder: "\(named)/patchbay/sdk", installed: installed) }
        let home = Console.variable("HOME", default: "")
        guard home.hasPrefix("/") else {
            throw CommandError(
                .environment, "there is no folder for what is built once", advice: "set HOME or XDG_CACHE_HOME")
        }
        return BuildCache(folder: "\(home)/.cache/patchbay/sdk", installed: installed)
    }

    /// The path of the folder for `name` made of `ingredients`, which `build` fills when it is not there yet. Several
    /// processes may do so at once: a folder appears with all that belongs in it.
    func folder(
        _ name: String, of ingredients: [String], _ build: (String) throws(CommandError) -> Void
    ) throws(CommandError) -> String {
        let text = Array(ingredients.joined(separator: "\u{0}").utf8)
        let digest = SHA256.hexadecimal(text.span).prefix(24)
        if let ready = installed.map({ "\($0)/\(name)-\(digest)" }), Files.kind(ready) == .folder { return ready }
        let final = "\(folder)/\(name)-\(digest)"
        if Files.kind(final) == .folder { return final }
        let draft = try Scratch(in: folder)
        try build(draft.path)
        // When another process was first, its folder is as good.
        if Files.move(draft.path, to: final) { draft.isKept = true }
        return final
    }
}

/// A folder of this process that goes away with the value.
final class Scratch {
    let path: String
    /// Whether the folder stays, because it has another name by now.
    var isKept = false

    /// Makes one in `folder`.
    init(in folder: String) throws(CommandError) {
        try Files.makeFolder(folder)
        path = try Files.makeTemporaryFolder(in: folder)
    }

    deinit { if !isKept { Files.remove(path) } }
}

/// The digest of a folder's files: names and content.
enum SourceDigest {
    static func of(_ folder: String, files: [String]) throws(CommandError) -> String {
        var digest = SHA256()
        for file in files {
            let content = try Files.read("\(folder)/\(file)", limit: 64 << 20)
            let title = Array("\(file) \(content.count)\n".utf8)
            digest.update(title.span)
            digest.update(content.span)
        }
        return digest.hexadecimal()
    }
}
