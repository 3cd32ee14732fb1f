//! Host functions. A module imports those that it uses. One that needs a grant which the operator has not given ends the
//! plugin's call with an error that names it; `isGranted` asks first.

const imports = struct {
    extern "patchbay" fn granted(name: [*]const u8, length: u32) i32;
    extern "patchbay" fn log(level: i32, text: [*]const u8, length: u32, fields: ?[*]const u8, count: u32) void;
    extern "patchbay" fn clock(kind: i32) i64;
    extern "patchbay" fn random(bytes: [*]u8, length: u32) void;
    extern "patchbay" fn config(name: [*]const u8, length: u32, value: [*]u8, capacity: u32) i64;
    extern "patchbay" fn secret(name: [*]const u8, length: u32, value: [*]u8, capacity: u32) i64;
    extern "patchbay" fn state_get(key: [*]const u8, length: u32, value: [*]u8, capacity: u32) i64;
    extern "patchbay" fn state_set(key: [*]const u8, length: u32, value: ?[*]const u8, size: u32) i32;
    extern "patchbay" fn counter(name: [*]const u8, length: u32, delta: i64) void;
    extern "patchbay" fn histogram(name: [*]const u8, length: u32, value: f64) void;
    extern "patchbay" fn call(
        capability: [*]const u8,
        capability_length: u32,
        operation: [*]const u8,
        operation_length: u32,
        input: [*]const u8,
        input_length: u32,
        output: [*]u8,
        capacity: u32,
    ) i64;
    extern "patchbay" fn answer(output: [*]u8, capacity: u32) i64;
    extern "patchbay" fn open(path: [*]const u8, length: u32, mode: i32) i32;
    extern "patchbay" fn connect(host: [*]const u8, length: u32, port: u32) i32;
    extern "patchbay" fn read(handle: i32, bytes: [*]u8, capacity: u64) i64;
    extern "patchbay" fn write(handle: i32, bytes: [*]const u8, length: u64) i64;
    extern "patchbay" fn seek(handle: i32, position: u64) i64;
    extern "patchbay" fn size(handle: i32) i64;
    extern "patchbay" fn sync(handle: i32) i32;
    extern "patchbay" fn close(handle: i32) void;
};

/// How much a line of the log matters.
pub const Level = enum(i32) { err = 0, warning = 1, info = 2, debug = 3 };

/// Whether the grant `name`, such as "clock", was given.
pub fn isGranted(name: []const u8) bool {
    return imports.granted(name.ptr, name.len) == 1;
}

/// Writes a line to the log. Lines over the permitted rate are counted.
pub fn log(level: Level, text: []const u8) void {
    imports.log(@intFromEnum(level), text.ptr, text.len, null, 0);
}

/// Grant "clock". Nanoseconds since 1970-01-01T00:00:00Z.
pub fn time() i64 {
    return imports.clock(0);
}

/// Grant "clock". Nanoseconds of a clock that never goes back.
pub fn monotonicTime() i64 {
    return imports.clock(1);
}

/// Grant "random". Fills `bytes`.
pub fn random(bytes: []u8) void {
    imports.random(bytes.ptr, bytes.len);
}

fn length(result: i64) ?usize {
    return if (result < 0) null else @intCast(result);
}

/// The text of an option. Its whole length; as much as fits is written to `value`.
pub fn config(name: []const u8, value: []u8) ?usize {
    return length(imports.config(name.ptr, name.len, value.ptr, value.len));
}

/// Grant "secret:NAME". Its whole length; as much as fits is written to `value`.
pub fn secret(name: []const u8, value: []u8) ?usize {
    return length(imports.secret(name.ptr, name.len, value.ptr, value.len));
}

/// Grant "state". The whole length of the value of a key; as much as fits is written to `value`.
pub fn state(key: []const u8, value: []u8) ?usize {
    return length(imports.state_get(key.ptr, key.len, value.ptr, value.len));
}

/// Grant "state". Sets a key, or takes it out. False when the stage's state would grow too large.
pub fn setState(key: []const u8, value: ?[]const u8) bool {
    const set = value orelse return imports.state_set(key.ptr, key.len, null, 0) == 0;
    return imports.state_set(key.ptr, key.len, set.ptr, set.len) == 0;
}

/// Adds to a counter of the stage's metrics.
pub fn count(name: []const u8, delta: i64) void {
    imports.counter(name.ptr, name.len, delta);
}

/// Adds a value to a histogram of the stage's metrics.
pub fn measure(name: []const u8, value: f64) void {
    imports.histogram(name.ptr, name.len, value);
}

/// Grant "call:TYPE/NAME". Calls another plugin's capability. The whole length of its answer; as much as fits is
/// written to `output`, and `answer` gives it again.
pub fn call(capability: []const u8, operation: []const u8, input: []const u8, output: []u8) ?usize {
    return length(imports.call(
        capability.ptr,
        capability.len,
        operation.ptr,
        operation.len,
        input.ptr,
        input.len,
        output.ptr,
        output.len,
    ));
}

/// The answer of the latest call.
pub fn answer(output: []u8) ?usize {
    return length(imports.answer(output.ptr, output.len));
}

/// How a file is opened.
pub const Mode = enum(i32) { read = 0, write = 1, append = 2 };

/// A file or a connection. Results below 0 are numbers of the system (-errno).
pub const Handle = struct {
    number: i32,

    /// Grant "read:PATH" or "write:PATH".
    pub fn open(path: []const u8, mode: Mode) ?Handle {
        const number = imports.open(path.ptr, path.len, @intFromEnum(mode));
        return if (number < 0) null else .{ .number = number };
    }

    /// Grant "connect:HOST:PORT". A TCP connection.
    pub fn connect(host: []const u8, port: u16) ?Handle {
        const number = imports.connect(host.ptr, host.len, port);
        return if (number < 0) null else .{ .number = number };
    }

    /// How many bytes were read; 0 at the end; -11 (EAGAIN) when nothing has come within 100 ms.
    pub fn read(self: Handle, bytes: []u8) i64 {
        return imports.read(self.number, bytes.ptr, bytes.len);
    }

    /// How many bytes were written.
    pub fn write(self: Handle, bytes: []const u8) i64 {
        return imports.write(self.number, bytes.ptr, bytes.len);
    }

    /// Goes to a position.
    pub fn seek(self: Handle, position: u64) i64 {
        return imports.seek(self.number, position);
    }

    /// Bytes of the file; null for streams.
    pub fn size(self: Handle) ?usize {
        return length(imports.size(self.number));
    }

    /// Makes durable what was written.
    pub fn sync(self: Handle) i32 {
        return imports.sync(self.number);
    }

    pub fn close(self: Handle) void {
        imports.close(self.number);
    }
};
