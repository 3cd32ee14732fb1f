//! What is done with the host's calls, per role.

const std = @import("std");
const abi = @import("abi.zig");
const memory = @import("memory.zig");
const setup = @import("setup.zig");
const Common = @import("common.zig").Common;
const fail = @import("common.zig").fail;
const Record = @import("record.zig").Record;
const Rows = @import("rows.zig").Rows;

const Frame = abi.Frame;

/// What becomes of a record.
pub const Verdict = union(enum) {
    keep,
    drop,
    /// It can not be processed, and why: the host treats it as the stage's `on_error` says. The text stays in use.
    reject: []const u8,

    /// Keeps the record when `condition` holds.
    pub fn when(condition: bool) Verdict {
        return if (condition) .keep else .drop;
    }
};

/// Why a region of the input became no record.
pub const Reason = enum(u32) { damage = 1, truncated = 2, too_large = 3, invalid = 4, blank = 5 };

/// The input of a parser, and where its records go.
pub const Parsing = struct {
    /// The input.
    bytes: []const u8,
    /// Of its first byte, in the part.
    position: u64,
    /// The part ends with the input: what is incomplete stays so.
    is_last: bool,
    /// The input begins inside a record that was thrown away.
    is_discarded: bool,
    /// For the parser to set: it also ends inside it.
    is_still_discarding: bool = false,
    /// What `emit` and `skip` got to.
    consumed: usize = 0,
    /// For the fields of the record in progress.
    rows: *Rows,
    regions: *memory.Array(abi.Region),

    /// Whether one more record may be made in this call.
    pub fn hasRoom(self: *const Parsing) bool {
        return self.rows.done < self.rows.limit;
    }

    /// Ends a record: its original bytes are `length` bytes from `start`, and the input is used up to `next`.
    pub fn emit(self: *Parsing, start: usize, length: usize, next: usize) void {
        const is_inside = start <= self.bytes.len and length <= self.bytes.len - start and next <= self.bytes.len;
        if (!is_inside or next < self.consumed) @trap();
        self.consumed = next;
        if (self.rows.is_counting) return;
        self.rows.starts.push(@intCast(start));
        self.rows.ends.push(@intCast(start + length));
        self.rows.endRow();
    }

    /// The bytes from `consumed` to `next` are no record.
    pub fn skip(self: *Parsing, next: usize, reason: Reason) void {
        if (next < self.consumed or next > self.bytes.len) @trap();
        if (next > self.consumed and !self.rows.is_counting) {
            self.regions.push(.{
                .position = self.position + self.consumed,
                .length = next - self.consumed,
                .reason = @intFromEnum(reason),
            });
        }
        self.consumed = next;
    }
};

pub fn runFilter(plugin: anytype, common: *Common, operation: abi.Operation, frame: *Frame) abi.Status {
    switch (operation) {
        .describe, .bind => {
            const status = common.lookUp(frame, operation == .bind);
            if (status == .ok) common.ask(frame, false);
            return status;
        },
        .filter => {
            var status: abi.Status = .ok;
            const columns = common.openBatch(frame, &status) orelse return status;
            const rows: usize = @intCast(frame.batch.rows);
            common.bitmap.clear();
            common.bitmap.resize((rows + 7) / 8, 0);
            for (0..rows) |row| {
                switch (plugin.keep(.{ .inputs = common.inputs.items(), .columns = columns, .row = row })) {
                    .keep => common.bitmap.items()[row >> 3] |= @as(u8, 1) << @intCast(row & 7),
                    .drop => {},
                    .reject => |message| common.reject(row, message),
                }
            }
            frame.output = .of(common.bitmap.items());
            frame.errors = .of(abi.RecordError, common.errors.items());
            return .ok;
        },
        else => return .unsupported,
    }
}

pub fn runTransform(plugin: anytype, common: *Common, operation: abi.Operation, frame: *Frame) abi.Status {
    switch (operation) {
        .describe, .bind => {
            const binds = operation == .bind;
            const status = common.lookUp(frame, binds);
            if (status != .ok) return status;
            if (frame.input_schema != 0) common.deriveSchema(frame, binds);
            // What is inherited has to be made, and so is asked for; batches need not carry it through this memory.
            common.ask(frame, !binds);
            return .ok;
        },
        .transform => {
            var status: abi.Status = .ok;
            const columns = common.openBatch(frame, &status) orelse return status;
            common.rows.begin(std.math.maxInt(u64), false);
            common.result_rows.clear();
            for (0..@intCast(frame.batch.rows)) |row| {
                const record: Record = .{ .inputs = common.inputs.items(), .columns = columns, .row = row };
                switch (plugin.map(record, &common.rows)) {
                    .keep => {
                        common.result_rows.push(@intCast(row));
                        common.rows.endRow();
                        continue;
                    },
                    .drop => frame.dropped += 1,
                    .reject => |message| common.reject(row, message),
                }
                common.rows.undoRow();
            }
            common.handOver(frame);
            if (common.rows.done < frame.batch.rows) {
                frame.result_rows = .of(u32, common.result_rows.items());
            }
            frame.errors = .of(abi.RecordError, common.errors.items());
            return .ok;
        },
        else => return .unsupported,
    }
}

pub fn runParser(plugin: anytype, common: *Common, operation: abi.Operation, frame: *Frame) abi.Status {
    const Plugin = @typeInfo(@TypeOf(plugin)).pointer.child;
    switch (operation) {
        .describe, .bind => {
            common.describeRecords(frame, operation == .bind);
            return .ok;
        },
        .reset => {
            if (@hasDecl(Plugin, "reset")) plugin.reset();
            return .ok;
        },
        .boundary => {
            if (!@hasDecl(Plugin, "splits") or !Plugin.splits) return .unsupported;
            return parse(plugin, common, frame, true);
        },
        .parse => {
            if (!common.is_bound) return fail(frame, .failed, &.{"no schema was bound"});
            return parse(plugin, common, frame, false);
        },
        else => return .unsupported,
    }
}

fn parse(plugin: anytype, common: *Common, frame: *Frame, is_counting: bool) abi.Status {
    // Positions in a result have 31 bits; what is beyond them comes again with the next call.
    const most = std.math.maxInt(i32);
    const input: abi.Bytes = .{ .address = frame.input.address, .length = @min(frame.input.length, most) };
    common.rows.begin(if (is_counting) std.math.maxInt(u64) else frame.limit, is_counting);
    common.regions.clear();
    var parsing: Parsing = .{
        .bytes = input.slice(),
        .position = frame.position,
        .is_last = frame.flags & abi.last != 0 and frame.input.length <= most,
        .is_discarded = frame.flags & abi.discarded != 0,
        .rows = &common.rows,
        .regions = &common.regions,
    };
    if (plugin.parse(&parsing)) |message| return fail(frame, .bad_input, &.{message});
    frame.consumed = parsing.consumed;
    if (parsing.is_still_discarding) frame.flags |= abi.still_discarding;
    if (is_counting) return .ok;
    common.handOver(frame);
    const value = @intFromBool(common.rows.maker(.key, "") != null);
    common.columns.items()[value] = .{
        .type = abi.Type.binary,
        .count = common.rows.done,
        .values = @intFromPtr(common.rows.starts.items().ptr),
        .ends = @intFromPtr(common.rows.ends.items().ptr),
        .data = input,
    };
    frame.regions = .of(abi.Region, common.regions.items());
    return .ok;
}
