//! Records of a batch, read where they lie.

use crate::abi::{self, types, Column};
use crate::memory::Array;
use crate::setup::{Input, InputColumn};
use crate::text::take_json_string;

/// One record that came in.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    pub(crate) inputs: &'a Array<InputColumn>,
    pub(crate) columns: &'a [Column],
    pub(crate) row: usize,
}

unsafe fn element<T: Copy>(address: u64, index: usize) -> T {
    (address as usize as *const T).add(index).read()
}

fn bit(bits: u64, row: usize) -> bool {
    unsafe { element::<u8>(bits, row >> 3) >> (row & 7) & 1 == 1 }
}

fn has_value(column: &Column, row: usize) -> bool {
    column.validity == 0 || bit(column.validity, row)
}

fn range<'a>(column: &Column, row: usize) -> &'a [u8] {
    unsafe {
        let (start, end) = (element::<i32>(column.values, row), element::<i32>(column.ends, row));
        abi::slice(abi::Bytes { address: column.data.address + start as u64, length: (end - start) as u64 })
    }
}

impl<'a> Record<'a> {
    /// The column, if the record has a value in it. The host has promised as many rows in each as the batch has.
    fn column(&self, input: Input) -> Option<&'a Column> {
        let column = self.columns.get(self.inputs.get(input.0)?.position)?;
        if column.kind != types::ABSENT && has_value(column, self.row) {
            Some(column)
        } else {
            None
        }
    }

    /// Text or bytes. Of JSON text, what it stands for; anything else in JSON as it is written.
    pub fn bytes(&self, input: Input) -> Option<&'a [u8]> {
        let column = self.column(input)?;
        match column.kind {
            types::UTF8 | types::BINARY => Some(range(column, self.row)),
            types::WORD => {
                let words = unsafe { &*(column.words as usize as *const Column) };
                let word = unsafe { element::<i32>(column.values, self.row) };
                if word < 0 || word as u64 >= words.count || !has_value(words, word as usize) {
                    return None;
                }
                Some(range(words, word as usize))
            }
            types::JSON => {
                let mut json = range(column, self.row);
                match json.first() {
                    Some(b'"') => take_json_string(&mut json),
                    _ if json == b"null" => None,
                    _ => Some(json),
                }
            }
            _ => None,
        }
    }

    fn json(&self, column: &Column) -> Option<&'a str> {
        core::str::from_utf8(range(column, self.row)).ok()
    }

    /// A whole number, or nanoseconds since 1970-01-01T00:00:00Z.
    pub fn int64(&self, input: Input) -> Option<i64> {
        let column = self.column(input)?;
        match column.kind {
            types::INT64 | types::TIMESTAMP => Some(unsafe { element(column.values, self.row) }),
            types::JSON => self.json(column)?.parse().ok(),
            _ => None,
        }
    }

    /// A number.
    pub fn float64(&self, input: Input) -> Option<f64> {
        let column = self.column(input)?;
        match column.kind {
            types::FLOAT64 => Some(unsafe { element(column.values, self.row) }),
            types::INT64 => Some(unsafe { element::<i64>(column.values, self.row) } as f64),
            types::JSON => {
                let text = self.json(column)?;
                let first = *text.as_bytes().first()?;
                // Rust also reads "inf" and "nan".
                if first == b'-' || first.is_ascii_digit() {
                    text.parse().ok()
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// A truth value.
    pub fn bool(&self, input: Input) -> Option<bool> {
        let column = self.column(input)?;
        match column.kind {
            types::BOOL => Some(bit(column.values, self.row)),
            types::JSON => self.json(column)?.parse().ok(),
            _ => None,
        }
    }
}
