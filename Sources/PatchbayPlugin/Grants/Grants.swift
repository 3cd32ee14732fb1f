/// What an operator permits a sandboxed plugin; everything that is not in it is denied.
public struct Grants: Sendable, Equatable {
    /// The grants, each once, in the order in which they were given.
    public private(set) var all: [Grant]

    /// These grants alone, without those of ``default``.
    public init(_ grants: some Sequence<Grant>) {
        all = []
        for grant in grants { insert(grant) }
    }

    /// What every plugin may do: log and count.
    public static let `default` = Grants([.log, .metrics])
    /// Nothing at all.
    public static let none = Grants([])

    /// Gives one more.
    public mutating func insert(_ grant: Grant) {
        if !all.contains(grant) { all.append(grant) }
    }

    /// Whether `grant` was given, or for a path one that covers it.
    ///
    /// For `read` and `write` this looks at the file system: both paths are resolved first, so that neither `..` nor a
    /// symbolic link leads out of a directory. It does not hold for longer than the call; who opens a file checks it on
    /// the way (see ``covering(_:)``).
    public func allows(_ grant: Grant) -> Bool {
        switch grant {
        case .read(let path), .write(let path):
            guard let path = CanonicalPath(path) else { return false }
            return covering(grant.kind).contains { $0.covers(path) }
        default: return all.contains(grant)
        }
    }

    /// Whether anything of a kind was given: what a manifest asks for with `read` alone.
    public func allowsAny(_ kind: Grant.Kind) -> Bool { all.contains { $0.kind == kind } }

    /// Throws `denied`, naming the grant, when it was not given.
    public func require(_ grant: Grant) throws(PluginError) {
        guard allows(grant) else { throw grant.missing }
    }

    /// The paths of the grants of a kind, `read` or `write`, as they resolve now. Those that cannot be resolved are
    /// left out.
    public func covering(_ kind: Grant.Kind) -> [CanonicalPath] {
        all.compactMap { grant in
            switch grant {
            case .read(let path) where kind == .read: CanonicalPath(path)
            case .write(let path) where kind == .write: CanonicalPath(path)
            default: nil
            }
        }
    }

    /// The same grants with all paths replaced.
    public func mappingPaths(_ body: (String) -> String) -> Grants { Grants(all.map { $0.mappingPath(body) }) }

    /// What a manifest's permission asks for and these grants do not give; nil when it is given.
    ///
    /// A permission is written like a grant, or as a kind alone (`read`: some path). One that is neither says nothing
    /// about grants and counts as given.
    public func lacks(permission: String) -> String? {
        if let kind = Grant.Kind(rawValue: permission) { return allowsAny(kind) ? nil : kind.form }
        guard let grant = try? Grant(permission) else { return nil }
        return allows(grant) ? nil : grant.description
    }
}

extension Grants: CustomStringConvertible {
    /// The grants with commas between, `none` without any.
    public var description: String {
        all.isEmpty ? "none" : all.map(\.description).joined(separator: ", ")
    }
}

extension Grants {
    /// Reads a list of grants of a configuration, in addition to those of ``default``; one text stands for a list of one.
    ///
    /// Everything that is wrong is reported at its place; what is right is returned nevertheless.
    public static func read(
        _ node: ConfigNode?, position: ConfigPosition? = nil
    ) -> (grants: Grants, diagnostics: [Diagnostic]) {
        var grants = Grants.default
        guard let node, !node.isNull else { return (grants, []) }
        var diagnostics: [Diagnostic] = []
        var elements = [node]
        if case .list(let list) = node.content { elements = list }
        for element in elements {
            let place = element.position ?? node.position ?? position
            guard let text = element.string else {
                let form = "a grant is text such as clock or \"read:./in.dlt\""
                let what = "expected a grant, got \(element.kindName)"
                diagnostics.append(Diagnostic(what, at: place, advice: advice(for: element) ?? form))
                continue
            }
            do throws(PluginError) {
                let grant = try Grant(text)
                if grants.all.contains(grant), !Grants.default.all.contains(grant) {
                    let what = "the grant \(text.quotedForMessage) is given twice"
                    diagnostics.append(Diagnostic(what, at: place, severity: .warning))
                }
                grants.insert(grant)
            } catch {
                diagnostics.append(Diagnostic(error.message, at: place, advice: error.advice))
            }
        }
        return (grants, diagnostics)
    }

    /// `read: ./in.dlt` is a mapping to YAML.
    private static func advice(for node: ConfigNode) -> String? {
        guard let entry = node.entries.first, node.entries.count == 1, let value = entry.value.string,
            Grant.Kind(rawValue: entry.key) != nil
        else { return nil }
        return "write \"\(entry.key):\(value)\" without the space"
    }
}
