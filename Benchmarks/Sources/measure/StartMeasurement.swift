internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWasm
internal import probe

/// How long it takes from a file to a plugin that is ready for its first batch.
enum StartMeasurement {
    static func run(_ arguments: inout Arguments) throws {
        let path = try arguments.text()
        let cache = try arguments.text()
        let count = try arguments.count()
        // The first one also loads Wasmtime's library.
        unsafe probe_use_cache("\(cache)/0")
        let library = try nanoseconds { try start(path) }
        var first: [Double] = []
        for number in 1...max(1, min(count, 5)) {
            unsafe probe_use_cache("\(cache)/\(number)")
            first.append(try nanoseconds { try start(path) })
        }
        var again: [Double] = []
        for _ in 0..<count { again.append(try nanoseconds { try start(path) }) }
        report([
            "first_in_process_ms": library / 1e6, "first_ms": median(first) / 1e6, "again_us": median(again) / 1e3,
        ])
    }

    private static func start(_ path: String) throws {
        let module = try Module(path)
        guard let capability = module.factory.manifest.capabilities.first else { return }
        var filter = try module.filter(capability.name)
        filter.stop()
    }
}

/// How long it takes to replace an instance that trapped.
enum ReplacementMeasurement {
    static func run(_ arguments: inout Arguments) throws {
        var filter = try Module(try arguments.text()).filter(try arguments.text())
        let count = try arguments.count()
        let good = batch("a record")
        let bad = batch("!")
        var selection = Selection(count: 1, all: true)
        var rejections = Rejections()
        var ordinary: [Double] = []
        var trapping: [Double] = []
        var replacing: [Double] = []
        for _ in 0..<count {
            ordinary.append(try nanoseconds { try filter.filter(good, into: &selection, rejections: &rejections) })
            let hasTrapped = nanoseconds {
                do { try filter.filter(bad, into: &selection, rejections: &rejections) } catch {
                    rejections.removeAll()
                }
            }
            trapping.append(hasTrapped)
            replacing.append(try nanoseconds { try filter.filter(good, into: &selection, rejections: &rejections) })
        }
        guard filter.identity.statistics.reloads == UInt64(count) else {
            throw MeasureError(description: "\(filter.identity.statistics.reloads) replacements for \(count) traps")
        }
        report([
            "call_us": median(ordinary) / 1e3, "trapping_call_us": median(trapping) / 1e3,
            "replacing_call_us": median(replacing) / 1e3,
        ])
    }

    private static func batch(_ text: String) -> Batch {
        let builder = BatchBuilder(schema: Schema(fields: []))
        builder.begin()
        let bytes = Bytes(text)
        builder.value.append(copying: bytes.span)
        return builder.finish()
    }
}

/// What an instance takes of the machine's memory.
enum MemoryMeasurement {
    static func run(_ arguments: inout Arguments) throws {
        let module = try Module(try arguments.text())
        let name = try arguments.text()
        let count = try arguments.count()
        var filters = [try module.filter(name)]
        let before = probe_resident()
        for _ in 0..<count { filters.append(try module.filter(name)) }
        let after = probe_resident()
        report(["bytes_per_instance": Double(Int64(after) - Int64(before)) / Double(count)])
        for index in filters.indices { filters[index].stop() }
    }
}
