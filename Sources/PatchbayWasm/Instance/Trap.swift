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
        // Bytes, not characters: a trap costs the search for the guilty record, so it may happen often.
        let space = UInt8(ascii: " ")
        var trace = "in "
        var count = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = line.drop { $0 == space }
            // `    0:   0x1f4 - plugin!function`, and `at file:line:column` below it.
            if let name = function(line) {
                count += 1
                if count > 8 { return trace + " < ..." }
                trace += "\(count > 1 ? " < " : "")\(Substring(name))"
            } else if count > 0, line.starts(with: "at ".utf8), !line.dropFirst(3).contains(space) {
                trace += " (\(Substring(line.dropFirst(3))))"
            }
        }
        return count > 0 ? trace : nil
    }

    /// The name in a line of a backtrace, of which only the first word ends in a colon.
    private static func function(_ line: Substring.UTF8View) -> Substring.UTF8View? {
        guard let colon = line.firstIndex(where: { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            line[colon] == UInt8(ascii: ":"), colon != line.startIndex,
            let dash = line.firstIndex(of: UInt8(ascii: "-"))
        else { return nil }
        let name = line[dash...].dropFirst(2)
        guard let mark = name.firstIndex(of: UInt8(ascii: "!")) else { return name }
        return name[mark...].dropFirst()
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
