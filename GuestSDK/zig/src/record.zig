//! Records of a batch, read where they lie.

const std = @import("std");
const abi = @import("abi.zig");
const setup = @import("setup.zig");
const text = @import("text.zig");

const Column = abi.Column;

/// One record that came in. What it lends is valid until the plugin's function returns.
pub const Record = struct {
    inputs: []const setup.InputColumn,
    columns: []const Column,
    row: usize,

    /// The column, if the record has a value in it. The host has promised as many rows in each as the batch has.
    fn column(self: Record, input: setup.Input) ?*const Column {
        const found = &self.columns[self.inputs[input.index].position];
        return if (found.type != abi.Type.absent and hasValue(found, self.row)) found else null;
    }

    /// Text or bytes. Of JSON text, what it stands for; anything else in JSON as it is written.
    pub fn bytes(self: Record, input: setup.Input) ?[]const u8 {
        const found = self.column(input) orelse return null;
        switch (found.type) {
            abi.Type.utf8, abi.Type.binary => return range(found, self.row),
            abi.Type.word => {
                const words: *const Column = @ptrFromInt(@as(usize, @intCast(found.words)));
                const word = element(i32, found.values, self.row);
                if (word < 0 or word >= words.count or !hasValue(words, @intCast(word))) return null;
                return range(words, @intCast(word));
            },
            abi.Type.json => {
                var json = range(found, self.row);
                if (json.len > 0 and json[0] == '"') return text.takeJSONString(&json);
                return if (std.mem.eql(u8, json, "null")) null else json;
            },
            else => return null,
        }
    }

    /// A whole number, or nanoseconds since 1970-01-01T00:00:00Z.
    pub fn int64(self: Record, input: setup.Input) ?i64 {
        const found = self.column(input) orelse return null;
        return switch (found.type) {
            abi.Type.int64, abi.Type.timestamp => element(i64, found.values, self.row),
            abi.Type.json => if (isNumber(range(found, self.row)))
                std.fmt.parseInt(i64, range(found, self.row), 10) catch null
            else
                null,
            else => null,
        };
    }

    /// A number.
    pub fn float64(self: Record, input: setup.Input) ?f64 {
        const found = self.column(input) orelse return null;
        return switch (found.type) {
            abi.Type.float64 => element(f64, found.values, self.row),
            abi.Type.int64 => @floatFromInt(element(i64, found.values, self.row)),
            abi.Type.json => if (isNumber(range(found, self.row)))
                std.fmt.parseFloat(f64, range(found, self.row)) catch null
            else
                null,
            else => null,
        };
    }

    /// A truth value.
    pub fn boolean(self: Record, input: setup.Input) ?bool {
        const found = self.column(input) orelse return null;
        if (found.type == abi.Type.boolean) return bit(found.values, self.row);
        if (found.type != abi.Type.json) return null;
        if (text.same(range(found, self.row), "true")) return true;
        return if (text.same(range(found, self.row), "false")) false else null;
    }
};

/// Whether it has the characters of a JSON number: Zig reads more, such as "nan" and "1_000".
fn isNumber(json: []const u8) bool {
    for (json) |byte| {
        switch (byte) {
            '0'...'9', '-', '+', '.', 'e', 'E' => {},
            else => return false,
        }
    }
    return json.len > 0 and json[0] != '+' and json[0] != '.';
}

fn element(comptime Item: type, address: u64, index: usize) Item {
    return @as([*]align(1) const Item, @ptrFromInt(@as(usize, @intCast(address))))[index];
}

fn bit(bits: u64, row: usize) bool {
    return element(u8, bits, row >> 3) >> @as(u3, @intCast(row & 7)) & 1 == 1;
}

fn hasValue(column: *const Column, row: usize) bool {
    return column.validity == 0 or bit(column.validity, row);
}

fn range(column: *const Column, row: usize) []const u8 {
    const start: u32 = @bitCast(element(i32, column.values, row));
    const end: u32 = @bitCast(element(i32, column.ends, row));
    return (abi.Bytes{ .address = column.data.address + start, .length = end - start }).slice();
}
