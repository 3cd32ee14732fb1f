internal import CPatchbayGuest

extension FieldView {
    /// The type of the column; `PATCHBAY_ABSENT` when there is no value.
    private var type: UInt32 {
        guard !isNull, let column = unsafe cell.column else { return PATCHBAY_ABSENT.rawValue }
        return unsafe column.pointee.type
    }

    private func number<T: BitwiseCopyable>(_ type: T.Type) -> T? {
        guard let column = unsafe cell.column, let values = unsafe patchbay_guest_at(column.pointee.values) else {
            return nil
        }
        return unsafe values.load(fromByteOffset: Int(cell.row) &* MemoryLayout<T>.stride, as: T.self)
    }

    /// A whole number: of a number or time (nanoseconds since the epoch) column, or the text of one in decimal; nil when
    /// it is none.
    public var int: Int64? {
        switch type {
        case PATCHBAY_INT64.rawValue, PATCHBAY_TIMESTAMP.rawValue: return number(Int64.self)
        case PATCHBAY_FLOAT64.rawValue: return number(Double.self).flatMap { Int64(exactly: $0) }
        case PATCHBAY_UTF8.rawValue, PATCHBAY_WORD.rawValue, PATCHBAY_JSON.rawValue, PATCHBAY_BINARY.rawValue:
            return Int64(decimal: bytes)
        default: return nil
        }
    }

    /// A number: of a number column, or the text of one; nil when it is none.
    public var double: Double? {
        switch type {
        case PATCHBAY_FLOAT64.rawValue: return number(Double.self)
        case PATCHBAY_INT64.rawValue: return number(Int64.self).map { Double($0) }
        case PATCHBAY_UTF8.rawValue, PATCHBAY_WORD.rawValue, PATCHBAY_JSON.rawValue, PATCHBAY_BINARY.rawValue:
            return Double(decimal: bytes)
        default: return nil
        }
    }

    /// A truth value: of a bool column, or the text `true` or `false`; nil when it is none.
    public var bool: Bool? {
        if type == PATCHBAY_BOOL.rawValue {
            guard let column = unsafe cell.column, let bits = unsafe patchbay_guest_at(column.pointee.values) else {
                return nil
            }
            let byte = unsafe bits.load(fromByteOffset: Int(cell.row >> 3), as: UInt8.self)
            return unsafe byte >> UInt8(cell.row & 7) & 1 != 0
        }
        if bytes.isSame("true") { return true }
        return bytes.isSame("false") ? false : nil
    }

    /// Whether text or bytes begin with the literal.
    public func hasPrefix(_ text: StaticString) -> Bool { bytes.hasPrefix(text) }

    /// Whether text or bytes hold the literal somewhere.
    public func contains(_ text: StaticString) -> Bool { bytes.firstIndex(of: text) != nil }
}

extension Record {
    /// The time in nanoseconds since the epoch.
    public var time: Int64? { unsafe wellKnown(patchbay_guest_time_column(binding)).int }
}
