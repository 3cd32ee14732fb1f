//! Patchbay plugins in Zig.
//!
//!     const patchbay = @import("patchbay");
//!
//!     const Errors = struct {
//!         level: patchbay.Input,
//!         pub fn create(setup: *patchbay.Setup) Errors {
//!             return .{ .level = setup.readText("level") };
//!         }
//!         pub fn keep(self: *Errors, record: patchbay.Record) patchbay.Verdict {
//!             return .when(patchbay.same(record.bytes(self.level), "error"));
//!         }
//!     };
//!
//!     comptime {
//!         patchbay.plugins(.{patchbay.filter("errors", Errors)});
//!     }
//!
//! Columns are named once, in `create`. What runs out of memory ends with a trap; the host then replaces the instance.

const std = @import("std");
const abi = @import("abi.zig");
const memory = @import("memory.zig");
const roles = @import("roles.zig");
const Common = @import("common.zig").Common;
const fail = @import("common.zig").fail;
const names = @import("setup.zig");
const text = @import("text.zig");

pub const host = @import("host.zig");
pub const Input = names.Input;
pub const Output = names.Output;
pub const Setup = names.Setup;
pub const Texts = names.Texts;
pub const Type = names.Type;
pub const Record = @import("record.zig").Record;
pub const Rows = @import("rows.zig").Rows;
pub const Verdict = roles.Verdict;
pub const Parsing = roles.Parsing;
pub const Reason = roles.Reason;
/// Frees what it gives. Shared with the host.
pub const allocator = memory.allocator;
pub const same = text.same;
pub const find = text.find;
pub const nextText = text.nextText;

const Run = enum { filter, transform, parser };

/// One plugin of a module.
pub const Definition = struct {
    run: Run,
    name: []const u8,
    Plugin: type,
};

/// `create(setup) Plugin` takes options and names columns; `keep(self, record) Verdict` says whether the record stays.
pub fn filter(comptime name: []const u8, comptime Plugin: type) Definition {
    return .{ .run = .filter, .name = name, .Plugin = Plugin };
}

/// `create` as for filters; `map(self, record, rows) Verdict` puts the values of one record.
pub fn transform(comptime name: []const u8, comptime Plugin: type) Definition {
    return .{ .run = .transform, .name = name, .Plugin = Plugin };
}

/// `create` as for filters; `parse(self, parsing) ?[]const u8` makes records of what is complete, and returns null, or
/// why it can make nothing of the input at all. `reset(self)`, when there is one, forgets a part. With
/// `pub const splits = true` it keeps nothing from call to call: parts of a file are then parsed in parallel; it is also
/// called to find out how much it would use up, with nothing made.
pub fn parser(comptime name: []const u8, comptime Plugin: type) Definition {
    return .{ .run = .parser, .name = name, .Plugin = Plugin };
}

/// Exports the plugins of the module.
pub fn plugins(comptime definitions: anytype) void {
    const exports = struct {
        fn call(operation: abi.Operation, frame: *abi.Frame) callconv(.c) abi.Status {
            if (frame.size < @sizeOf(abi.Frame)) return .unsupported;
            memory.emptyScratch();
            if (operation == .create) {
                inline for (definitions) |definition| {
                    if (isCalled(definition, frame.name.slice())) return create(definition, frame);
                }
                return fail(frame, .unsupported, &.{ "the module has no plugin '", frame.name.slice(), "'" });
            }
            if (frame.instance == 0) return fail(frame, .failed, &.{"there is no instance"});
            switch (operation) {
                .start, .stop, .health, .release => return .ok,
                else => {},
            }
            const head: *const Head = @ptrFromInt(@as(usize, @intCast(frame.instance)));
            const status = head.call(head, operation, frame);
            if (status == .unsupported and frame.message.length == 0) {
                return fail(frame, status, &.{"the plugin has no such operation"});
            }
            return status;
        }

        fn allocate(size: u32) callconv(.c) ?*anyopaque {
            return memory.allocate(size);
        }

        fn free(address: ?*anyopaque) callconv(.c) void {
            memory.free(address);
        }
    };
    @export(&exports.call, .{ .name = "patchbay_call" });
    @export(&exports.allocate, .{ .name = "patchbay_allocate" });
    @export(&exports.free, .{ .name = "patchbay_free" });
}

/// A capability is named type/name, or by its name alone.
fn isCalled(comptime definition: Definition, name: []const u8) bool {
    return same(name, definition.name) or same(name, @tagName(definition.run) ++ "/" ++ definition.name);
}

/// What all instances begin with.
const Head = struct {
    call: *const fn (*const Head, abi.Operation, *abi.Frame) abi.Status,
};

fn Instance(comptime definition: Definition) type {
    return struct {
        head: Head,
        common: Common,
        plugin: definition.Plugin,

        const Self = @This();

        fn call(head: *const Head, operation: abi.Operation, frame: *abi.Frame) abi.Status {
            const self: *Self = @constCast(@as(*const Self, @alignCast(@fieldParentPtr("head", head))));
            if (operation == .destroy) {
                if (@hasDecl(definition.Plugin, "deinit")) self.plugin.deinit();
                self.common.deinit();
                memory.allocator.destroy(self);
                return .ok;
            }
            return switch (definition.run) {
                .filter => roles.runFilter(&self.plugin, &self.common, operation, frame),
                .transform => roles.runTransform(&self.plugin, &self.common, operation, frame),
                .parser => roles.runParser(&self.plugin, &self.common, operation, frame),
            };
        }
    };
}

fn create(comptime definition: Definition, frame: *abi.Frame) abi.Status {
    const instance = memory.allocator.create(Instance(definition)) catch @trap();
    instance.head = .{ .call = &Instance(definition).call };
    instance.common = .{};
    var setup: Setup = .{
        .options = frame.options.items(abi.Option),
        .inputs = &instance.common.inputs,
        .rows = &instance.common.rows,
        .kept = &instance.common.kept,
    };
    instance.plugin = definition.Plugin.create(&setup);
    instance.common.suffix = setup.suffix;
    if (setup.problem) |message| {
        instance.common.deinit();
        memory.allocator.destroy(instance);
        return fail(frame, .bad_options, &.{message});
    }
    frame.instance = @intFromPtr(&instance.head);
    return .ok;
}
