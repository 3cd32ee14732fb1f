//! The structures of `patchbay_plugin.h`, version 1 of the ABI. Addresses have 64 bits in every plugin.

pub const Bytes = extern struct {
    address: u64 = 0,
    length: u64 = 0,

    /// The bytes that are named. Valid as long as the host says.
    pub fn slice(self: Bytes) []const u8 {
        if (self.address == 0 or self.length == 0) return "";
        return @as([*]const u8, @ptrFromInt(@as(usize, @intCast(self.address))))[0..@intCast(self.length)];
    }

    pub fn of(bytes: []const u8) Bytes {
        return .{ .address = @intFromPtr(bytes.ptr), .length = bytes.len };
    }
};

pub const List = extern struct {
    address: u64 = 0,
    count: u64 = 0,

    /// The array that is named.
    pub fn items(self: List, comptime Item: type) []const Item {
        if (self.address == 0 or self.count == 0) return &.{};
        return @as([*]const Item, @ptrFromInt(@as(usize, @intCast(self.address))))[0..@intCast(self.count)];
    }

    pub fn of(comptime Item: type, list: []const Item) List {
        return .{ .address = @intFromPtr(list.ptr), .count = list.len };
    }
};

pub const Type = struct {
    pub const absent: u32 = 0;
    pub const int64: u32 = 1;
    pub const float64: u32 = 2;
    pub const boolean: u32 = 3;
    pub const utf8: u32 = 4;
    pub const binary: u32 = 5;
    pub const word: u32 = 6;
    pub const timestamp: u32 = 7;
    pub const json: u32 = 8;
    pub const inherited: u32 = 255;
    pub const names = [_][]const u8{
        "absent", "int64", "float64", "bool", "utf8", "binary", "word", "timestamp", "json", "map", "json_map",
    };
};

/// One column of a batch.
pub const Column = extern struct {
    type: u32 = Type.absent,
    inherited: u32 = 0,
    count: u64 = 0,
    validity: u64 = 0,
    values: u64 = 0,
    ends: u64 = 0,
    data: Bytes = .{},
    words: u64 = 0,
    version: u64 = 0,
};

/// Rows of columns: key, value, time, then the fields.
pub const Batch = extern struct {
    rows: u64 = 0,
    columns: List = .{},
};

pub const Field = extern struct {
    name: Bytes = .{},
    type: u32 = 0,
    flags: u32 = 0,
    words: List = .{},
    summary: Bytes = .{},
};

pub const schema_key: u32 = 1;
pub const schema_time: u32 = 2;
pub const schema_open: u32 = 4;

pub const Schema = extern struct {
    flags: u32 = 0,
    reserved: u32 = 0,
    fields: List = .{},
    text_template: Bytes = .{},
    record_suffix: Bytes = .{},
};

pub const want_all: u32 = 1;
pub const want_value: u32 = 2;
pub const want_key: u32 = 4;
pub const want_time: u32 = 8;

pub const Request = extern struct {
    flags: u32 = 0,
    reserved: u32 = 0,
    names: List = .{},
};

pub const Operation = enum(i32) {
    create = 1,
    destroy = 2,
    describe = 3,
    bind = 4,
    start = 5,
    stop = 6,
    health = 7,
    reset = 8,
    parse = 11,
    boundary = 12,
    filter = 13,
    transform = 14,
    release = 24,
    _,
};

pub const Status = enum(i32) {
    ok = 0,
    failed = -1,
    unsupported = -2,
    bad_options = -3,
    bad_schema = -4,
    bad_input = -5,
};

pub const last: u32 = 1;
pub const discarded: u32 = 2;
pub const describe_all: u32 = 8;
pub const still_discarding: u32 = 0x100;

pub const OptionKind = enum(u32) { null, bool, integer, number, text, json, _ };

pub const Option = extern struct {
    name: Bytes,
    kind: OptionKind,
    reserved: u32,
    integer: i64,
    number: f64,
    text: Bytes,
};

pub const Region = extern struct {
    position: u64,
    length: u64,
    reason: u32,
    reserved: u32 = 0,
    name: Bytes = .{},
};

pub const RecordError = extern struct {
    row: u64,
    message: Bytes,
};

/// The one argument of `patchbay_call`.
pub const Frame = extern struct {
    size: u32,
    flags: u32,
    instance: u64,
    name: Bytes,
    options: List,
    input: Bytes,
    position: u64,
    limit: u64,
    input_schema: u64,
    request: Request,
    batch: Batch,
    consumed: u64,
    token: u64,
    output: Bytes,
    result: Batch,
    result_rows: List,
    regions: List,
    errors: List,
    dropped: u64,
    added: u64,
    output_schema: u64,
    wanted: Request,
    message: Bytes,
};

// The layout is the contract.
comptime {
    const expected = .{
        .{ Column, 72 },  .{ Field, 56 },       .{ Schema, 56 }, .{ Option, 56 },
        .{ Region, 40 },  .{ RecordError, 24 }, .{ Frame, 304 },
    };
    for (expected) |entry| {
        if (@sizeOf(entry[0]) != entry[1]) @compileError("the size of " ++ @typeName(entry[0]));
    }
}
