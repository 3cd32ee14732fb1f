/// How an engine compiles and runs modules. Everything here is checked before Wasmtime hears of it: a combination that it
/// does not take would end the process.
public struct WasmOptions: Sendable, Hashable {
    /// Whether calls can be ended when their time is over. Costs 8 to 25 per cent on ordinary loops.
    public var hasDeadlines = true
    /// Whether instructions are counted, so that fuel can be limited. Costs up to half of the speed.
    public var countsFuel = false
    /// Bytes of stack that a guest may use.
    public var stackSize = 1 << 20
    /// Whether debug information is kept, so that traps name lines.
    public var hasDebugInformation = false
    /// Whether profilers can attribute time to a guest's functions (`perf`, through `/tmp/perf-PID.map`).
    public var isProfiled = false
    /// Whether instances live in places that are used again: one is made in a few microseconds then, for the price of 1 TiB
    /// of addresses. Instances that find no place are made without.
    public var usesPool = true

    /// Whether machine code is made to run fast; without, it is made sooner and runs slower by up to a third.
    public var optimizes = true

    /// Whether machine code is kept on disk, so that a module is compiled once for all runs.
    public var cachesCode = true

    /// What plugins run with unless they need something else.
    public init() {}

    /// Throws when an option is out of range.
    func validate() throws(WasmError) {
        guard (64 << 10...64 << 20).contains(stackSize) else {
            throw WasmError(.option, "a stack of \(stackSize) bytes is not possible", advice: "64 KiB to 64 MiB are")
        }
    }

    /// All options in a few characters, for the names of cached machine code.
    var fingerprint: String {
        "cranelift-\(hasDeadlines ? "d" : "")\(countsFuel ? "f" : "")\(hasDebugInformation ? "g" : "")\(optimizes ? "" : "n")-"
            + "\(stackSize)"
    }
}
