//! Columns that a plugin makes.

const std = @import("std");
const abi = @import("abi.zig");
const memory = @import("memory.zig");
const setup = @import("setup.zig");

const Array = memory.Array;

fn setBit(bits: *Array(u8), row: usize, value: bool, others: u8) void {
    if (bits.items().len <= row >> 3) bits.resize((row >> 3) + 1, others);
    const mask = @as(u8, 1) << @intCast(row & 7);
    const byte = &bits.items()[row >> 3];
    byte.* = if (value) byte.* | mask else byte.* & ~mask;
}

pub const OutputColumn = struct {
    place: setup.Place,
    type: u32,
    name: []const u8,
    summary: []const u8,
    is_made: bool = false,
    /// Among the columns of a result.
    position: usize = 0,
    /// Numbers as bits, and bits of truth values.
    numbers: Array(u64) = .{},
    bits: Array(u8) = .{},
    starts: Array(i32) = .{},
    ends: Array(i32) = .{},
    data: Array(u8) = .{},
    validity: Array(u8) = .{},
    has_nulls: bool = false,
    /// Rows, with the one in progress.
    written: usize = 0,

    fn isVariable(self: *const OutputColumn) bool {
        return self.type == abi.Type.utf8 or self.type == abi.Type.binary or self.type == abi.Type.json;
    }

    fn mark(self: *OutputColumn, row: usize, is_there: bool) void {
        if (!is_there) self.has_nulls = true;
        if (self.has_nulls) setBit(&self.validity, row, is_there, 0xFF);
        self.written = row + 1;
    }

    fn putNumber(self: *OutputColumn, row: usize, bits: u64) void {
        if (self.numbers.items().len <= row) self.numbers.resize(row + 1, 0);
        self.numbers.items()[row] = bits;
        self.mark(row, true);
    }

    fn putSpace(self: *OutputColumn, row: usize, length: usize) []u8 {
        // A second value for the same record takes the place of the first.
        if (self.written > row) self.data.resize(@intCast(self.starts.items()[row]), 0);
        const start = self.data.items().len;
        self.starts.resize(row, 0);
        self.ends.resize(row, 0);
        if (length > std.math.maxInt(i32) - start) @trap();
        self.data.grow(start + length);
        self.starts.push(@intCast(start));
        self.ends.push(@intCast(start + length));
        self.mark(row, true);
        return self.data.items()[start..];
    }

    fn putNull(self: *OutputColumn, row: usize) void {
        if (self.isVariable()) {
            _ = self.putSpace(row, 0);
        } else if (self.type == abi.Type.boolean) {
            setBit(&self.bits, row, false, 0);
        } else {
            self.putNumber(row, 0);
        }
        self.mark(row, false);
    }

    pub fn image(self: *const OutputColumn, rows: usize) abi.Column {
        var column: abi.Column = .{ .type = self.type, .count = rows };
        if (self.has_nulls) column.validity = @intFromPtr(self.validity.items().ptr);
        if (self.isVariable()) {
            column.values = @intFromPtr(self.starts.items().ptr);
            column.ends = @intFromPtr(self.ends.items().ptr);
            column.data = .of(self.data.items());
        } else if (self.type == abi.Type.boolean) {
            column.values = @intFromPtr(self.bits.items().ptr);
        } else {
            column.values = @intFromPtr(self.numbers.items().ptr);
        }
        return column;
    }

    pub fn begin(self: *OutputColumn) void {
        self.numbers.clear();
        self.bits.clear();
        self.starts.clear();
        self.ends.clear();
        self.data.clear();
        self.validity.clear();
        self.has_nulls = false;
        self.written = 0;
    }

    fn deinit(self: *OutputColumn) void {
        self.numbers.deinit();
        self.bits.deinit();
        self.starts.deinit();
        self.ends.deinit();
        self.data.deinit();
        self.validity.deinit();
    }
};

/// Where a plugin puts the values of the record in progress. What is not put has no value.
pub const Rows = struct {
    columns: Array(OutputColumn) = .{},
    done: usize = 0,
    limit: u64 = std.math.maxInt(u64),
    /// Views of the input, for parsers.
    starts: Array(i32) = .{},
    ends: Array(i32) = .{},
    /// BOUNDARY: nothing is made.
    is_counting: bool = false,

    pub fn add(
        self: *Rows,
        place: setup.Place,
        kind: u32,
        name: []const u8,
        summary: []const u8,
    ) setup.Output {
        self.columns.push(.{ .place = place, .type = kind, .name = name, .summary = summary });
        return .{ .index = self.columns.items().len - 1 };
    }

    /// The column that stands in this place.
    pub fn maker(self: *const Rows, place: setup.Place, name: []const u8) ?*OutputColumn {
        for (self.columns.items()) |*found| {
            if (found.place == place and (place != .field or std.mem.eql(u8, found.name, name))) return found;
        }
        return null;
    }

    pub fn begin(self: *Rows, limit: u64, is_counting: bool) void {
        self.done = 0;
        self.limit = limit;
        self.is_counting = is_counting;
        self.starts.clear();
        self.ends.clear();
        for (self.columns.items()) |*made| made.begin();
    }

    /// What was not put has no value.
    pub fn endRow(self: *Rows) void {
        for (self.columns.items()) |*made| {
            if (made.is_made and made.written <= self.done) made.putNull(self.done);
        }
        self.done += 1;
    }

    /// Takes back what was put for a record that is not kept.
    pub fn undoRow(self: *Rows) void {
        for (self.columns.items()) |*made| {
            if (made.written <= self.done) continue;
            if (made.isVariable()) {
                made.data.resize(@intCast(made.starts.items()[self.done]), 0);
                made.starts.resize(self.done, 0);
                made.ends.resize(self.done, 0);
            }
            made.written = self.done;
        }
    }

    pub fn deinit(self: *Rows) void {
        for (self.columns.items()) |*made| made.deinit();
        self.columns.deinit();
        self.starts.deinit();
        self.ends.deinit();
    }

    fn column(self: *Rows, output: setup.Output) ?*OutputColumn {
        const found = &self.columns.items()[output.index];
        return if (self.is_counting or !found.is_made) null else found;
    }

    /// A whole number, or nanoseconds since 1970-01-01T00:00:00Z.
    pub fn putInt64(self: *Rows, output: setup.Output, value: i64) void {
        const found = self.column(output) orelse return;
        switch (found.type) {
            abi.Type.int64, abi.Type.timestamp => found.putNumber(self.done, @bitCast(value)),
            abi.Type.float64 => found.putNumber(self.done, @bitCast(@as(f64, @floatFromInt(value)))),
            else => {},
        }
    }

    /// A number.
    pub fn putFloat64(self: *Rows, output: setup.Output, value: f64) void {
        const found = self.column(output) orelse return;
        if (found.type == abi.Type.float64) found.putNumber(self.done, @bitCast(value));
    }

    /// A truth value.
    pub fn putBool(self: *Rows, output: setup.Output, value: bool) void {
        const found = self.column(output) orelse return;
        if (found.type != abi.Type.boolean) return;
        setBit(&found.bits, self.done, value, 0);
        found.mark(self.done, true);
    }

    /// Text, bytes or JSON.
    pub fn putBytes(self: *Rows, output: setup.Output, bytes: []const u8) void {
        const found = self.column(output) orelse return;
        if (found.isVariable()) @memcpy(found.putSpace(self.done, bytes.len), bytes);
    }

    /// Bytes to be filled in, for text, bytes or JSON.
    pub fn putSpace(self: *Rows, output: setup.Output, length: usize) []u8 {
        if (self.column(output)) |found| {
            if (found.isVariable()) return found.putSpace(self.done, length);
        }
        return memory.scratch(u8, length);
    }
};
