internal import CPatchbayGuest

/// What a host writes for a call; goes away with it.
@safe
final class HostMemory {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []

    deinit {
        while let block = unsafe blocks.popLast() { unsafe patchbay_free(block) }
    }

    func put<T>(_ values: [T]) -> UInt64 {
        let size = max(1, values.count) * MemoryLayout<T>.stride
        guard let block = unsafe patchbay_allocate(UInt32(size)) else { return 0 }
        unsafe blocks.append(block)
        let start = unsafe block.assumingMemoryBound(to: T.self)
        for (index, value) in values.enumerated() { unsafe (start + index).initialize(to: value) }
        return UInt64(UInt(bitPattern: block))
    }

    func put(_ text: String) -> patchbay_bytes {
        let bytes = Array(text.utf8)
        return patchbay_bytes(address: put(bytes), length: UInt64(bytes.count))
    }

    static func read<T: BitwiseCopyable>(_ address: UInt64, _ index: Int, as type: T.Type) -> T {
        guard let start = unsafe patchbay_guest_at(address) else { preconditionFailure("no address") }
        return unsafe start.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.stride, as: T.self)
    }

    static func text(_ bytes: patchbay_bytes) -> String {
        let codes = (0..<Int(bytes.length)).map { read(bytes.address, $0, as: UInt8.self) }
        return String(decoding: codes, as: UTF8.self)
    }

    private func texts(_ values: [TestValue], _ type: patchbay_type) -> patchbay_column {
        var starts: [Int32] = []
        var ends: [Int32] = []
        var data: [UInt8] = []
        for value in values {
            starts.append(Int32(data.count))
            data += Array(value.string.utf8)
            ends.append(Int32(data.count))
        }
        var column = patchbay_column()
        column.type = type.rawValue
        column.count = UInt64(values.count)
        column.values = put(starts)
        column.ends = put(ends)
        column.data = patchbay_bytes(address: put(data), length: UInt64(data.count))
        return column
    }

    func column(_ values: [TestValue], _ type: patchbay_type) -> patchbay_column {
        var column = patchbay_column()
        column.type = type.rawValue
        column.count = UInt64(values.count)
        switch type {
        case PATCHBAY_INT64: column.values = put(values.map(\.number))
        case PATCHBAY_FLOAT64: column.values = put(values.map(\.fraction))
        case PATCHBAY_BOOL: column.values = put(bits(values.map { $0 == .bool(true) }))
        case PATCHBAY_WORD:
            var words: [TestValue] = []
            let indices = values.map { value -> Int32 in
                if let index = words.firstIndex(of: value) { return Int32(index) }
                words.append(value)
                return Int32(words.count - 1)
            }
            column.values = put(indices)
            column.words = put([texts(words, PATCHBAY_UTF8)])
        default: column = texts(values, type)
        }
        if values.contains(.null) { column.validity = put(bits(values.map { $0 != .null })) }
        return column
    }

    private func bits(_ flags: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: flags.count / 8 + 1)
        for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << UInt8(index % 8) }
        return bytes
    }

    static func values(_ column: patchbay_column) -> [TestValue] {
        (0..<Int(column.count)).map { row in
            if column.type == PATCHBAY_INHERITED.rawValue { return .inherited(Int(column.inherited)) }
            if column.validity != 0, read(column.validity, row / 8, as: UInt8.self) >> UInt8(row % 8) & 1 == 0 {
                return .null
            }
            switch patchbay_type(column.type) {
            case PATCHBAY_INT64, PATCHBAY_TIMESTAMP: return .int(read(column.values, row, as: Int64.self))
            case PATCHBAY_FLOAT64: return .double(read(column.values, row, as: Double.self))
            case PATCHBAY_BOOL:
                return .bool(read(column.values, row / 8, as: UInt8.self) >> UInt8(row % 8) & 1 != 0)
            case PATCHBAY_WORD:
                let word = Int(read(column.values, row, as: Int32.self))
                return .word(text(read(column.words, 0, as: patchbay_column.self), word))
            case PATCHBAY_JSON: return .json(text(column, row))
            default: return .text(text(column, row))
            }
        }
    }

    private static func text(_ column: patchbay_column, _ row: Int) -> String {
        let start = UInt64(read(column.values, row, as: Int32.self))
        let end = UInt64(read(column.ends, row, as: Int32.self))
        return text(patchbay_bytes(address: column.data.address + start, length: end - start))
    }
}
