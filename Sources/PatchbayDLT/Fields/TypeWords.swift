import PatchbayCore

/// Words for message type and subtype, by the seven bits of MSIN that say them.
struct TypeWords {
    private var types: [Int32] = Array(repeating: -1, count: 8)
    private var subtypes: [Int32] = Array(repeating: -1, count: 128)

    /// Forgets the indices: they hold for one word list only.
    mutating func begin() {
        for index in types.indices { types[index] = -1 }
        for index in subtypes.indices { subtypes[index] = -1 }
    }

    mutating func typeIndex(_ info: MessageInfo, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(info.type)
        if types[slot] >= 0 { return types[slot] }
        let index = add(Self.typeName(info), number: info.type, column)
        types[slot] = index
        return index
    }

    mutating func subtypeIndex(_ info: MessageInfo, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(info.byte >> 1)
        if subtypes[slot] >= 0 { return subtypes[slot] }
        let index = add(Self.subtypeName(info), number: info.subtype, column)
        subtypes[slot] = index
        return index
    }

    /// A word, or the number of a value that has none.
    private func add(_ name: StaticString?, number: UInt8, _ column: ColumnBuilder) -> Int32 {
        var text = ByteBuffer(capacity: 64)
        if let name { text.append(literal: name) } else { text.append(decimal: UInt64(number)) }
        return column.index(ofWord: text.span) ?? -1
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
