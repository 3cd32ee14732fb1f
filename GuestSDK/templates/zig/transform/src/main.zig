const patchbay = @import("patchbay");

const PluginName = struct {
    value: patchbay.Input,
    length: patchbay.Output,

    pub fn create(setup: *patchbay.Setup) PluginName {
        return .{
            .value = setup.readValue(),
            .length = setup.makeField("length", .int64, "Bytes of the value."),
        };
    }

    /// Everything but the field `length` stays as it came in.
    pub fn map(self: *PluginName, record: patchbay.Record, rows: *patchbay.Rows) patchbay.Verdict {
        const value = record.bytes(self.value) orelse "";
        rows.putInt64(self.length, @intCast(value.len));
        return .keep;
    }
};

comptime {
    patchbay.plugins(.{patchbay.transform("plugin-name", PluginName)});
}
