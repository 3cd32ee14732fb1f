import PatchbayGuest

func plugin() { export(PluginName.self) }

struct PluginName: ValidatorPlugin {
    let limit: Int

    init(_ options: Options) throws(PluginFailure) {
        limit = Int(options.int("limit"))
    }

    mutating func validate(_ record: Record) throws(Reject) {
        if record.value.bytes.count > limit { throw Reject("too long") }
    }
}
