#![no_std]
use patchbay::{find, Output, Parser, Parsing, Reason, Setup, Type};

struct PluginName {
    name: Output,
    text: Output,
}

impl Parser for PluginName {
    const SPLITS: bool = true;

    fn create(setup: &mut Setup) -> Self {
        setup.record_suffix("\n");
        PluginName {
            name: setup.make_field("name", Type::Utf8, "What stands before the first equals sign."),
            text: setup.make_field("text", Type::Utf8, "What stands behind it."),
        }
    }

    /// One record of each line with an equals sign; what is no such line is reported as a region.
    fn parse(&mut self, input: &mut Parsing) -> Result<(), &'static str> {
        let bytes = input.bytes;
        if input.is_discarded {
            let end = find(bytes, b'\n');
            input.is_still_discarding = end == bytes.len() && !input.is_last;
            input.skip(bytes.len().min(end + 1), Reason::TooLarge);
        }
        while input.consumed() < bytes.len() && input.has_room() {
            let start = input.consumed();
            let length = find(&bytes[start..], b'\n');
            let is_complete = start + length < bytes.len();
            if !is_complete && !input.is_last {
                break;
            }
            let line = &bytes[start..start + length];
            let next = start + length + is_complete as usize;
            let sign = find(line, b'=');
            if sign == length {
                input.skip(next, Reason::Invalid);
                continue;
            }
            input.rows.put_bytes(self.name, &line[..sign]);
            input.rows.put_bytes(self.text, &line[sign + 1..]);
            input.emit(start, length, next);
        }
        Ok(())
    }
}

patchbay::plugins! { parser "plugin-name" => PluginName }
