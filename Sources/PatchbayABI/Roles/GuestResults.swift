internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Follows one operation over several calls, as long as the plugin says MORE.
struct GuestResults {
    /// Calls that may follow each other; each has to bring something.
    private static let limit = 1 << 16
    private var calls = 0

    /// Whether the plugin has to be called again. `madeProgress`: whether the last call brought anything.
    mutating func goesOn(_ answer: GuestAnswer, madeProgress: Bool, _ what: StaticString) throws(PluginError) -> Bool {
        guard answer.has(PATCHBAY_MORE) else { return false }
        calls += 1
        guard madeProgress else { throw Place(what).wrong("it says that there is more, and gives nothing") }
        guard calls < Self.limit else { throw Place(what).wrong("it says \(calls) times that there is more") }
        return true
    }
}
