import Glibc
import Patchbay
import PatchbayModule

/// Builds a plugin: sources to a module or a program, the manifest into it, the interface checked.
struct PluginBuild {
    /// What came out.
    struct Result {
        let path: String
        let bytes: Int
        let seconds: Double
    }

    let project: PluginProject
    let sdk: GuestSDK
    let isDebug: Bool
    let form: PluginForm

    /// - Parameter form: nil for the first form of the language.
    /// - Throws: when the language's plugins have not that form.
    init(project: PluginProject, sdk: GuestSDK, isDebug: Bool, form: PluginForm? = nil) throws(CommandError) {
        let forms = project.language.forms
        self.project = project
        self.sdk = sdk
        self.isDebug = isDebug
        self.form = form ?? forms[0]
        guard forms.contains(self.form) else {
            let words = forms.map(\.rawValue).joined(separator: ", ")
            throw .usage(
                "plugins in \(project.language.title) have no form '\(self.form.rawValue)'",
                advice: "they have \(words)")
        }
    }

    /// Builds and writes the file to `target`; nil for `NAME.wasm` or `NAME.plugin` in the plugin's folder.
    func run(to target: String?) throws(CommandError) -> Result {
        let start = MonotonicTime.seconds
        let scratch = try Scratch(in: Console.variable("TMPDIR", default: "/tmp"))
        let request = BuildRequest(project: project, sdk: sdk, isDebug: isDebug, form: form, scratch: scratch.path)
        let path = target ?? Path.join(project.folder, form.file(project.manifest.name))
        switch project.language {
        case .swift:
            var builder = try SwiftBuilder(request)
            try builder.build()
        case .c: try CBuilder(request).build()
        case .rust: try RustBuilder(request: request).build()
        case .zig: try ZigBuilder(request: request).build()
        case .python:
            let size = try PythonBuilder(request: request).build(to: path)
            return Result(path: path, bytes: size, seconds: MonotonicTime.seconds - start)
        }
        let isModule = form == .wasm
        let module = try isModule ? finished(request.module) : Files.read(request.module, limit: 1 << 30)
        try Files.write(path, module.span, mode: isModule ? 0o666 : 0o777)
        return Result(path: path, bytes: module.count, seconds: MonotonicTime.seconds - start)
    }

    /// The linker's file with the manifest, and without what only linkers read.
    private func finished(_ path: String) throws(CommandError) -> Bytes {
        let bytes = try Files.read(path, limit: PluginArtifact.sizeLimit)
        let module: WasmModule
        do throws(ModuleError) { module = try WasmModule(bytes) } catch { throw CommandError(error, in: path) }
        let problems = module.interfaceProblems()
        guard problems.isEmpty else {
            let list = problems.map { "\n  \($0)" }.joined()
            throw CommandError(.plugins, "the module that was built does not fit the plugin ABI:\(list)")
        }
        var manifest = project.manifest
        manifest.abi = PluginInterface.version
        let isDebug = isDebug
        let json = manifest.json(isIndented: false, isComplete: false)
        let packed: WasmModule
        do throws(ModuleError) {
            packed = isDebug ? module : try WasmModule(module.packingData())
        } catch {
            throw CommandError(error, in: path)
        }
        return packed.replacing(section: PluginInterface.manifestSection, with: json.span) { name in
            !isDebug && ["name", "producers", "target_features"].contains(name)
        }
    }
}

/// A clock that never goes back.
enum MonotonicTime {
    static var seconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
