public import PatchbayCore
public import PatchbayPlugin

/// The host's side of the functions of `patchbay_plugin.h`: what a plugin behind the ABI can do besides computing.
///
/// One per instance, used by one thread at a time; what the instances of a stage share lies in its `StageScope`. What
/// needs a grant that was not given throws `denied`; other trouble is answered in numbers as `patchbay_plugin.h` says,
/// `-errno` or -1. Names and text come from the plugin: nothing about them is taken for granted.
public final class HostServices {
    /// Calls another plugin's capability: which one, the operation, the input; gives the answer.
    public typealias Caller = @Sendable (Capability, String, Span<UInt8>) throws(PluginError) -> Bytes

    /// The instance's own capability.
    let capability: Capability
    /// What it may do.
    package let grants: Grants
    /// How much it may use.
    let limits: PluginLimits
    /// What it shares with the stage's other instances.
    let scope: StageScope
    let caller: Caller?
    private let options: [[UInt8]: [UInt8]]
    private let secretOptions: [[UInt8]: [UInt8]]
    private let environment: (String) -> String?

    let mayLog: Bool
    let mayCount: Bool
    package let mayReadClock: Bool
    package let mayUseRandom: Bool
    let mayKeepState: Bool

    var line = PendingLine()
    var meters = Meters()
    var files: HandleTable
    var readable: [CanonicalPath]?
    var writable: [CanonicalPath]?
    var latestAnswer: Bytes?

    /// Services for an instance that plays `capability` with `configuration`.
    /// `caller` reaches other plugins and is nil when the program offers none; `environment` looks variables up, for
    /// secrets, the process's own when nil.
    public init(
        for capability: Capability,
        configuration: PluginConfiguration,
        caller: Caller? = nil,
        environment: ((String) -> String?)? = nil
    ) {
        self.capability = capability
        self.caller = caller
        self.environment = environment ?? { HostSystem.variable($0) }
        grants = configuration.grants
        limits = configuration.limits
        scope = configuration.scope
        mayLog = grants.allows(.log)
        mayCount = grants.allows(.metrics)
        mayReadClock = grants.allows(.clock)
        mayUseRandom = grants.allows(.random)
        mayKeepState = grants.allows(.state)
        files = HandleTable(limit: limits.openHandles)
        var options: [[UInt8]: [UInt8]] = [:]
        for (name, node) in configuration.values {
            if let text = node.optionText { options[Array(name.utf8)] = text }
        }
        self.options = options
        secretOptions = options.filter { configuration.secrets.contains(String(decoding: $0.key, as: UTF8.self)) }
    }

    deinit { close() }

    /// Ends the instance's use of its services: closes files and connections, hands what was counted to the stage, says
    /// how many lines were not logged. Called when the instance stops, traps or is replaced; again it does nothing.
    public func close() {
        files.removeAll()
        publishMetrics()
        scope.reportMissedLines(limit: limits.logLinesPerSecond)
    }

    /// 1 when the grant `name` was given, else 0. For a secret also when the plugin has an option of that name.
    public func granted(_ name: Span<UInt8>) -> Int32 {
        guard name.count <= 8192, let grant = try? Grant(String(decoding: name)) else { return 0 }
        switch grant {
        case .secret(let name): return secretOptions[Array(name.utf8)] != nil || grants.allows(grant) ? 1 : 0
        default: return grants.allows(grant) ? 1 : 0
        }
    }

    /// The text of the option `name`: of text the text itself, of other kinds JSON. Nil when it was left out.
    public func config(_ name: Span<UInt8>) -> [UInt8]? { options[[UInt8](copying: name)] }

    /// The secret `name`: the option of that name if the manifest marks it as secret and it was given, else the
    /// environment variable of that name. Nil when it is not set.
    ///
    /// An option needs no grant, since the operator wrote it for this plugin; a variable needs `secret:NAME`.
    public func secret(_ name: Span<UInt8>) throws(PluginError) -> [UInt8]? {
        if let option = secretOptions[[UInt8](copying: name)] { return option }
        let text = String(decoding: name)
        try grants.require(.secret(text))
        return environment(text).map { Array($0.utf8) }
    }

    /// Writes at most as much of a result as fits into `destination`. Gives its whole length, -1 when there is none.
    public static func copy(_ value: [UInt8]?, into destination: inout MutableSpan<UInt8>) -> Int64 {
        guard let value else { return -1 }
        return copy(value.span, into: &destination)
    }

    static func copy(_ value: Span<UInt8>, into destination: inout MutableSpan<UInt8>) -> Int64 {
        for index in 0..<min(value.count, destination.count) { destination[index] = value[index] }
        return Int64(value.count)
    }
}

extension ConfigNode {
    /// As in `patchbay_option`: the text of text, the JSON of everything else. Nil for nothing.
    public var optionText: [UInt8]? {
        switch content {
        case .null: return nil
        case .string(let text): return Array(text.utf8)
        default:
            var json = JSONWriter()
            json.value(self)
            return [UInt8](copying: json.finish().span)
        }
    }
}

extension [UInt8] {
    /// A copy of `bytes`.
    init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}
