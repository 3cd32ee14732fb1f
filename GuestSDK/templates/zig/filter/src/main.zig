const std = @import("std");
const patchbay = @import("patchbay");

const PluginName = struct {
    level: patchbay.Input,

    pub fn create(setup: *patchbay.Setup) PluginName {
        return .{ .level = setup.readText("level") };
    }

    pub fn keep(self: *PluginName, record: patchbay.Record) patchbay.Verdict {
        return .when(std.mem.eql(u8, record.bytes(self.level) orelse "", "error"));
    }
};

comptime {
    patchbay.plugins(.{patchbay.filter("plugin-name", PluginName)});
}
