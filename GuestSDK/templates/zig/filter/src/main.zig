const std = @import("std");
const patchbay = @import("patchbay");

const PluginName = struct {
    value: patchbay.Input,
    word: []const u8,

    pub fn create(setup: *patchbay.Setup) PluginName {
        return .{ .value = setup.readValue(), .word = setup.optionText("word") };
    }

    pub fn keep(self: *PluginName, record: patchbay.Record) patchbay.Verdict {
        const value = record.bytes(self.value) orelse "";
        return .when(std.mem.indexOf(u8, value, self.word) != null);
    }
};

comptime {
    patchbay.plugins(.{patchbay.filter("plugin-name", PluginName)});
}
