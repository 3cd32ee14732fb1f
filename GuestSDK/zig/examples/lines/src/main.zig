//! Makes one record of each line: the value is the line without its newline, the field `number` its length.

const patchbay = @import("patchbay");

const Lines = struct {
    number: patchbay.Output,

    pub const splits = true;

    pub fn create(setup: *patchbay.Setup) Lines {
        setup.recordSuffix("\n");
        return .{ .number = setup.makeField("number", .int64, "Bytes of the line.") };
    }

    pub fn parse(self: *Lines, input: *patchbay.Parsing) ?[]const u8 {
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
            input.rows.putInt64(self.number, @intCast(length));
            input.emit(start, length, start + length + @intFromBool(is_complete));
        }
        return null;
    }
};

comptime {
    patchbay.plugins(.{patchbay.parser("lines", Lines)});
}
