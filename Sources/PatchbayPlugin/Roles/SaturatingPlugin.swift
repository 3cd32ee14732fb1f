/// A filter that at some point lets nothing more through, so that the run can end early: the first ten records.
public protocol SaturatingPlugin: FilterPlugin {
    /// Whether no further record can pass.
    var isSaturated: Bool { get }
}
