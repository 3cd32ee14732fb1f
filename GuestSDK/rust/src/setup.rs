//! Options, and the columns that a plugin names.

use crate::abi::{self, types};
use crate::memory::{join, keep, Array};
use crate::text::{next_text, skip_blanks};

/// A column that the plugin reads.
#[derive(Clone, Copy)]
pub struct Input(pub(crate) usize);

/// A column that the plugin makes.
#[derive(Clone, Copy)]
pub struct Output(pub(crate) usize);

/// The types of fields that a plugin can make.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Type {
    Int64 = types::INT64,
    Float64 = types::FLOAT64,
    Bool = types::BOOL,
    Utf8 = types::UTF8,
    Binary = types::BINARY,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Timestamp = types::TIMESTAMP,
    /// Text of one JSON value.
    Json = types::JSON,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Bytes,
    Int64,
    Float64,
    Bool,
}

impl Kind {
    pub(crate) fn fits(self, kind: u32) -> bool {
        match self {
            Kind::Text => matches!(kind, types::UTF8 | types::WORD | types::JSON),
            Kind::Bytes => matches!(kind, types::UTF8 | types::WORD | types::JSON | types::BINARY),
            Kind::Int64 => matches!(kind, types::INT64 | types::TIMESTAMP | types::JSON),
            Kind::Float64 => matches!(kind, types::FLOAT64 | types::INT64 | types::JSON),
            Kind::Bool => matches!(kind, types::BOOL | types::JSON),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Bytes => "bytes",
            Kind::Int64 => "a whole number",
            Kind::Float64 => "a number",
            Kind::Bool => "true or false",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Key,
    Value,
    Time,
    Field,
}

pub(crate) const WELL_KNOWN: [Place; 3] = [Place::Key, Place::Value, Place::Time];

impl Place {
    pub(crate) fn want(self) -> u32 {
        match self {
            Place::Key => abi::WANT_KEY,
            Place::Value => abi::WANT_VALUE,
            Place::Time => abi::WANT_TIME,
            Place::Field => 0,
        }
    }

    /// Whether a schema has the column.
    pub(crate) fn is_in(self, flags: u32) -> bool {
        match self {
            Place::Key => flags & abi::SCHEMA_KEY != 0,
            Place::Time => flags & abi::SCHEMA_TIME != 0,
            Place::Value | Place::Field => true,
        }
    }

    /// Where the column is in a batch; where the fields begin.
    pub(crate) fn position(self, flags: u32) -> usize {
        let value = (flags & abi::SCHEMA_KEY != 0) as usize;
        match self {
            Place::Key => 0,
            Place::Value => value,
            Place::Time => value + 1,
            Place::Field => value + 1 + (flags & abi::SCHEMA_TIME != 0) as usize,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct InputColumn {
    pub place: Place,
    pub kind: Kind,
    pub name: &'static str,
    /// Among the columns of a batch.
    pub position: usize,
}

pub(crate) struct NewColumn {
    pub place: Place,
    pub kind: u32,
    pub name: &'static str,
    pub summary: &'static str,
}

/// What a plugin is made with: its options, and where it names its columns.
///
/// Columns are looked up once, when the schema is known: a field that does not exist or has another type ends the run
/// before the first record. An option that is missing or of another kind fails the setup with a message; the manifest
/// gives defaults. What the functions return stays as long as the module.
pub struct Setup<'a> {
    options: &'a [abi::OptionValue],
    pub(crate) inputs: Array<InputColumn>,
    pub(crate) outputs: &'a mut dyn FnMut(NewColumn) -> usize,
    pub(crate) suffix: &'static str,
    pub(crate) problem: Option<&'a [u8]>,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(options: &'a [abi::OptionValue], outputs: &'a mut dyn FnMut(NewColumn) -> usize) -> Self {
        Setup { options, inputs: Array::new(), outputs, suffix: "", problem: None }
    }

    /// Fails the setup: the options do not fit together. The first reason counts.
    pub fn refuse(&mut self, message: &str) {
        if self.problem.is_none() {
            self.problem = Some(join(&[message.as_bytes()]));
        }
    }

    fn look_up(&self, name: &str) -> Option<&'a abi::OptionValue> {
        let is_called = |option: &&abi::OptionValue| unsafe { abi::slice(option.name) } == name.as_bytes();
        self.options.iter().filter(|option| option.kind != abi::OPTION_NULL).find(is_called)
    }

    fn refuse_option(&mut self, name: &str, problem: &str, what: &str) {
        if self.problem.is_none() {
            self.problem = Some(join(&[
                b"the option '", name.as_bytes(), b"' is ", problem.as_bytes(), what.as_bytes(),
            ]));
        }
    }

    fn option(&mut self, name: &str, kinds: &[u32], what: &str) -> Option<&'a abi::OptionValue> {
        match self.look_up(name) {
            Some(option) if kinds.is_empty() || kinds.contains(&option.kind) => return Some(option),
            Some(_) => self.refuse_option(name, "not ", what),
            None => self.refuse_option(name, "missing", ""),
        }
        None
    }

    /// Whether the option is there.
    pub fn has_option(&self, name: &str) -> bool {
        self.look_up(name).is_some()
    }

    /// An option that is text.
    pub fn option_text(&mut self, name: &str) -> &'static str {
        match self.option(name, &[abi::OPTION_TEXT], "text") {
            Some(option) => kept_text(unsafe { abi::slice(option.text) }),
            None => "",
        }
    }

    /// An option as JSON text.
    pub fn option_json(&mut self, name: &str) -> &'static str {
        match self.option(name, &[], "JSON") {
            Some(option) => kept_text(unsafe { abi::slice(option.text) }),
            None => "null",
        }
    }

    /// An option that is a whole number.
    pub fn option_integer(&mut self, name: &str) -> i64 {
        self.option(name, &[abi::OPTION_INTEGER], "a whole number").map_or(0, |option| option.integer)
    }

    /// An option that is a number.
    pub fn option_number(&mut self, name: &str) -> f64 {
        match self.option(name, &[abi::OPTION_INTEGER, abi::OPTION_NUMBER], "a number") {
            Some(option) if option.kind == abi::OPTION_INTEGER => option.integer as f64,
            Some(option) => option.number,
            None => 0.0,
        }
    }

    /// An option that is true or false.
    pub fn option_bool(&mut self, name: &str) -> bool {
        self.option(name, &[abi::OPTION_BOOL], "true or false").map_or(false, |option| option.integer != 0)
    }

    /// An option that is a list of texts.
    pub fn option_texts(&mut self, name: &str) -> Texts {
        let what = "a list of texts";
        let mut texts = Array::new();
        if let Some(option) = self.option(name, &[abi::OPTION_JSON], what) {
            let mut json = unsafe { abi::slice(option.text) };
            skip_blanks(&mut json);
            let is_list = json.first() == Some(&b'[');
            while let Some(text) = next_text(&mut json) {
                texts.push(kept_text(text));
            }
            // "[]" has no text, and what follows the last one can only be the end.
            if !is_list || json.first() != Some(&b']') {
                self.refuse_option(name, "not ", what);
            }
        }
        Texts(texts)
    }

    fn read(&mut self, place: Place, kind: Kind, name: &'static str) -> Input {
        self.inputs.push(InputColumn { place, kind, name, position: 0 });
        Input(self.inputs.len() - 1)
    }

    /// The record's value.
    pub fn read_value(&mut self) -> Input {
        self.read(Place::Value, Kind::Bytes, "value")
    }

    /// The record's key.
    pub fn read_key(&mut self) -> Input {
        self.read(Place::Key, Kind::Bytes, "key")
    }

    /// The record's time, for `Record::int64`.
    pub fn read_time(&mut self) -> Input {
        self.read(Place::Time, Kind::Int64, "time")
    }

    /// A field of text, words or JSON, for `Record::bytes`.
    pub fn read_text(&mut self, field: &'static str) -> Input {
        self.read(Place::Field, Kind::Text, field)
    }

    /// A field of bytes or text, for `Record::bytes`.
    pub fn read_bytes(&mut self, field: &'static str) -> Input {
        self.read(Place::Field, Kind::Bytes, field)
    }

    /// A field of whole numbers or times.
    pub fn read_int64(&mut self, field: &'static str) -> Input {
        self.read(Place::Field, Kind::Int64, field)
    }

    /// A field of numbers.
    pub fn read_float64(&mut self, field: &'static str) -> Input {
        self.read(Place::Field, Kind::Float64, field)
    }

    /// A field of truth values.
    pub fn read_bool(&mut self, field: &'static str) -> Input {
        self.read(Place::Field, Kind::Bool, field)
    }

    fn make(&mut self, place: Place, kind: u32, name: &'static str, summary: &'static str) -> Output {
        Output((self.outputs)(NewColumn { place, kind, name, summary }))
    }

    /// The plugin makes the value. All columns that a transform does not make are inherited.
    pub fn make_value(&mut self) -> Output {
        self.make(Place::Value, types::BINARY, "value", "")
    }

    /// The plugin makes the key.
    pub fn make_key(&mut self) -> Output {
        self.make(Place::Key, types::BINARY, "key", "")
    }

    /// The plugin makes the time.
    pub fn make_time(&mut self) -> Output {
        self.make(Place::Time, types::TIMESTAMP, "time", "")
    }

    /// The plugin makes a field; one that the input has already is replaced.
    pub fn make_field(&mut self, name: &'static str, kind: Type, summary: &'static str) -> Output {
        self.make(Place::Field, kind as u32, name, summary)
    }

    /// What follows each value when a parser's records are written in their original form, such as "\n".
    pub fn record_suffix(&mut self, suffix: &'static str) {
        self.suffix = suffix;
    }
}

fn kept_text(bytes: &[u8]) -> &'static str {
    core::str::from_utf8(keep(bytes)).unwrap_or("")
}

/// Texts of an option.
pub struct Texts(Array<&'static str>);

impl Texts {
    /// Whether a value is there and is one of them.
    pub fn contains(&self, value: Option<&[u8]>) -> bool {
        value.map_or(false, |value| self.0.iter().any(|text| text.as_bytes() == value))
    }

    /// The texts.
    pub fn items(&self) -> &[&'static str] {
        &self.0
    }
}
