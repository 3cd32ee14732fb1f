//! Keeps the records whose field `level` is one of the option `levels`.

const patchbay = @import("patchbay");

const KeepErrors = struct {
    level: patchbay.Input,
    levels: patchbay.Texts,

    pub fn create(setup: *patchbay.Setup) KeepErrors {
        return .{ .level = setup.readText("level"), .levels = setup.optionTexts("levels") };
    }

    pub fn keep(self: *KeepErrors, record: patchbay.Record) patchbay.Verdict {
        return .when(self.levels.contains(record.bytes(self.level)));
    }
};

comptime {
    patchbay.plugins(.{patchbay.filter("keep-errors", KeepErrors)});
}
