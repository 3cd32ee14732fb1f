#![no_std]
use patchbay::{Filter, Input, Record, Setup, Verdict};

struct PluginName {
    level: Input,
}

impl Filter for PluginName {
    fn create(setup: &mut Setup) -> Self {
        PluginName { level: setup.read_text("level") }
    }

    fn keep(&mut self, record: Record) -> Verdict {
        (record.bytes(self.level) == Some(b"error")).into()
    }
}

patchbay::plugins! { filter "plugin-name" => PluginName }
