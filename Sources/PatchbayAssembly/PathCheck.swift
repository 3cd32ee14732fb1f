internal import Glibc
internal import PatchbayEngine
internal import PatchbayPlugin

extension PipelineDefinition {
    /// A diagnostic for each path in the options that cannot be read or written. Nothing is opened or made.
    func missingPaths() -> [Diagnostic] {
        (stages + [deadLetters].compactMap(\.self)).flatMap { stage in
            stage.factory.manifest.configuration.options.flatMap { option -> [Diagnostic] in
                guard let use = option.path, let node = stage.configuration[option.name] else { return [] }
                if use == .output, stage.configuration.bool("make_directories") == true { return [] }
                let nodes = node.string == nil ? node.elements : [node]
                return nodes.compactMap { path in
                    guard let text = path.string, let problem = PathCheck.problem(text, use) else { return nil }
                    let place = path.position ?? node.position ?? stage.configuration.position
                    return Diagnostic(problem.message, at: place, advice: problem.advice)
                }
            }
        }
    }
}

/// Looks whether paths can be used, as far as can be said without using them (POSIX `stat`, `access`, `glob`).
enum PathCheck {
    struct Problem {
        let message: String
        var advice: String?
    }

    /// What is wrong with a path; nil when nothing is.
    static func problem(_ path: String, _ use: ConfigOption.PathUse) -> Problem? {
        if path == "-" { return nil }
        switch use {
        case .input: return inputProblem(path)
        case .output: return outputProblem(path)
        }
    }

    private static func inputProblem(_ path: String) -> Problem? {
        if kind(path) == nil, path.utf8.contains(where: { "*?[{~".utf8.contains($0) }) {
            return !files(path).isEmpty ? nil : Problem(message: "no file matches \(path)")
        }
        guard let kind = kind(path) else { return Problem(message: "cannot open \(path): \(reason)") }
        if kind == S_IFDIR {
            return Problem(message: "\(path) is a directory", advice: "name its files, for example '\(path)/*'")
        }
        return unsafe access(path, R_OK) == 0 ? nil : Problem(message: "cannot read \(path): \(reason)")
    }

    private static func outputProblem(_ path: String) -> Problem? {
        if let kind = kind(path) {
            if kind == S_IFDIR { return Problem(message: "\(path) is a directory") }
            return unsafe access(path, W_OK) == 0 ? nil : Problem(message: "cannot write to \(path): \(reason)")
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let kind = kind(folder) else {
            return Problem(message: "cannot write to \(path): there is no folder \(folder)", advice: "make it first")
        }
        if kind != S_IFDIR { return Problem(message: "cannot write to \(path): \(folder) is not a folder") }
        return unsafe access(folder, W_OK | X_OK) == 0
            ? nil : Problem(message: "cannot write into \(folder): \(reason)")
    }

    private static var reason: String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The files that a path or pattern stands for.
    static func files(_ pattern: String) -> [String] {
        if kind(pattern) != nil { return [pattern] }
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, GLOB_BRACE | GLOB_TILDE, nil, &found) == 0 else { return [] }
        return (0..<Int(unsafe found.gl_pathc)).compactMap { index in
            unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }

    /// What two paths have in common when they name the same regular file; nil for anything else.
    static func identity(ofFile path: String) -> [UInt64]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
