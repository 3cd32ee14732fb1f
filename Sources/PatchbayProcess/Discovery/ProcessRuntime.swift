internal import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// Opens executables that are plugins; see `docs/process-plugins.md`.
///
/// A program is asked once for its capabilities, by content, and what it printed is kept (`ManifestCache`). Nothing is
/// run before somebody opens or examines a file.
public final class ProcessRuntime: PluginRuntime {
    /// `process`.
    public let kind = "process"
    private let directories: PluginDirectories
    private let cache: ManifestCache?
    private let processes = SharedProcesses()
    private let factories = Guarded<[String: (file: ProgramFile, factory: any PluginFactory)]>([:])

    /// A runtime; `directories` are searched for programs that are named without a directory.
    /// - Parameters:
    ///   - directories: where plugins lie.
    ///   - cache: the directory for what programs have said of themselves; the user's own when nil.
    public init(directories: PluginDirectories = .ofThisProgram(), cache: String? = nil) {
        self.directories = directories
        self.cache = cache.map { ManifestCache($0) } ?? ManifestCache.ofThisUser()
    }

    // MARK: Files

    /// The programs in the plugin directories: files that this user may execute and that are of no other kind.
    public func installed() -> [String] {
        directories.files().filter { path in
            if path.hasSuffix(".wasm") || path.hasSuffix(".so") { return false }
            return ProgramFile(path)?.isProgram == true
        }
    }

    /// What is known of a program; its attributes are looked at, and nothing is read of it or run.
    public func finding(_ path: String) -> PluginFinding {
        guard let file = ProgramFile(find(path)), file.isProgram else {
            return .setAside("\(path.quotedForMessage) is no program that may be executed")
        }
        if file.isWritableByAll { return .setAside("everybody may change it: chmod o-w") }
        guard let digest = cache?.digest(of: file), let answer = cache?.answer(digest) else { return .notExamined }
        switch answer {
        case .refused(let reason): return .setAside(reason)
        case .answered(let output):
            do throws(PluginError) { return .manifest(try ProgramAnswer(output, file.path).manifest) } catch {
                return .setAside("\(error)")
            }
        }
    }

    // MARK: Opening

    /// The plugin in the program at `path`, which is asked what it is when nobody has asked it yet.
    public func open(_ path: String) throws(PluginError) -> any PluginFactory { try open(path, sandbox: .preferred) }

    /// The same; asked in the sandbox that `mode` says.
    public func open(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> any PluginFactory {
        let file = try program(path)
        if let known = factories.with({ $0[file.path] }), known.file == file { return known.factory }
        var digest = cache?.digest(of: file)
        if digest == nil {
            let computed = try file.digest()
            cache?.note(computed, of: file)
            digest = computed
        }
        guard let digest else { throw PluginError(.internalError, "a program without a digest") }
        // One that was refused is asked again: what it lacked may be there now.
        var answer: ProgramAnswer?
        if case .answered(let output) = cache?.answer(digest) { answer = try? ProgramAnswer(output, file.path) }
        if answer == nil { answer = try ask(file, digest, mode) }
        guard let answer else { throw PluginError(.internalError, "a program without an answer") }
        let factory = try factory(file, digest, answer)
        factories.with { $0[file.path] = (file, factory) }
        return factory
    }

    /// Asks the program at `path` what it is, also when that is known.
    public func examine(_ path: String, sandbox mode: SandboxMode) throws(PluginError) -> PluginManifest {
        let file = try program(path)
        let digest = try file.digest()
        cache?.note(digest, of: file)
        return try ask(file, digest, mode).manifest
    }

    /// Ends all processes.
    public func stop() { processes.stop() }

    /// What is in force for programs in this mode.
    public func sandbox(_ mode: SandboxMode) -> String { Protection.expected(mode).description }

    private func program(_ path: String) throws(PluginError) -> ProgramFile {
        guard let file = ProgramFile(find(path)) else {
            throw PluginError(
                .io, "\(path) cannot be read", cause: Descriptor.reason(),
                advice: directories.paths.isEmpty
                    ? nil : "plugins are looked for in \(directories.paths.joined(separator: ", "))")
        }
        guard file.isProgram else {
            throw PluginError(
                .configuration, "\(path) is no program that may be executed",
                advice: "a plugin is a module (.wasm), or an executable file; chmod +x makes it one")
        }
        return file
    }

    /// A name without a directory may stand for a program in the plugin directories; a path never does.
    private func find(_ path: String) -> String {
        if path.utf8.contains(UInt8(ascii: "/")) || ProgramFile(path) != nil { return path }
        return directories.find(path) ?? path
    }

    /// Runs the program and keeps what it says, or why it cannot be used.
    private func ask(
        _ file: ProgramFile, _ digest: String, _ mode: SandboxMode
    ) throws(PluginError) -> ProgramAnswer {
        do throws(PluginError) {
            let output = try CapabilitiesQuery.run(ProgramPath.absolute(file.path), sandbox: mode)
            let answer = try ProgramAnswer(output, file.path)
            // What was run is what was hashed, if the file is still the same.
            if ProgramFile(file.path) == file { cache?.keep(.answered(output), of: digest) }
            return answer
        } catch {
            var error = error
            error.message = "\(file.path): \(error.message)"
            if error.code != .denied, ProgramFile(file.path) == file {
                cache?.keep(.refused(error.description), of: digest)
            }
            throw error
        }
    }

    private func factory(
        _ file: ProgramFile, _ digest: String, _ answer: ProgramAnswer
    ) throws(PluginError) -> any PluginFactory {
        switch answer {
        case .component(let factory): return factory
        case .plugin(let manifest, let interface):
            return ProcessFactory(
                manifest: manifest, interface: interface, origin: file.path,
                program: SharedProcesses.Program(path: ProgramPath.absolute(file.path), digest: digest),
                processes: processes)
        }
    }
}
