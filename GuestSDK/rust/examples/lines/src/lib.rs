//! Makes one record of each line: the value is the line without its newline, the field `number` its length.
#![no_std]
use patchbay::{find, Output, Parser, Parsing, Reason, Setup, Type};

struct Lines {
    number: Output,
}

impl Parser for Lines {
    const SPLITS: bool = true;

    fn create(setup: &mut Setup) -> Self {
        setup.record_suffix("\n");
        Lines { number: setup.make_field("number", Type::Int64, "Bytes of the line.") }
    }

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
            input.rows.put_int64(self.number, length as i64);
            input.emit(start, length, start + length + is_complete as usize);
        }
        Ok(())
    }
}

patchbay::plugins! { parser "lines" => Lines }
