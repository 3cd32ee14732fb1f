#![no_std]
use patchbay::{Filter, Input, Record, Setup, Verdict};

struct PluginName {
    value: Input,
    word: &'static str,
}

impl Filter for PluginName {
    fn create(setup: &mut Setup) -> Self {
        PluginName { value: setup.read_value(), word: setup.option_text("word") }
    }

    fn keep(&mut self, record: Record) -> Verdict {
        let value = record.bytes(self.value).unwrap_or(b"");
        let word = self.word.as_bytes();
        (word.is_empty() || value.windows(word.len()).any(|part| part == word)).into()
    }
}

patchbay::plugins! { filter "plugin-name" => PluginName }
