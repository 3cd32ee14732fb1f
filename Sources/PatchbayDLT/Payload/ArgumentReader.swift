import PatchbayCore

/// Reads arguments one after the other and never looks behind the end of the payload.
struct ArgumentReader {
    /// Structures may lie in each other this deep.
    static let maximumDepth = 8

    let buffer: Buffer
    var position: Int
    let end: Int
    let isBigEndian: Bool
    /// What was wrong with the last argument.
    private(set) var fault: ArgumentFault?

    init(_ buffer: Buffer, _ payload: Range<Int>, isBigEndian: Bool) {
        self.buffer = buffer
        position = payload.lowerBound
        end = payload.upperBound
        self.isBigEndian = isBigEndian
    }

    /// The next argument; `position` is behind it, or at the first entry of a structure. Nil, with `fault` set and
    /// `position` at the argument, when it cannot be read. A text that is too long is cut and returned, with `fault` set.
    mutating func next() -> Argument? {
        let start = position
        guard end &- position >= 4 else { return fail(.incomplete, at: start) }
        let type = TypeInfo(bits: buffer.number32(position, bigEndian: isBigEndian))
        position &+= 4
        return value(type, from: start)
    }

    /// A value of a known type, as in non-verbose payloads.
    mutating func value(_ type: TypeInfo) -> Argument? { value(type, from: position) }

    private mutating func value(_ type: TypeInfo, from start: Int) -> Argument? {
        fault = nil
        if type.isText, !type.isArray { return text(Argument(kind: .text, type: type), from: start) }
        if type.isStructure { return structure(Argument(kind: .structure, type: type), from: start) }
        if type.isBool { return number(Argument(kind: .bool, type: type), size: 1, from: start) }
        if type.isInteger {
            let kind: Argument.Kind = type.isSigned ? .signed : .unsigned
            return number(Argument(kind: kind, type: type), size: type.size, from: start)
        }
        if type.isFloat { return number(Argument(kind: .float, type: type), size: type.size, from: start) }
        guard !type.isArray else { return fail(.unknownType, at: start) }
        if type.isRaw { return text(Argument(kind: .raw, type: type), from: start) }
        if type.isTraceInfo { return text(Argument(kind: .traceInfo, type: type), from: start) }
        return fail(.unknownType, at: start)
    }

    private mutating func fail(_ fault: ArgumentFault, at start: Int) -> Argument? {
        self.fault = fault
        position = start
        return nil
    }

    @inline(__always)
    private mutating func number16() -> Int? {
        guard end &- position >= 2 else { return nil }
        let value = buffer.number16(position, bigEndian: isBigEndian)
        position &+= 2
        return Int(value)
    }

    /// Length, then name, then the bytes.
    private mutating func text(_ blank: Argument, from start: Int) -> Argument? {
        var argument = blank
        guard let size = number16() else { return fail(.incomplete, at: start) }
        if argument.type.hasVariableInfo, argument.kind != .traceInfo {
            guard let nameSize = number16(), end &- position >= nameSize else { return fail(.incomplete, at: start) }
            argument.name = position
            argument.nameSize = nameSize
            position &+= nameSize
        }
        argument.value = position
        argument.size = min(size, end &- position)
        position &+= argument.size
        if argument.size < size {
            if argument.kind == .raw { return fail(.textTooLong, at: start) }
            fault = .textTooLong
        }
        return argument
    }

    private mutating func structure(_ blank: Argument, from start: Int) -> Argument? {
        var argument = blank
        guard let entries = number16() else { return fail(.incomplete, at: start) }
        if argument.type.hasVariableInfo {
            guard let nameSize = number16(), end &- position >= nameSize else { return fail(.incomplete, at: start) }
            argument.name = position
            argument.nameSize = nameSize
            position &+= nameSize
        }
        argument.count = entries
        argument.value = position
        return argument
    }

    /// Dimensions of an array, name and unit, fixed point, then the value or values.
    private mutating func number(_ blank: Argument, size: Int, from start: Int) -> Argument? {
        guard size > 0 else { return fail(.unknownType, at: start) }
        var argument = blank
        argument.size = size
        if argument.type.bits & 0x1900 != 0, !describe(&argument) { return fail(.incomplete, at: start) }
        let (total, overflow) = size.multipliedReportingOverflow(by: argument.count)
        guard !overflow, end &- position >= total else { return fail(.incomplete, at: start) }
        argument.value = position
        position &+= total
        return argument
    }

    /// Reads what may stand between type info and value; false when the payload ends before.
    private mutating func describe(_ argument: inout Argument) -> Bool {
        if argument.type.isArray {
            guard let dimensions = number16() else { return false }
            argument.dimensionCount = dimensions
            argument.dimensions = position
            // 64 bits on every platform: a dimension of 0 behind large ones makes an array without elements.
            var total: Int64 = 1
            for _ in 0..<dimensions {
                guard let extent = number16() else { return false }
                let (count, overflow) = total.multipliedReportingOverflow(by: Int64(extent))
                guard !overflow else { return false }
                total = count
            }
            guard let count = Int(exactly: total) else { return false }
            argument.count = count
        }
        if argument.type.hasVariableInfo {
            guard let nameSize = number16() else { return false }
            if argument.kind != .bool {
                guard let unitSize = number16() else { return false }
                argument.unitSize = unitSize
            }
            guard end &- position >= nameSize &+ argument.unitSize else { return false }
            argument.name = position
            argument.nameSize = nameSize
            argument.unit = position &+ nameSize
            position &+= nameSize &+ argument.unitSize
        }
        if argument.type.hasFixedPoint, argument.kind == .signed || argument.kind == .unsigned {
            return fixedPoint(&argument)
        }
        return true
    }

    private mutating func fixedPoint(_ argument: inout Argument) -> Bool {
        let offsetSize = max(4, argument.size)
        guard end &- position >= 4 &+ offsetSize else { return false }
        argument.quantization = buffer.number32(position, bigEndian: isBigEndian)
        if offsetSize == 4 {
            let bits = buffer.number32(position &+ 4, bigEndian: isBigEndian)
            argument.offset = Int64(Int32(bitPattern: bits))
        } else {
            // Of a 128-bit offset the low half is kept: no physical value needs more.
            let low = offsetSize == 16 && isBigEndian ? position &+ 12 : position &+ 4
            argument.offset = Int64(bitPattern: buffer.number64(low, bigEndian: isBigEndian))
        }
        position &+= 4 &+ offsetSize
        return true
    }

    /// Passes over `count` arguments with all they contain; false when one cannot be read completely.
    mutating func skip(_ count: Int, depth: Int = 0) -> Bool {
        for _ in 0..<count {
            guard let argument = next(), fault == nil else { return false }
            if argument.kind == .structure {
                guard depth < Self.maximumDepth, skip(argument.count, depth: depth + 1) else { return false }
            }
        }
        return true
    }
}
