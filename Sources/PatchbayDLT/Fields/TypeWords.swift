import PatchbayCore

/// Word indices of one column by MSIN, whose seven upper bits say type and subtype.
struct TypeWords {
    private var indices: [Int32] = Array(repeating: -1, count: 128)
    private var knownWords = 0
    private var knownColumn: ObjectIdentifier?

    /// Forgets everything when the column's word list is not the one that the indices are from.
    mutating func begin(_ column: ColumnBuilder) {
        guard column.wordCount != knownWords || knownColumn != ObjectIdentifier(column) else { return }
        knownColumn = ObjectIdentifier(column)
        for index in indices.indices { indices[index] = -1 }
    }

    /// Notes how far the word list has grown.
    mutating func end(_ column: ColumnBuilder) { knownWords = column.wordCount }

    @inline(__always)
    mutating func typeIndex(_ info: MessageInfo, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(info.byte >> 1)
        if indices[slot] >= 0 { return indices[slot] }
        return add(Self.typeName(info), number: info.type, slot: slot, column)
    }

    @inline(__always)
    mutating func subtypeIndex(_ info: MessageInfo, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(info.byte >> 1)
        if indices[slot] >= 0 { return indices[slot] }
        return add(Self.subtypeName(info), number: info.subtype, slot: slot, column)
    }

    @inline(__always)
    mutating func modeIndex(_ info: MessageInfo, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(info.byte & 1)
        if indices[slot] >= 0 { return indices[slot] }
        return add(info.isVerbose ? "V" : "N", number: 0, slot: slot, column)
    }

    /// A word, or the number of a value that has none.
    @inline(never)
    private mutating func add(
        _ name: StaticString?, number: UInt8, slot: Int, _ column: ColumnBuilder
    ) -> Int32 {
        var text = ByteBuffer(capacity: 64)
        if let name { text.append(literal: name) } else { text.append(decimal: UInt64(number)) }
        let index = column.index(ofWord: text.span) ?? -1
        indices[slot] = index
        return index
    }

    static func typeName(_ info: MessageInfo) -> StaticString? {
        switch info.type {
        case 0: "log"
        case 1: "app_trace"
        case 2: "nw_trace"
        case 3: "control"
        default: nil
        }
    }

    static func subtypeName(_ info: MessageInfo) -> StaticString? {
        switch (info.type, info.subtype) {
        case (0, 1): "fatal"
        case (0, 2): "error"
        case (0, 3): "warn"
        case (0, 4): "info"
        case (0, 5): "debug"
        case (0, 6): "verbose"
        case (1, 1): "variable"
        case (1, 2): "func_in"
        case (1, 3): "func_out"
        case (1, 4): "state"
        case (1, 5): "vfb"
        case (2, 1): "ipc"
        case (2, 2): "can"
        case (2, 3): "flexray"
        case (2, 4): "most"
        case (2, 5): "ethernet"
        case (2, 6): "someip"
        case (3, 1): "request"
        case (3, 2): "response"
        case (3, 3): "time"
        default: nil
        }
    }
}
