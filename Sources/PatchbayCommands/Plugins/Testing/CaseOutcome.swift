import Patchbay

/// What a plugin made of a case: the files that the case's folder should have.
struct CaseOutcome: Equatable {
    /// By name: `expected.*`, `rejected.jsonl`, `skipped.jsonl`, `error.txt`; those that there is no reason for are missing.
    var files: [String: [UInt8]] = [:]
}

/// A record that a plugin refused.
struct RejectedRecord: Sendable {
    /// Position of its first byte in the input, if known.
    var offset: Int64?
    let value: [UInt8]
    let message: String

    /// A line of `rejected.jsonl`; `row` counts the records of the input from 0.
    func line(row: Int?) -> String {
        var json = JSONWriter()
        json.object { json in
            if let row { json.member("row", row) }
            json.key("value")
            json.value(utf8: value.span)
            json.member("message", message)
        }
        return json.finish().text + "\n"
    }
}

extension SkippedRegion {
    /// A line of `skipped.jsonl`.
    var line: String {
        var json = JSONWriter()
        json.object { json in
            json.member("position", position)
            json.member("length", length)
            json.member("reason", reason.name)
        }
        return json.finish().text + "\n"
    }
}
