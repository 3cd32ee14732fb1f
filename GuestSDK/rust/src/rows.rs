//! Columns that a plugin makes.

use crate::abi::{self, types, Column};
use crate::memory::{scratch, Array};
use crate::setup::{NewColumn, Output, Place};

pub(crate) struct OutputColumn {
    pub place: Place,
    pub kind: u32,
    pub name: &'static str,
    pub summary: &'static str,
    pub is_made: bool,
    /// Among the columns of a result.
    pub position: usize,
    /// Numbers as bits, and bits of truth values.
    numbers: Array<u64>,
    bits: Array<u8>,
    starts: Array<i32>,
    ends: Array<i32>,
    data: Array<u8>,
    validity: Array<u8>,
    has_nulls: bool,
    /// Rows, with the one in progress.
    written: usize,
}

fn set_bit(bits: &mut Array<u8>, row: usize, value: bool, others: u8) {
    if bits.len() <= row >> 3 {
        bits.resize((row >> 3) + 1, others);
    }
    let mask = 1 << (row & 7);
    let byte = &mut bits[row >> 3];
    *byte = if value { *byte | mask } else { *byte & !mask };
}

impl OutputColumn {
    fn is_variable(&self) -> bool {
        matches!(self.kind, types::UTF8 | types::BINARY | types::JSON)
    }

    fn mark(&mut self, row: usize, is_there: bool) {
        if !is_there {
            self.has_nulls = true;
        }
        if self.has_nulls {
            set_bit(&mut self.validity, row, is_there, 0xFF);
        }
        self.written = row + 1;
    }

    fn put_number(&mut self, row: usize, bits: u64) {
        if self.numbers.len() <= row {
            self.numbers.resize(row + 1, 0);
        }
        self.numbers[row] = bits;
        self.mark(row, true);
    }

    fn put_space(&mut self, row: usize, length: usize) -> &mut [u8] {
        // A second value for the same record takes the place of the first.
        if self.written > row {
            self.data.resize(self.starts[row] as usize, 0);
        }
        let start = self.data.len();
        self.starts.resize(row, 0);
        self.ends.resize(row, 0);
        if length > i32::MAX as usize - start {
            core::arch::wasm32::unreachable();
        }
        self.data.grow(start + length);
        self.starts.push(start as i32);
        self.ends.push((start + length) as i32);
        self.mark(row, true);
        &mut self.data[start..]
    }

    fn put_null(&mut self, row: usize) {
        if self.is_variable() {
            self.put_space(row, 0);
        } else if self.kind == types::BOOL {
            set_bit(&mut self.bits, row, false, 0);
        } else {
            self.put_number(row, 0);
        }
        self.mark(row, false);
    }

    pub(crate) fn image(&self, rows: usize) -> Column {
        let mut column = Column { kind: self.kind, count: rows as u64, ..Column::default() };
        if self.has_nulls {
            column.validity = abi::list(&self.validity).address;
        }
        if self.is_variable() {
            column.values = abi::list(&self.starts).address;
            column.ends = abi::list(&self.ends).address;
            column.data = abi::bytes(&self.data);
        } else if self.kind == types::BOOL {
            column.values = abi::list(&self.bits).address;
        } else {
            column.values = abi::list(&self.numbers).address;
        }
        column
    }
}

/// Most columns that a plugin can make.
const MOST: usize = 64;

/// Where a plugin puts the values of the record in progress. What is not put has no value.
pub struct Rows {
    columns: [Option<OutputColumn>; MOST],
    count: usize,
    pub(crate) done: usize,
    pub(crate) limit: u64,
    /// Views of the input, for parsers.
    pub(crate) starts: Array<i32>,
    pub(crate) ends: Array<i32>,
    /// BOUNDARY: nothing is made.
    pub(crate) is_counting: bool,
}

impl Rows {
    pub(crate) fn new() -> Self {
        const NONE: Option<OutputColumn> = None;
        Rows {
            columns: [NONE; MOST],
            count: 0,
            done: 0,
            limit: u64::MAX,
            starts: Array::new(),
            ends: Array::new(),
            is_counting: false,
        }
    }

    pub(crate) fn add(&mut self, new: NewColumn) -> usize {
        if self.count == MOST {
            core::arch::wasm32::unreachable();
        }
        self.columns[self.count] = Some(OutputColumn {
            place: new.place,
            kind: new.kind,
            name: new.name,
            summary: new.summary,
            is_made: false,
            position: 0,
            numbers: Array::new(),
            bits: Array::new(),
            starts: Array::new(),
            ends: Array::new(),
            data: Array::new(),
            validity: Array::new(),
            has_nulls: false,
            written: 0,
        });
        self.count += 1;
        self.count - 1
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &OutputColumn> {
        self.columns[..self.count].iter().flatten()
    }

    pub(crate) fn columns_mut(&mut self) -> impl Iterator<Item = &mut OutputColumn> {
        self.columns[..self.count].iter_mut().flatten()
    }

    /// The column that stands in this place.
    pub(crate) fn maker(&self, place: Place, name: &[u8]) -> Option<&OutputColumn> {
        self.columns().find(|column| column.place == place && (place != Place::Field || column.name.as_bytes() == name))
    }

    pub(crate) fn begin(&mut self, limit: u64, is_counting: bool) {
        self.done = 0;
        self.limit = limit;
        self.is_counting = is_counting;
        self.starts.clear();
        self.ends.clear();
        for column in self.columns_mut() {
            column.numbers.clear();
            column.bits.clear();
            column.starts.clear();
            column.ends.clear();
            column.data.clear();
            column.validity.clear();
            column.has_nulls = false;
            column.written = 0;
        }
    }

    /// What was not put has no value.
    pub(crate) fn end_row(&mut self) {
        let row = self.done;
        for column in self.columns_mut() {
            if column.is_made && column.written <= row {
                column.put_null(row);
            }
        }
        self.done += 1;
    }

    /// Takes back what was put for a record that is not kept.
    pub(crate) fn undo_row(&mut self) {
        let row = self.done;
        for column in self.columns_mut().filter(|column| column.written > row) {
            if column.is_variable() {
                column.data.resize(column.starts[row] as usize, 0);
                column.starts.resize(row, 0);
                column.ends.resize(row, 0);
            }
            column.written = row;
        }
    }

    fn column(&mut self, output: Output, kinds: &[u32]) -> Option<(usize, &mut OutputColumn)> {
        if self.is_counting {
            return None;
        }
        let row = self.done;
        let column = self.columns.get_mut(output.0)?.as_mut()?;
        if column.is_made && kinds.contains(&column.kind) {
            Some((row, column))
        } else {
            None
        }
    }

    /// A whole number, or nanoseconds since 1970-01-01T00:00:00Z.
    pub fn put_int64(&mut self, output: Output, value: i64) {
        if let Some((row, column)) = self.column(output, &[types::INT64, types::TIMESTAMP, types::FLOAT64]) {
            let bits = if column.kind == types::FLOAT64 { (value as f64).to_bits() } else { value as u64 };
            column.put_number(row, bits);
        }
    }

    /// A number.
    pub fn put_float64(&mut self, output: Output, value: f64) {
        if let Some((row, column)) = self.column(output, &[types::FLOAT64]) {
            column.put_number(row, value.to_bits());
        }
    }

    /// A truth value.
    pub fn put_bool(&mut self, output: Output, value: bool) {
        if let Some((row, column)) = self.column(output, &[types::BOOL]) {
            set_bit(&mut column.bits, row, value, 0);
            column.mark(row, true);
        }
    }

    /// Text, bytes or JSON.
    pub fn put_bytes(&mut self, output: Output, bytes: &[u8]) {
        if let Some((row, column)) = self.column(output, &[types::UTF8, types::BINARY, types::JSON]) {
            column.put_space(row, bytes.len()).copy_from_slice(bytes);
        }
    }

    /// Bytes to be filled in, for text, bytes or JSON.
    pub fn put_space(&mut self, output: Output, length: usize) -> &mut [u8] {
        match self.column(output, &[types::UTF8, types::BINARY, types::JSON]) {
            Some((row, column)) => column.put_space(row, length),
            None => scratch(length),
        }
    }
}
