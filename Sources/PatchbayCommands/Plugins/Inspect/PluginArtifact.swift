import Patchbay
import PatchbayModule

/// The file of a plugin as a WebAssembly module, read but not run.
struct PluginArtifact {
    /// The largest file that is read, in bytes.
    static let sizeLimit = 256 << 20

    let path: String
    let module: WasmModule
    /// What the module says of itself; nil when it has no manifest.
    let manifest: PluginManifest?
    let digest: String

    /// Reads the file at `path`.
    init(_ path: String) throws(CommandError) {
        let bytes = try Files.read(path, limit: Self.sizeLimit)
        self.path = path
        do throws(ModuleError) { module = try WasmModule(bytes) } catch { throw CommandError(error, in: path) }
        digest = SHA256.hexadecimal(bytes.span)
        guard let json = module.customSection(PluginInterface.manifestSection) else {
            manifest = nil
            return
        }
        do throws(PluginError) {
            manifest = try PluginManifest(json: json, file: "\(path) (manifest)")
        } catch {
            throw CommandError(.plugins, error.description)
        }
    }

    /// Whether a word on the command line means a file and not a plugin's name.
    static func isFile(_ operand: String) -> Bool {
        operand.hasSuffix(".wasm") || operand.hasPrefix("./") || operand.hasPrefix("/") || Files.kind(operand) == .file
    }
}

extension CommandError {
    /// A module that cannot be used, with the file's name in front.
    init(_ error: ModuleError, in path: String) {
        let place = error.offset.map { " at byte \($0)" } ?? ""
        self.init(.plugins, "\(path)\(place): \(error.message)", advice: error.advice)
    }
}
