const patchbay = @import("patchbay");

const PluginName = struct {
    name: patchbay.Output,
    text: patchbay.Output,

    pub const splits = true;

    pub fn create(setup: *patchbay.Setup) PluginName {
        setup.recordSuffix("\n");
        return .{
            .name = setup.makeField("name", .utf8, "What stands before the first equals sign."),
            .text = setup.makeField("text", .utf8, "What stands behind it."),
        };
    }

    /// One record of each line with an equals sign; what is no such line is reported as a region.
    pub fn parse(self: *PluginName, input: *patchbay.Parsing) ?[]const u8 {
        if (input.is_discarded) {
            const end = patchbay.find(input.bytes, '\n');
            input.is_still_discarding = end == input.bytes.len and !input.is_last;
            input.skip(@min(end + 1, input.bytes.len), .too_large);
        }
        while (input.consumed < input.bytes.len and input.hasRoom()) {
            const start = input.consumed;
            const length = patchbay.find(input.bytes[start..], '\n');
            const is_complete = start + length < input.bytes.len;
            if (!is_complete and !input.is_last) break;
            const line = input.bytes[start..][0..length];
            const next = start + length + @intFromBool(is_complete);
            const sign = patchbay.find(line, '=');
            if (sign == length) {
                input.skip(next, .invalid);
                continue;
            }
            input.rows.putBytes(self.name, line[0..sign]);
            input.rows.putBytes(self.text, line[sign + 1 ..]);
            input.emit(start, length, next);
        }
        return null;
    }
};

comptime {
    patchbay.plugins(.{patchbay.parser("plugin-name", PluginName)});
}
