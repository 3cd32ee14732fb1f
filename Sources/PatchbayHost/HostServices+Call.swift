internal import PatchbayCore
public import PatchbayPlugin

/// The capabilities that wait for each other's answers in the current thread, the first caller first.
enum CallChain {
    static let maximumDepth = 8
    @TaskLocal static var current: [Capability] = []
}

extension HostServices {
    /// Calls `operation` of another plugin's capability, which is named `TYPE/NAME`. Gives the length of the answer,
    /// which ``answer(into:)`` fetches, or -1 when the other plugin fails: what it said is logged.
    ///
    /// Throws `denied` without the grant, `unsupported` when the capability waits for this plugin's own answer already,
    /// when too many wait for each other, and when the program offers no calls.
    public func call(
        _ capability: Span<UInt8>, operation: Span<UInt8>, input: Span<UInt8>
    ) throws(PluginError) -> Int64 {
        latestAnswer = nil
        let wanted = String(decoding: capability)
        guard capability.count <= 1024, case .call(let target)? = try? Grant("call:\(wanted)") else {
            throw PluginError(
                .invalidResult, "calls \(wanted.quotedForMessage), which is no capability", advice: "write 'TYPE/NAME'")
        }
        try grants.require(.call(target))
        guard let caller else {
            throw PluginError(.unsupported, "calls \(target), but plugins cannot call each other in this program")
        }
        var chain = CallChain.current
        if chain.last != self.capability { chain.append(self.capability) }
        if chain.contains(target) {
            let path = (chain + [target]).map(\.description).joined(separator: " -> ")
            throw PluginError(.unsupported, "calls \(target), which waits for the answer to another call", cause: path)
        }
        guard chain.count <= CallChain.maximumDepth else {
            throw PluginError(
                .unsupported, "calls \(target), but \(CallChain.maximumDepth) calls wait for each other already")
        }
        let name = String(decoding: operation)
        let outcome = CallChain.$current.withValue(chain) { () -> Result<Bytes, PluginError> in
            do throws(PluginError) { return .success(try caller(target, name, input)) } catch { return .failure(error) }
        }
        switch outcome {
        case .success(let answer):
            latestAnswer = answer
            return Int64(answer.count)
        case .failure(let error):
            if scope.admitsLine(limit: limits.logLinesPerSecond) {
                let words = Bytes("the call of \(target) failed: \(error)")
                scope.log(.warning, Self.clean(words.span, limit: Self.textLimits.message))
            }
            return -1
        }
    }

    /// Writes at most as much of the latest call's answer as fits. Gives its whole length, -1 when there is none.
    public func answer(into destination: inout MutableSpan<UInt8>) -> Int64 {
        guard let latestAnswer else { return -1 }
        return Self.copy(latestAnswer.span, into: &destination)
    }
}
