internal import CWasmtime
internal import PatchbayPlugin

/// Why a guest ended, in words for its user.
enum Trap {
    /// The error for a trap with this code and Wasmtime's own text, in which the innermost function stands first.
    static func error(_ code: wasmtime_trap_code_t?, _ text: String, _ limits: PluginLimits) -> WasmError {
        let trace = trace(text)
        switch code {
        case WASMTIME_TRAP_CODE_INTERRUPT:
            return WasmError(
                .deadline, "no answer within \(limits.millisecondsPerCall ?? 0) ms", cause: trace,
                advice: "raise 'time' under 'limits' of the stage, or report it to the plugin's author")
        case WASMTIME_TRAP_CODE_OUT_OF_FUEL:
            return WasmError(
                .fuel, "the fuel of \(limits.fuelPerCall ?? 0) ran out", cause: trace,
                advice: "raise 'fuel' under 'limits' of the stage")
        case WASMTIME_TRAP_CODE_STACK_OVERFLOW:
            return WasmError(.trap, "its stack overflowed", cause: trace)
        case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS:
            return WasmError(.trap, "it used memory that it does not have", cause: trace)
        case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED:
            return WasmError(
                .trap, "it gave up (trap: unreachable)", cause: trace,
                advice: "this is a failed check in the plugin, or memory over its limit of \(limits.memory) bytes")
        default:
            return WasmError(.trap, "it trapped: \(reason(text))", cause: trace)
        }
    }

    /// The functions under way, innermost first, without addresses: `append (lines.swift:12:5) < parse < patchbay_call`.
    static func trace(_ text: String) -> String? {
        var frames: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            // `    0:   0x1f4 - plugin!function`, and `at file:line:column` below it.
            if let dash = words.firstIndex(of: "-"), dash >= 1, words[0].last == ":" {
                let name = words[(dash + 1)...].joined(separator: " ")
                frames.append(String(name.split(separator: "!", maxSplits: 1).last ?? ""))
            } else if words.first == "at", words.count == 2, let last = frames.indices.last {
                frames[last] += " (\(words[1]))"
            }
        }
        guard !frames.isEmpty else { return nil }
        return "in " + frames.prefix(8).joined(separator: " < ") + (frames.count > 8 ? " < ..." : "")
    }

    private static func reason(_ text: String) -> String {
        for line in text.split(separator: "\n").reversed() {
            if let reason = line.split(separator: "wasm trap: ", maxSplits: 1, omittingEmptySubsequences: false)
                .dropFirst()
                .first
            {
                return String(reason)
            }
        }
        return String(text.split(separator: "\n").last ?? "for an unknown reason")
    }
}
