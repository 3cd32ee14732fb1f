//! Keeps the records whose field `level` is one of the option `levels`.
#![no_std]
use patchbay::{Filter, Input, Record, Setup, Texts, Verdict};

struct KeepErrors {
    level: Input,
    levels: Texts,
}

impl Filter for KeepErrors {
    fn create(setup: &mut Setup) -> Self {
        KeepErrors { level: setup.read_text("level"), levels: setup.option_texts("levels") }
    }

    fn keep(&mut self, record: Record) -> Verdict {
        self.levels.contains(record.bytes(self.level)).into()
    }
}

patchbay::plugins! { filter "keep-errors" => KeepErrors }
