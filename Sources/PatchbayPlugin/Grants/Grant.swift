/// One thing that an operator permits a sandboxed plugin.
public enum Grant: Sendable, Hashable {
    /// Report lines to the operator; given by default.
    case log
    /// Count and measure; given by default.
    case metrics
    /// Read the time.
    case clock
    /// Get random bytes.
    case random
    /// Keep values that outlive the instance and are shared by all instances of the stage.
    case state
    /// Read the secret of this name.
    case secret(String)
    /// Call another plugin's capability.
    case call(Capability)
    /// Read a file, or a directory and everything below it.
    case read(String)
    /// Make, replace and extend a file, or the files of a directory and everything below it.
    case write(String)
    /// Open a TCP connection. The host is in lower case, an IPv6 address without brackets.
    case connect(host: String, port: UInt16)
}

extension Grant: CustomStringConvertible {
    /// As it is written in a configuration: `clock`, `read:/var/log`, `connect:[::1]:80`.
    public var description: String {
        switch self {
        case .secret(let name): "secret:\(name)"
        case .call(let capability): "call:\(capability)"
        case .read(let path): "read:\(path)"
        case .write(let path): "write:\(path)"
        case .connect(let host, let port):
            host.utf8.contains(UInt8(ascii: ":")) ? "connect:[\(host)]:\(port)" : "connect:\(host):\(port)"
        case .log, .metrics, .clock, .random, .state: kind.rawValue
        }
    }

    /// The kinds of grants, named as in a configuration.
    public enum Kind: String, Sendable, CaseIterable {
        /// See ``Grant/log``.
        case log
        /// See ``Grant/metrics``.
        case metrics
        /// See ``Grant/clock``.
        case clock
        /// See ``Grant/random``.
        case random
        /// See ``Grant/state``.
        case state
        /// See ``Grant/secret(_:)``.
        case secret
        /// See ``Grant/call(_:)``.
        case call
        /// See ``Grant/read(_:)``.
        case read
        /// See ``Grant/write(_:)``.
        case write
        /// See ``Grant/connect(host:port:)``.
        case connect

        /// How a grant of the kind is written: `read:PATH`.
        public var form: String {
            switch self {
            case .log, .metrics, .clock, .random, .state: rawValue
            case .secret: "secret:NAME"
            case .call: "call:TYPE/NAME"
            case .read: "read:PATH"
            case .write: "write:PATH"
            case .connect: "connect:HOST:PORT"
            }
        }
    }

    /// What kind of grant it is.
    public var kind: Kind {
        switch self {
        case .log: .log
        case .metrics: .metrics
        case .clock: .clock
        case .random: .random
        case .state: .state
        case .secret: .secret
        case .call: .call
        case .read: .read
        case .write: .write
        case .connect: .connect
        }
    }

    /// The error of a plugin that did what only this grant permits.
    public var missing: PluginError {
        PluginError(
            .denied,
            "needs the grant \(description.quotedForMessage(limit: 512))",
            advice: "add it under 'grants' of the stage"
        )
    }

    /// The same grant with its path, if it has one, replaced.
    public func mappingPath(_ body: (String) -> String) -> Grant {
        switch self {
        case .read(let path): .read(body(path))
        case .write(let path): .write(body(path))
        default: self
        }
    }
}
