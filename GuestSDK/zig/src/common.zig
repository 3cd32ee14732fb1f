//! What all roles have in common: columns by name, schemas, results.

const std = @import("std");
const abi = @import("abi.zig");
const memory = @import("memory.zig");
const setup = @import("setup.zig");
const Rows = @import("rows.zig").Rows;

const Array = memory.Array;
const Frame = abi.Frame;
const Place = setup.Place;

/// Says what is wrong.
pub fn fail(frame: *Frame, status: abi.Status, parts: []const []const u8) abi.Status {
    frame.message = .of(memory.join(parts));
    return status;
}

pub const Common = struct {
    inputs: Array(setup.InputColumn) = .{},
    rows: Rows = .{},
    suffix: []const u8 = "",
    is_bound: bool = false,
    /// Per column of a result: the input column that it inherits, or -1.
    origins: Array(i32) = .{},
    columns: Array(abi.Column) = .{},
    bitmap: Array(u8) = .{},
    result_rows: Array(u32) = .{},
    errors: Array(abi.RecordError) = .{},
    regions: Array(abi.Region) = .{},
    /// What the setup gave the plugin.
    kept: Array(*anyopaque) = .{},

    pub fn deinit(self: *Common) void {
        for (self.kept.items()) |block| memory.free(block);
        self.kept.deinit();
        self.inputs.deinit();
        self.rows.deinit();
        self.origins.deinit();
        self.columns.deinit();
        self.bitmap.deinit();
        self.result_rows.deinit();
        self.errors.deinit();
        self.regions.deinit();
    }

    /// Looks the inputs up in the schema that will arrive. DESCRIBE changes nothing: batches still come as bound.
    pub fn lookUp(self: *Common, frame: *Frame, binds: bool) abi.Status {
        if (frame.input_schema == 0) {
            // Hosts ask what is read before they know what there is.
            return if (binds) fail(frame, .bad_schema, &.{"there is no input schema"}) else .ok;
        }
        const schema: *const abi.Schema = @ptrFromInt(@as(usize, @intCast(frame.input_schema)));
        const fields = schema.fields.items(abi.Field);
        for (self.inputs.items()) |*input| {
            var position = input.place.position(schema.flags);
            if (input.place == .field) {
                const index = indexOf(fields, input.name) orelse {
                    // Any name may be asked for; it is there when batches come.
                    if (!binds and schema.flags & abi.schema_open != 0) continue;
                    return fail(frame, .bad_schema, &.{ "there is no field '", input.name, "'" });
                };
                const kind = fields[index].type;
                if (!input.kind.fits(kind)) {
                    const found = if (kind < abi.Type.names.len) abi.Type.names[kind] else "of unknown type";
                    return fail(frame, .bad_schema, &.{
                        "the field '", input.name, "' is ", found, ", not ", input.kind.name(),
                    });
                }
                position += index;
            } else if (!input.place.isIn(schema.flags)) {
                return fail(frame, .bad_schema, &.{ "the records have no ", input.name });
            }
            if (binds) input.position = position;
        }
        if (binds) self.is_bound = true;
        return .ok;
    }

    /// What is read here, and for transforms what is read behind and inherited.
    pub fn ask(self: *const Common, frame: *Frame, inherits: bool) void {
        const asked = if (inherits) frame.request.names.items(abi.Bytes) else &[_]abi.Bytes{};
        const names = memory.scratch(abi.Bytes, asked.len + self.inputs.items().len);
        var count: usize = 0;
        var flags = if (inherits) frame.request.flags else 0;
        for (Place.well_known) |place| {
            if (self.rows.maker(place, "") != null) flags &= ~place.want();
        }
        for (asked) |name| {
            if (self.rows.maker(.field, name.slice()) != null) continue;
            names[count] = name;
            count += 1;
        }
        for (self.inputs.items()) |input| {
            flags |= input.place.want();
            if (input.place != .field or isNamed(names[0..count], input.name)) continue;
            names[count] = .of(input.name);
            count += 1;
        }
        frame.wanted.flags = flags;
        frame.wanted.names = .of(abi.Bytes, names[0..count]);
    }

    /// The columns of the batch at hand, at least those that are read; null when it can not be used.
    pub fn openBatch(self: *Common, frame: *Frame, status: *abi.Status) ?[]const abi.Column {
        if (!self.is_bound) {
            status.* = fail(frame, .failed, &.{"no schema was bound"});
            return null;
        }
        if (frame.batch.rows > std.math.maxInt(u32)) {
            status.* = fail(frame, .bad_input, &.{"the batch is too large"});
            return null;
        }
        for (self.inputs.items()) |input| {
            if (input.position < frame.batch.columns.count) continue;
            status.* = fail(frame, .bad_input, &.{"the batch does not have the columns that were agreed"});
            return null;
        }
        self.errors.clear();
        return frame.batch.columns.items(abi.Column);
    }

    pub fn reject(self: *Common, row: usize, message: []const u8) void {
        self.errors.push(.{ .row = row, .message = .of(message) });
    }

    /// The schema of a transform's output, and per column of it which column of the input it inherits.
    pub fn deriveSchema(self: *Common, frame: *Frame, binds: bool) void {
        const input: *const abi.Schema = @ptrFromInt(@as(usize, @intCast(frame.input_schema)));
        const known = input.fields.items(abi.Field);
        const schema = &memory.scratch(abi.Schema, 1)[0];
        schema.* = input.*;
        schema.flags |= self.wellKnownFlags();
        const first = Place.position(.field, schema.flags);
        const most = known.len + self.rows.columns.items().len;
        const fields = memory.scratch(abi.Field, most);
        const origins = memory.scratch(i32, first + most);
        @memcpy(fields[0..known.len], known);
        for (Place.well_known) |place| {
            if (place.isIn(schema.flags)) origins[place.position(schema.flags)] = @intCast(place.position(input.flags));
        }
        for (0..known.len) |index| origins[first + index] = @intCast(Place.position(.field, input.flags) + index);
        var count = known.len;
        for (self.rows.columns.items()) |*column| {
            var position = column.place.position(schema.flags);
            if (column.place == .field) {
                const at = indexOf(fields[0..count], column.name) orelse count;
                count = @max(count, at + 1);
                fields[at] = .{ .name = .of(column.name), .type = column.type, .summary = .of(column.summary) };
                position += at;
            }
            origins[position] = -1;
            if (binds) {
                column.position = position;
                column.is_made = true;
            }
        }
        schema.fields = .of(abi.Field, fields[0..count]);
        if (binds) {
            self.origins.clear();
            self.origins.extend(origins[0 .. first + count]);
        }
        frame.output_schema = @intFromPtr(schema);
    }

    fn wellKnownFlags(self: *const Common) u32 {
        const key = if (self.rows.maker(.key, "") != null) abi.schema_key else 0;
        return key | if (self.rows.maker(.time, "") != null) abi.schema_time else 0;
    }

    /// The schema of a parser's records: the fields that are asked for.
    pub fn describeRecords(self: *Common, frame: *Frame, binds: bool) void {
        const asked = frame.request.names.items(abi.Bytes);
        const wants_all = frame.flags & abi.describe_all != 0 or frame.request.flags & abi.want_all != 0;
        const schema = &memory.scratch(abi.Schema, 1)[0];
        schema.flags = self.wellKnownFlags();
        schema.record_suffix = .of(self.suffix);
        const fields = memory.scratch(abi.Field, self.rows.columns.items().len);
        var count: usize = 0;
        for (self.rows.columns.items()) |*column| {
            const is_made = column.place != .field or wants_all or isNamed(asked, column.name);
            var position = column.place.position(schema.flags);
            if (column.place == .field and is_made) {
                position += count;
                fields[count] = .{ .name = .of(column.name), .type = column.type, .summary = .of(column.summary) };
                count += 1;
            }
            if (binds) {
                column.is_made = is_made;
                column.position = position;
            }
        }
        schema.fields = .of(abi.Field, fields[0..count]);
        if (binds) {
            self.origins.clear();
            self.origins.resize(Place.position(.field, schema.flags) + count, -1);
            self.is_bound = true;
        }
        frame.output_schema = @intFromPtr(schema);
    }

    /// Gives the columns made, and those that are inherited.
    pub fn handOver(self: *Common, frame: *Frame) void {
        const rows = self.rows.done;
        self.columns.clear();
        for (self.origins.items()) |origin| {
            self.columns.push(.{ .type = abi.Type.inherited, .inherited = @bitCast(origin), .count = rows });
        }
        for (self.rows.columns.items()) |*column| {
            if (column.is_made) self.columns.items()[column.position] = column.image(rows);
        }
        frame.result = .{ .rows = rows, .columns = .of(abi.Column, self.columns.items()) };
    }
};

fn indexOf(fields: []const abi.Field, name: []const u8) ?usize {
    for (fields, 0..) |field, index| {
        if (std.mem.eql(u8, field.name.slice(), name)) return index;
    }
    return null;
}

fn isNamed(names: []const abi.Bytes, name: []const u8) bool {
    for (names) |known| {
        if (std.mem.eql(u8, known.slice(), name)) return true;
    }
    return false;
}
