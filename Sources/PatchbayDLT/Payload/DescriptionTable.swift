import PatchbayCore

/// The descriptions of non-verbose messages, found by message id.
struct DescriptionTable {
    private let ids: [UInt32]
    private let descriptions: [MessageDescription]

    /// Of several descriptions with the same id the first one counts.
    init(_ descriptions: [MessageDescription]) {
        let order = descriptions.indices.sorted {
            (descriptions[$0].id, $0) < (descriptions[$1].id, $1)
        }
        self.descriptions = order.map { descriptions[$0] }
        ids = order.map { descriptions[$0].id }
    }

    var isEmpty: Bool { ids.isEmpty }

    subscript(index: Int32) -> MessageDescription { descriptions[Int(index)] }

    /// What the message's id means; nil for messages without a description.
    func description(of message: MessageHeader) -> MessageDescription? {
        message.description < 0 ? nil : descriptions[Int(message.description)]
    }

    /// Place of the description of `id`, -1 without one.
    func index(of id: UInt32) -> Int32 {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low &+ high) / 2
            if ids[middle] < id { low = middle &+ 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? Int32(truncatingIfNeeded: low) : -1
    }

    /// Notes in each header which description it has, and what that says in place of a missing extended header.
    func apply(_ messages: inout [MessageHeader], _ buffer: Buffer) {
        guard !isEmpty else { return }
        for index in messages.indices {
            guard let id = messages[index].messageID(buffer) else { continue }
            let found = self.index(of: UInt32(truncatingIfNeeded: id))
            messages[index].description = found
            if found >= 0, !messages[index].hasExtended, let info = descriptions[Int(found)].info {
                messages[index].info = MessageInfo(byte: info.byte & ~1)
                messages[index].flags |= MessageHeader.hasInfo
            }
        }
    }
}
