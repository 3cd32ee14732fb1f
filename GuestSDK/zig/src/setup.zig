//! Options, and the columns that a plugin names.

const std = @import("std");
const abi = @import("abi.zig");
const memory = @import("memory.zig");
const text = @import("text.zig");
const Rows = @import("rows.zig").Rows;

/// A column that the plugin reads.
pub const Input = struct { index: usize };
/// A column that the plugin makes.
pub const Output = struct { index: usize };

/// The types of fields that a plugin can make.
pub const Type = enum(u32) {
    int64 = abi.Type.int64,
    float64 = abi.Type.float64,
    bool = abi.Type.boolean,
    utf8 = abi.Type.utf8,
    binary = abi.Type.binary,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    timestamp = abi.Type.timestamp,
    /// Text of one JSON value.
    json = abi.Type.json,
};

pub const Kind = enum {
    text,
    bytes,
    int64,
    float64,
    bool,

    pub fn fits(self: Kind, kind: u32) bool {
        return switch (self) {
            .text => kind == abi.Type.utf8 or kind == abi.Type.word or kind == abi.Type.json,
            .bytes => kind == abi.Type.binary or Kind.text.fits(kind),
            .int64 => kind == abi.Type.int64 or kind == abi.Type.timestamp or kind == abi.Type.json,
            .float64 => kind == abi.Type.float64 or kind == abi.Type.int64 or kind == abi.Type.json,
            .bool => kind == abi.Type.boolean or kind == abi.Type.json,
        };
    }

    pub fn name(self: Kind) []const u8 {
        return switch (self) {
            .text => "text",
            .bytes => "bytes",
            .int64 => "a whole number",
            .float64 => "a number",
            .bool => "true or false",
        };
    }
};

pub const Place = enum {
    key,
    value,
    time,
    field,

    pub const well_known = [_]Place{ .key, .value, .time };

    pub fn want(self: Place) u32 {
        return switch (self) {
            .key => abi.want_key,
            .value => abi.want_value,
            .time => abi.want_time,
            .field => 0,
        };
    }

    /// Whether a schema has the column.
    pub fn isIn(self: Place, flags: u32) bool {
        return switch (self) {
            .key => flags & abi.schema_key != 0,
            .time => flags & abi.schema_time != 0,
            .value, .field => true,
        };
    }

    /// Where the column is in a batch; where the fields begin.
    pub fn position(self: Place, flags: u32) usize {
        const value: usize = @intFromBool(flags & abi.schema_key != 0);
        return switch (self) {
            .key => 0,
            .value => value,
            .time => value + 1,
            .field => value + 1 + @as(usize, @intFromBool(flags & abi.schema_time != 0)),
        };
    }
};

pub const InputColumn = struct {
    place: Place,
    kind: Kind,
    name: []const u8,
    /// Among the columns of a batch.
    position: usize = 0,
};

/// What a plugin is made with: its options, and where it names its columns.
///
/// Columns are looked up once, when the schema is known: a field that does not exist or has another type ends the run
/// before the first record. An option that is missing or of another kind fails the setup with a message; the manifest
/// gives defaults. What the functions return stays as long as the plugin.
pub const Setup = struct {
    options: []const abi.Option,
    inputs: *memory.Array(InputColumn),
    rows: *Rows,
    /// What is freed with the instance.
    kept: *memory.Array(*anyopaque),
    suffix: []const u8 = "",
    problem: ?[]const u8 = null,

    /// Fails the setup: the options do not fit together. The first reason counts.
    pub fn refuse(self: *Setup, message: []const u8) void {
        if (self.problem == null) self.problem = memory.join(&.{message});
    }

    fn refuseOption(self: *Setup, name: []const u8, problem: []const u8, what: []const u8) void {
        if (self.problem == null) self.problem = memory.join(&.{ "the option '", name, "' is ", problem, what });
    }

    fn lookUp(self: *const Setup, name: []const u8) ?*const abi.Option {
        for (self.options) |*option| {
            if (option.kind != .null and std.mem.eql(u8, option.name.slice(), name)) return option;
        }
        return null;
    }

    fn get(self: *Setup, name: []const u8, kinds: []const abi.OptionKind, what: []const u8) ?*const abi.Option {
        const option = self.lookUp(name) orelse {
            self.refuseOption(name, "missing", "");
            return null;
        };
        if (kinds.len == 0) return option;
        for (kinds) |kind| {
            if (option.kind == kind) return option;
        }
        self.refuseOption(name, "not ", what);
        return null;
    }

    fn keep(self: *Setup, bytes: []const u8) []const u8 {
        const copy = memory.allocator.dupe(u8, bytes) catch @trap();
        if (copy.len > 0) self.kept.push(copy.ptr);
        return copy;
    }

    /// Whether the option is there.
    pub fn hasOption(self: *const Setup, name: []const u8) bool {
        return self.lookUp(name) != null;
    }

    /// An option that is text.
    pub fn optionText(self: *Setup, name: []const u8) []const u8 {
        const option = self.get(name, &.{.text}, "text") orelse return "";
        return self.keep(option.text.slice());
    }

    /// An option as JSON text.
    pub fn optionJSON(self: *Setup, name: []const u8) []const u8 {
        const option = self.get(name, &.{}, "JSON") orelse return "null";
        return self.keep(option.text.slice());
    }

    /// An option that is a whole number.
    pub fn optionInteger(self: *Setup, name: []const u8) i64 {
        const option = self.get(name, &.{.integer}, "a whole number") orelse return 0;
        return option.integer;
    }

    /// An option that is a number.
    pub fn optionNumber(self: *Setup, name: []const u8) f64 {
        const option = self.get(name, &.{ .integer, .number }, "a number") orelse return 0;
        return if (option.kind == .integer) @floatFromInt(option.integer) else option.number;
    }

    /// An option that is true or false.
    pub fn optionBool(self: *Setup, name: []const u8) bool {
        const option = self.get(name, &.{.bool}, "true or false") orelse return false;
        return option.integer != 0;
    }

    /// An option that is a list of texts.
    pub fn optionTexts(self: *Setup, name: []const u8) Texts {
        const what = "a list of texts";
        var texts: memory.Array([]const u8) = .{};
        if (self.get(name, &.{.json}, what)) |option| {
            var json = option.text.slice();
            text.skipBlanks(&json);
            const is_list = json.len > 0 and json[0] == '[';
            while (text.nextText(&json)) |item| texts.push(self.keep(item));
            // "[]" has no text, and what follows the last one can only be the end.
            if (!is_list or json.len == 0 or json[0] != ']') self.refuseOption(name, "not ", what);
        }
        if (texts.items().len > 0) self.kept.push(@ptrCast(texts.items().ptr));
        return .{ .items = texts.items() };
    }

    fn read(self: *Setup, place: Place, kind: Kind, name: []const u8) Input {
        self.inputs.push(.{ .place = place, .kind = kind, .name = name });
        return .{ .index = self.inputs.items().len - 1 };
    }

    /// The record's value.
    pub fn readValue(self: *Setup) Input {
        return self.read(.value, .bytes, "value");
    }

    /// The record's key.
    pub fn readKey(self: *Setup) Input {
        return self.read(.key, .bytes, "key");
    }

    /// The record's time, for `Record.int64`.
    pub fn readTime(self: *Setup) Input {
        return self.read(.time, .int64, "time");
    }

    /// A field of text, words or JSON, for `Record.bytes`. The name stays in use.
    pub fn readText(self: *Setup, field: []const u8) Input {
        return self.read(.field, .text, field);
    }

    /// A field of bytes or text, for `Record.bytes`.
    pub fn readBytes(self: *Setup, field: []const u8) Input {
        return self.read(.field, .bytes, field);
    }

    /// A field of whole numbers or times.
    pub fn readInt64(self: *Setup, field: []const u8) Input {
        return self.read(.field, .int64, field);
    }

    /// A field of numbers.
    pub fn readFloat64(self: *Setup, field: []const u8) Input {
        return self.read(.field, .float64, field);
    }

    /// A field of truth values.
    pub fn readBool(self: *Setup, field: []const u8) Input {
        return self.read(.field, .bool, field);
    }

    /// The plugin makes the value. All columns that a transform does not make are inherited.
    pub fn makeValue(self: *Setup) Output {
        return self.rows.add(.value, abi.Type.binary, "value", "");
    }

    /// The plugin makes the key.
    pub fn makeKey(self: *Setup) Output {
        return self.rows.add(.key, abi.Type.binary, "key", "");
    }

    /// The plugin makes the time.
    pub fn makeTime(self: *Setup) Output {
        return self.rows.add(.time, abi.Type.timestamp, "time", "");
    }

    /// The plugin makes a field; one that the input has already is replaced. The texts stay in use.
    pub fn makeField(self: *Setup, name: []const u8, kind: Type, summary: []const u8) Output {
        return self.rows.add(.field, @intFromEnum(kind), name, summary);
    }

    /// What follows each value when a parser's records are written in their original form, such as "\n".
    pub fn recordSuffix(self: *Setup, suffix: []const u8) void {
        self.suffix = suffix;
    }
};

/// Texts of an option.
pub const Texts = struct {
    items: []const []const u8,

    /// Whether a value is there and is one of them.
    pub fn contains(self: Texts, value: ?[]const u8) bool {
        for (self.items) |item| {
            if (text.same(value, item)) return true;
        }
        return false;
    }
};
