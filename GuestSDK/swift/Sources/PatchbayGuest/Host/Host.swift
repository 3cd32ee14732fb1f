internal import CPatchbayGuest

/// What the host offers. Each function needs the grant that it names; without it the host ends the call with an error,
/// so ask ``isGranted(_:)`` where a plugin can do without. Only functions that are used are linked.
public enum Host {
    /// How bad a log line is.
    public enum Level: Int32, Sendable {
        /// Something went wrong.
        case error = 0
        /// Something might go wrong.
        case warning = 1
        /// What happens.
        case info = 2
        /// For whoever looks for a fault.
        case debug = 3
    }

    /// Whether a grant was given, such as `clock` or `read:/etc/hosts`.
    public static func isGranted(_ name: StaticString) -> Bool {
        unsafe patchbay_granted(name.utf8Start, UInt32(name.utf8CodeUnitCount)) == 1
    }

    /// Writes a log line. Grant `log`, given by default.
    public static func log(_ level: Level, _ text: StaticString) {
        unsafe patchbay_log(level.rawValue, text.utf8Start, UInt32(text.utf8CodeUnitCount), nil, 0)
    }

    /// Writes a log line with one field. Grant `log`, given by default.
    public static func log(_ level: Level, _ text: StaticString, _ name: StaticString, _ value: Span<UInt8>) {
        unsafe value.withUnsafeBufferPointer { bytes in
            var field = unsafe patchbay_log_field(
                name: patchbay_bytes(name.utf8Start, name.utf8CodeUnitCount),
                value: patchbay_bytes(bytes.baseAddress, bytes.count))
            unsafe patchbay_log(level.rawValue, text.utf8Start, UInt32(text.utf8CodeUnitCount), &field, 1)
        }
    }

    /// Writes a log line. Grant `log`, given by default.
    public static func log(_ level: Level, _ text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { bytes in
            unsafe patchbay_log(level.rawValue, bytes.baseAddress, UInt32(bytes.count), nil, 0)
        }
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z. Grant `clock`.
    public static func clock() -> Int64 { patchbay_clock(0) }

    /// Nanoseconds of a clock that never goes back. Grant `clock`.
    public static func monotonicClock() -> Int64 { patchbay_clock(1) }

    /// Fills `bytes` with random ones. Grant `random`.
    public static func random(into bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.withUnsafeMutableBufferPointer { unsafe patchbay_random($0.baseAddress, UInt32($0.count)) }
    }

    /// Appends the text of an option; false when there is none.
    public static func config(_ name: StaticString, into value: inout ByteWriter) -> Bool {
        unsafe value.append { (to, capacity) in
            unsafe patchbay_config(name.utf8Start, UInt32(name.utf8CodeUnitCount), to, capacity)
        }
    }

    /// Appends a secret; false when there is none. Grant `secret:NAME`.
    public static func secret(_ name: StaticString, into value: inout ByteWriter) -> Bool {
        unsafe value.append { (to, capacity) in
            unsafe patchbay_secret(name.utf8Start, UInt32(name.utf8CodeUnitCount), to, capacity)
        }
    }

    /// Appends the value that all instances of the stage share under `key`; false when there is none. Grant `state`.
    public static func state(_ key: Span<UInt8>, into value: inout ByteWriter) -> Bool {
        unsafe key.withUnsafeBufferPointer { key in
            unsafe value.append { (to, capacity) in
                unsafe patchbay_state_get(key.baseAddress, UInt32(key.count), to, capacity)
            }
        }
    }

    /// Keeps a value under `key`; false when the stage's state would grow too large. Grant `state`.
    public static func setState(_ key: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        unsafe key.withUnsafeBufferPointer { key in
            unsafe value.withUnsafeBufferPointer { value in
                // An empty value is one too: NULL would take the key out.
                let start = unsafe value.baseAddress ?? key.baseAddress
                return unsafe patchbay_state_set(key.baseAddress, UInt32(key.count), start, UInt32(value.count)) == 0
            }
        }
    }

    /// Takes a key out. Grant `state`.
    public static func removeState(_ key: Span<UInt8>) {
        unsafe key.withUnsafeBufferPointer { _ = unsafe patchbay_state_set($0.baseAddress, UInt32($0.count), nil, 0) }
    }

    /// Adds to a counter of the run's metrics. Grant `metrics`, given by default.
    public static func counter(_ name: StaticString, add delta: Int64 = 1) {
        unsafe patchbay_counter(name.utf8Start, UInt32(name.utf8CodeUnitCount), delta)
    }

    /// Adds a value to a histogram of the run's metrics. Grant `metrics`, given by default.
    public static func histogram(_ name: StaticString, _ value: Double) {
        unsafe patchbay_histogram(name.utf8Start, UInt32(name.utf8CodeUnitCount), value)
    }

    /// Calls another plugin's capability, `type/name`, and appends its answer; false when it fails. Grant
    /// `call:TYPE/NAME`.
    public static func call(
        _ capability: StaticString, _ operation: StaticString, _ input: Span<UInt8>, into answer: inout ByteWriter
    ) -> Bool {
        let length = unsafe input.withUnsafeBufferPointer { bytes in
            unsafe patchbay_call_capability(
                capability.utf8Start, UInt32(capability.utf8CodeUnitCount), operation.utf8Start,
                UInt32(operation.utf8CodeUnitCount), bytes.baseAddress, UInt32(bytes.count), nil, 0)
        }
        if length < 0 { return false }
        return unsafe answer.append { (to, capacity) in unsafe patchbay_answer(to, capacity) }
    }
}

extension ByteWriter {
    /// Appends what a host function writes, which returns the whole length, or less than 0 for nothing.
    mutating func append(_ function: (UnsafeMutableRawPointer?, UInt32) -> Int64) -> Bool {
        reserve(256)
        while true {
            let room = capacity - length
            let size = unsafe function(start.map { unsafe UnsafeMutableRawPointer($0 + length) }, UInt32(room))
            if size < 0 { return false }
            if size <= Int64(room) {
                length += Int(size)
                return true
            }
            reserve(Int(size))
        }
    }
}
