//! The structures of `patchbay_plugin.h`, version 1 of the ABI. Addresses have 64 bits in every plugin.

/// Bytes in the memory of the plugin.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Bytes {
    pub address: u64,
    pub length: u64,
}

/// An array in the memory of the plugin.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct List {
    pub address: u64,
    pub count: u64,
}

/// The type of a column.
pub mod types {
    pub const ABSENT: u32 = 0;
    pub const INT64: u32 = 1;
    pub const FLOAT64: u32 = 2;
    pub const BOOL: u32 = 3;
    pub const UTF8: u32 = 4;
    pub const BINARY: u32 = 5;
    pub const WORD: u32 = 6;
    pub const TIMESTAMP: u32 = 7;
    pub const JSON: u32 = 8;
    pub const INHERITED: u32 = 255;
    pub const NAMES: [&str; 11] = [
        "absent", "int64", "float64", "bool", "utf8", "binary", "word", "timestamp", "json", "map", "json_map",
    ];
}

/// One column of a batch.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Column {
    pub kind: u32,
    pub inherited: u32,
    pub count: u64,
    pub validity: u64,
    pub values: u64,
    pub ends: u64,
    pub data: Bytes,
    pub words: u64,
    pub version: u64,
}

/// Rows of columns: key, value, time, then the fields.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Batch {
    pub rows: u64,
    pub columns: List,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Field {
    pub name: Bytes,
    pub kind: u32,
    pub flags: u32,
    pub words: List,
    pub summary: Bytes,
}

pub const SCHEMA_KEY: u32 = 1;
pub const SCHEMA_TIME: u32 = 2;
pub const SCHEMA_OPEN: u32 = 4;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Schema {
    pub flags: u32,
    pub reserved: u32,
    pub fields: List,
    pub text_template: Bytes,
    pub record_suffix: Bytes,
}

pub const WANT_ALL: u32 = 1;
pub const WANT_VALUE: u32 = 2;
pub const WANT_KEY: u32 = 4;
pub const WANT_TIME: u32 = 8;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Request {
    pub flags: u32,
    pub reserved: u32,
    pub names: List,
}

/// What a plugin is asked to do.
pub mod operations {
    pub const CREATE: i32 = 1;
    pub const DESTROY: i32 = 2;
    pub const DESCRIBE: i32 = 3;
    pub const BIND: i32 = 4;
    pub const START: i32 = 5;
    pub const STOP: i32 = 6;
    pub const HEALTH: i32 = 7;
    pub const RESET: i32 = 8;
    pub const PARSE: i32 = 11;
    pub const BOUNDARY: i32 = 12;
    pub const FILTER: i32 = 13;
    pub const TRANSFORM: i32 = 14;
    pub const RELEASE: i32 = 24;
}

pub const OK: i32 = 0;
pub const FAILED: i32 = -1;
pub const UNSUPPORTED: i32 = -2;
pub const BAD_OPTIONS: i32 = -3;
pub const BAD_SCHEMA: i32 = -4;
pub const BAD_INPUT: i32 = -5;

pub const LAST: u32 = 1;
pub const DISCARDED: u32 = 2;
pub const DESCRIBE_ALL: u32 = 8;
pub const STILL_DISCARDING: u32 = 0x100;

pub const OPTION_NULL: u32 = 0;
pub const OPTION_BOOL: u32 = 1;
pub const OPTION_INTEGER: u32 = 2;
pub const OPTION_NUMBER: u32 = 3;
pub const OPTION_TEXT: u32 = 4;
pub const OPTION_JSON: u32 = 5;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct OptionValue {
    pub name: Bytes,
    pub kind: u32,
    pub reserved: u32,
    pub integer: i64,
    pub number: f64,
    pub text: Bytes,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Region {
    pub position: u64,
    pub length: u64,
    pub reason: u32,
    pub reserved: u32,
    pub name: Bytes,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct RecordError {
    pub row: u64,
    pub message: Bytes,
}

/// The one argument of `patchbay_call`.
#[repr(C)]
pub struct Frame {
    pub size: u32,
    pub flags: u32,
    pub instance: u64,
    pub name: Bytes,
    pub options: List,
    pub input: Bytes,
    pub position: u64,
    pub limit: u64,
    pub input_schema: u64,
    pub request: Request,
    pub batch: Batch,
    pub consumed: u64,
    pub token: u64,
    pub output: Bytes,
    pub result: Batch,
    pub result_rows: List,
    pub regions: List,
    pub errors: List,
    pub dropped: u64,
    pub added: u64,
    pub output_schema: u64,
    pub wanted: Request,
    pub message: Bytes,
}

/// The layout is the contract.
const _: () = {
    assert!(core::mem::size_of::<Column>() == 72);
    assert!(core::mem::size_of::<Field>() == 56);
    assert!(core::mem::size_of::<Schema>() == 56);
    assert!(core::mem::size_of::<OptionValue>() == 56);
    assert!(core::mem::size_of::<Region>() == 40);
    assert!(core::mem::size_of::<RecordError>() == 24);
    assert!(core::mem::size_of::<Frame>() == 304);
};

/// The bytes that `bytes` names.
///
/// # Safety
/// They have to be there, and nobody may write to them while the result is used.
pub unsafe fn slice<'a>(bytes: Bytes) -> &'a [u8] {
    array(List { address: bytes.address, count: bytes.length })
}

/// The array that `list` names.
///
/// # Safety
/// As with `slice`; the elements have to be of this type.
pub unsafe fn array<'a, T>(list: List) -> &'a [T] {
    if list.address == 0 || list.count == 0 {
        return &[];
    }
    core::slice::from_raw_parts(list.address as usize as *const T, list.count as usize)
}

/// Where `bytes` lie.
pub fn bytes(bytes: &[u8]) -> Bytes {
    Bytes { address: bytes.as_ptr() as usize as u64, length: bytes.len() as u64 }
}

/// Where `items` lie.
pub fn list<T>(items: &[T]) -> List {
    List { address: items.as_ptr() as usize as u64, count: items.len() as u64 }
}
