import PatchbayGuest

func plugin() { export(PluginName.self) }

struct PluginName: SourcePlugin {
    static var made: MadeFields { MadeFields([.int("number", "Counts from 1.")]) }

    let count: Int64
    var last: Int64 = 0

    init(_ options: Options) throws(PluginFailure) {
        count = options.int("count")
    }

    /// Some records at a time: the host asks again until there are no more.
    mutating func read(into output: Output) throws(PluginFailure) -> SourceStatus {
        let end = min(count, last + 1000)
        while last < end {
            last += 1
            output.set("number", last)
            output.emit()
        }
        return last < count ? .more : .end
    }
}
