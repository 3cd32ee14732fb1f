internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a host of the Open Component Model says when it starts a plugin: one argument, JSON.
struct OCMStart: Sendable {
    /// Whether the plugin shall listen on a port in place of a socket.
    let usesTCP: Bool
    /// Milliseconds without a request after which it ends.
    let idleMilliseconds: Int
    /// The entries of the OCM configuration that it gets.
    let configurations: [ConfigNode]

    private static let hour = 3_600_000

    /// The JSON in the arguments of a program, the name first; nil when another kind of host has started it.
    static func text(in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated().dropFirst() {
            if argument == "--config" || argument == "-config" {
                return index + 1 < arguments.count ? arguments[index + 1] : ""
            }
            if argument.hasPrefix("--config=") || argument.hasPrefix("-config=") {
                return argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).last.map(
                    String.init)
            }
        }
        return nil
    }

    /// Reads what the host said.
    init(_ text: String) throws(PluginError) {
        let tree = try JSONReader.read(Bytes(text), file: "--config", sizeLimit: 1 << 20, depthLimit: 64)
        guard case .map = tree.content else {
            throw PluginError(.configuration, "the configuration of '--config' is no object")
        }
        switch tree["type"]?.string {
        case "unix", nil: usesTCP = false
        case "tcp": usesTCP = true
        case let other?:
            throw PluginError(.configuration, "the type \(other.quotedForMessage) is not 'unix' or 'tcp'")
        }
        // Nanoseconds: a duration of Go.
        if case .integer(let span) = tree["idleTimeout"]?.content, span > 0 {
            idleMilliseconds = max(1, Int(clamping: span / 1_000_000))
        } else {
            idleMilliseconds = Self.hour
        }
        configurations = tree["configTypes"]?.elements ?? []
    }
}
