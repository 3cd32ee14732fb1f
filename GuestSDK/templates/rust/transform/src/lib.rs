#![no_std]
use patchbay::{Input, Output, Record, Rows, Setup, Transform, Type, Verdict};

struct PluginName {
    value: Input,
    length: Output,
}

impl Transform for PluginName {
    fn create(setup: &mut Setup) -> Self {
        PluginName {
            value: setup.read_value(),
            length: setup.make_field("length", Type::Int64, "Bytes of the value."),
        }
    }

    /// Everything but the field `length` stays as it came in.
    fn map(&mut self, record: Record, rows: &mut Rows) -> Verdict {
        let value = record.bytes(self.value).unwrap_or(b"");
        rows.put_int64(self.length, value.len() as i64);
        Verdict::Keep
    }
}

patchbay::plugins! { transform "plugin-name" => PluginName }
