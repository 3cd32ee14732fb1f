internal import Glibc
internal import Synchronization

/// How far the modules came, each counted once for every phase that it got through; printed at the end.
enum Counts {
    static let modules = Atomic(0)
    /// Read as the file of a plugin.
    static let read = Atomic(0)
    /// Validated, compiled and linked.
    static let compiled = Atomic(0)
    /// An instance was made, and got through its start functions.
    static let instantiated = Atomic(0)
    /// A call of the plugin was begun.
    static let called = Atomic(0)
    /// All calls of a capability were answered.
    static let answered = Atomic(0)
    /// What the process had after the first modules.
    private static let levelAfter = 1000
    private static let pages = Atomic(0)
    private static let mappings = Atomic(0)

    static func add(_ count: borrowing Atomic<Int>) {
        let (_, value) = count.add(1, ordering: .relaxed)
        if value == levelAfter, modules.load(ordering: .relaxed) >= levelAfter, pages.load(ordering: .relaxed) == 0 {
            pages.store(residentPages(), ordering: .relaxed)
            mappings.store(mappingCount(), ordering: .relaxed)
        }
    }

    static func print() {
        func value(_ count: borrowing Atomic<Int>) -> Int { count.load(ordering: .relaxed) }
        let line = """
            stat::modules: \(value(modules)) read \(value(read)) compiled \(value(compiled)) instantiated \
            \(value(instantiated)) called \(value(called)) answered \(value(answered))
            stat::memory: \(value(pages) / 256) MB in \(value(mappings)) mappings after \(levelAfter) modules, \
            \(residentPages() / 256) MB in \(mappingCount()) at the end
            """
        Swift.print(line)
    }

    /// Pages of 4 KiB in memory.
    private static func residentPages() -> Int {
        let words = content("/proc/self/statm").split(separator: UInt8(ascii: " "))
        return words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
    }

    /// Each instance that is alive has some.
    private static func mappingCount() -> Int { content("/proc/self/maps").count { $0 == UInt8(ascii: "\n") } }

    private static func content(_ path: String) -> [UInt8] {
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe _ = fclose(file) }
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&block, 1, block.count, file)
            if count == 0 { return content }
            content += block[..<count]
        }
    }
}
