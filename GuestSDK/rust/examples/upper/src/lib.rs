//! Writes the letters a to z of a record's value as capitals; everything else is inherited.
#![no_std]
use patchbay::{Input, Output, Record, Rows, Setup, Transform, Verdict};

struct Upper {
    value: Input,
    capitals: Output,
}

impl Transform for Upper {
    fn create(setup: &mut Setup) -> Self {
        Upper { value: setup.read_value(), capitals: setup.make_value() }
    }

    fn map(&mut self, record: Record, rows: &mut Rows) -> Verdict {
        let value = record.bytes(self.value).unwrap_or(b"");
        if value.is_empty() {
            return Verdict::Reject("empty value");
        }
        let to = rows.put_space(self.capitals, value.len());
        for (to, byte) in to.iter_mut().zip(value) {
            *to = byte.to_ascii_uppercase();
        }
        Verdict::Keep
    }
}

patchbay::plugins! { transform "upper" => Upper }
