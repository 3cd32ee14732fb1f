internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// What a plugin and its neighbours agreed on.
struct GuestBinding {
    /// What its records look like; nil for plugins that make none.
    let output: Schema?
    /// What it reads of its input.
    let wanted: WantedColumns
}

extension GuestSession {
    /// DESCRIBE, or BIND when `commits`.
    ///
    /// - Parameters:
    ///   - input: what arrives; nil for sources and parsers.
    ///   - request: what is read of the output; nil for all that there is.
    func agree(
        input: Schema?, request: FieldRequest?, commits: Bool
    ) throws(PluginError) -> GuestBinding {
        do throws(PluginError) {
            let answer = try invoke(commits ? PATCHBAY_BIND : PATCHBAY_DESCRIBE) { (frame) throws(PluginError) in
                var image = MemoryImage(self)
                let (schema, wanted) = try image.write(schema: input, request: request ?? .everything)
                frame.input_schema = schema
                frame.request = wanted
                if request == nil { frame.flags = UInt32(PATCHBAY_DESCRIBE_ALL) }
            }
            let frame = answer.frame
            var reading = SchemaReading(memory: try memory())
            let output = frame.output_schema == 0 ? nil : try reading.schema(at: frame.output_schema)
            let wanted = try reading.wanted(frame.wanted)
            readsOfWellKnown = WellKnownColumns(value: wanted.value, key: wanted.key, time: wanted.time)
            return GuestBinding(output: output, wanted: wanted)
        } catch {
            throw error.during(commits ? PATCHBAY_BIND : PATCHBAY_DESCRIBE)
        }
    }

    /// The output schema of a plugin that must have one.
    func agreeOutput(
        input: Schema?, request: FieldRequest?, commits: Bool
    ) throws(PluginError) -> (schema: Schema, wanted: WantedColumns) {
        let binding = try agree(input: input, request: request, commits: commits)
        guard let output = binding.output else {
            throw Place(commits ? "BIND" : "DESCRIBE").wrong("it gave no output schema")
        }
        return (output, binding.wanted)
    }

    /// BIND of a new instance: it must agree to what the one before it agreed to, for the stages behind rely on it.
    @discardableResult
    func agreeAgain(
        input: Schema?, request: FieldRequest?, on schema: Schema
    ) throws(PluginError) -> WantedColumns {
        let (again, wanted) = try agreeOutput(input: input, request: request, commits: true)
        guard again.describesSameRecords(as: schema) else {
            throw Place("BIND").wrong("a new instance gives other fields than the one before it")
        }
        return wanted
    }

    /// The errors of single records that a call reported, in rising order of rows.
    func recordErrors(_ reported: patchbay_list, rows: Int) throws(PluginError) -> [(row: Int, error: PluginError)] {
        guard reported.count > 0 else { return [] }
        guard reported.count <= UInt64(rows) else {
            throw Place("the errors").wrong("\(reported.count) errors for \(rows) records")
        }
        let memory = try memory()
        let list = try memory.array(
            of: patchbay_record_error.self, at: reported.address, count: reported.count, Place("the errors"))
        var errors: [(row: Int, error: PluginError)] = []
        errors.reserveCapacity(list.count)
        for entry in list {
            guard entry.row < UInt64(rows), Int(entry.row) > errors.last?.row ?? -1 else {
                throw Place("the errors").wrong("row \(entry.row) of \(rows) is none, or not in order")
            }
            let text = try memory.text(
                at: entry.message.address, count: min(entry.message.length, 4096), Place("an error's message"))
            let row = Int(entry.row)
            errors.append((row, PluginError(.input, text.isEmpty ? "the plugin refused it" : text, record: row)))
        }
        return errors
    }

    /// Where the columns of a result come from. Taken right after the call.
    func resultSource(_ answer: GuestAnswer) throws(PluginError) -> BatchReading.Source {
        BatchReading.Source(memory: try memory(), generation: generation, lease: answer.lease)
    }
}

extension Schema {
    /// Whether records of both have the same columns, with the same vocabularies.
    func describesSameRecords(as other: Schema) -> Bool {
        hasKey == other.hasKey && hasTime == other.hasTime && isOpen == other.isOpen
            && fields.count == other.fields.count
            && zip(fields, other.fields).allSatisfy { a, b in
                a.name.utf8.elementsEqual(b.name.utf8) && a.type == b.type && a.order == b.order
            }
    }
}
