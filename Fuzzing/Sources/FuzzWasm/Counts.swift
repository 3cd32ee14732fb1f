internal import Synchronization

/// How far the modules came; printed at the end.
enum Counts {
    static let modules = Atomic(0)
    static let opened = Atomic(0)
    static let compiled = Atomic(0)
    static let instantiated = Atomic(0)
    static let called = Atomic(0)
    static let answered = Atomic(0)

    static func add(_ count: borrowing Atomic<Int>) { count.add(1, ordering: .relaxed) }

    static func print() {
        func value(_ count: borrowing Atomic<Int>) -> Int { count.load(ordering: .relaxed) }
        let line = """
            stat::modules: \(value(modules)) opened \(value(opened)) compiled \(value(compiled)) instantiated \
            \(value(instantiated)) called \(value(called)) answered \(value(answered))
            """
        Swift.print(line)
    }
}
