public import PatchbayPlugin

/// What went wrong with a WebAssembly plugin or its runtime: code, place, cause, and what the user can do.
public struct WasmError: Error, Sendable {
    /// What kind of error it is.
    public enum Code: String, Sendable {
        /// Wasmtime's library is not there, is damaged, or is of another version.
        case library
        /// An option of the engine, or a combination of them, is not possible.
        case option
        /// The bytes are no valid WebAssembly module.
        case module
        /// The module's imports or exports do not fit the contract.
        case interface
        /// What the module says of itself cannot be read.
        case manifest
        /// The configuration does not fit the plugin.
        case configuration
        /// The fields that arrive do not fit the plugin.
        case schema
        /// The guest trapped.
        case trap
        /// The guest ended itself.
        case exited
        /// The guest did not answer in time.
        case deadline
        /// The guest used up its fuel.
        case fuel
        /// The guest asked for more than its limits allow.
        case limit
        /// The guest answered something that its contract does not allow.
        case invalidResult = "invalid_result"
        /// The guest wanted something that it was not granted.
        case permission
        /// The guest refused what it was given, in its own words.
        case refused
        /// The role or capability is not one that the plugin has.
        case unsupported
        /// The operating system refused something.
        case io
        /// A defect of Patchbay.
        case internalError = "internal"
    }

    /// What kind of error it is.
    public var code: Code
    /// What happened, one line without a full stop.
    public var message: String
    /// The plugin's name.
    public var plugin: String?
    /// The guest's or host's function during which it happened.
    public var call: String?
    /// What lies behind it: the trap's trace, or the operating system's or the library's own words.
    public var cause: String?
    /// What the user can do about it.
    public var advice: String?

    /// An error.
    public init(
        _ code: Code,
        _ message: String,
        plugin: String? = nil,
        call: String? = nil,
        cause: String? = nil,
        advice: String? = nil
    ) {
        self.code = code
        self.message = message
        self.plugin = plugin
        self.call = call
        self.cause = cause
        self.advice = advice
    }

    /// The same error with the call filled in where it is not known yet.
    func during(_ call: String) -> WasmError {
        var error = self
        error.call = error.call ?? call
        return error
    }

    /// The same error with the plugin and the call filled in where they are not known yet.
    public func located(plugin: String, call: String? = nil) -> WasmError {
        var error = self
        error.plugin = error.plugin ?? plugin
        error.call = error.call ?? call
        return error
    }
}

extension WasmError: CustomStringConvertible {
    /// One line: place, message, cause and advice.
    public var description: String {
        var text = ""
        if let plugin { text += "plugin \(plugin): " }
        if let call { text += "\(call): " }
        text += message
        if let cause { text += ": \(cause)" }
        if let advice { text += "; \(advice)" }
        return text
    }
}

extension PluginError {
    /// The same error as the engine reports it: the call becomes part of the message.
    public init(_ error: WasmError) {
        self.init(
            Code(error.code),
            error.call.map { "\($0): \(error.message)" } ?? error.message,
            cause: error.cause,
            advice: error.advice)
        plugin = error.plugin
    }
}

extension PluginError.Code {
    /// The kind of plugin error that stands for a kind of WebAssembly error.
    init(_ code: WasmError.Code) {
        self =
            switch code {
            case .option, .manifest, .configuration: .configuration
            case .permission: .denied
            case .schema: .schema
            case .library, .module, .interface, .unsupported: .unsupported
            case .trap, .exited, .fuel, .limit: .crashed
            case .deadline: .timedOut
            case .invalidResult: .invalidResult
            case .refused: .input
            case .io: .io
            case .internalError: .internalError
            }
    }
}
