//! Writes the letters a to z of a record's value as capitals; everything else is inherited.

const patchbay = @import("patchbay");

const Upper = struct {
    value: patchbay.Input,
    capitals: patchbay.Output,

    pub fn create(setup: *patchbay.Setup) Upper {
        return .{ .value = setup.readValue(), .capitals = setup.makeValue() };
    }

    pub fn map(self: *Upper, record: patchbay.Record, rows: *patchbay.Rows) patchbay.Verdict {
        const value = record.bytes(self.value) orelse "";
        if (value.len == 0) return .{ .reject = "empty value" };
        for (rows.putSpace(self.capitals, value.len), value) |*to, byte| {
            to.* = if (byte >= 'a' and byte <= 'z') byte - 32 else byte;
        }
        return .keep;
    }
};

comptime {
    patchbay.plugins(.{patchbay.transform("upper", Upper)});
}
