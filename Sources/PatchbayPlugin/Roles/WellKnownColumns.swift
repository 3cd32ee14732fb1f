/// Which of the columns that are no fields a plugin reads.
package struct WellKnownColumns: Sendable {
    package let value: Bool
    package let key: Bool
    package let time: Bool

    package init(value: Bool, key: Bool, time: Bool) {
        self.value = value
        self.key = key
        self.time = time
    }
}

/// A plugin that says which of the columns that are no fields it reads; others are given all of them.
package protocol WellKnownColumnReader: Plugin {
    /// What it said last; nil before it was asked.
    var readsOfWellKnown: WellKnownColumns? { get }
}
