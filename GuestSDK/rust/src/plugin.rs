//! What plugins are, and what is done with the host's calls.

use crate::abi::{self, operations, types, Column, Frame};
use crate::memory::{empty_scratch, free, join, scratch_array, zeroed, Array};
use crate::record::Record;
use crate::rows::Rows;
use crate::setup::{InputColumn, Place, Setup, WELL_KNOWN};
use crate::text::find;

/// What becomes of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Keep,
    Drop,
    /// It can not be processed, and why: the host treats it as the stage's `on_error` says.
    Reject(&'static str),
}

impl From<bool> for Verdict {
    fn from(keeps: bool) -> Self {
        if keeps {
            Verdict::Keep
        } else {
            Verdict::Drop
        }
    }
}

/// Chooses records.
pub trait Filter: Sized {
    /// Takes options and names columns.
    fn create(setup: &mut Setup) -> Self;
    /// Whether the record stays.
    fn keep(&mut self, record: Record) -> Verdict;
}

/// Makes a record of each record.
pub trait Transform: Sized {
    /// Takes options and names columns.
    fn create(setup: &mut Setup) -> Self;
    /// Puts the values of one record.
    fn map(&mut self, record: Record, rows: &mut Rows) -> Verdict;
}

/// Makes records of bytes.
pub trait Parser: Sized {
    /// Whether it keeps nothing from call to call: parts of a file are then parsed in parallel. It is also called to
    /// find out how much it would use up, with nothing made.
    const SPLITS: bool = false;
    /// Takes options and names columns.
    fn create(setup: &mut Setup) -> Self;
    /// Makes records of what is complete; fails when it can make nothing of the input at all.
    fn parse(&mut self, input: &mut Parsing) -> Result<(), &'static str>;
    /// A new part (file) begins.
    fn reset(&mut self) {}
}

/// Why a region of the input became no record.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Reason {
    Damage = 1,
    Truncated = 2,
    TooLarge = 3,
    Invalid = 4,
    Blank = 5,
}

/// The input of a parser, and where its records go.
pub struct Parsing<'a> {
    /// The input.
    pub bytes: &'a [u8],
    /// Of its first byte, in the part.
    pub position: u64,
    /// The part ends with the input: what is incomplete stays so.
    pub is_last: bool,
    /// The input begins inside a record that was thrown away.
    pub is_discarded: bool,
    /// For the parser to set: it also ends inside it.
    pub is_still_discarding: bool,
    /// For the fields of the record in progress.
    pub rows: &'a mut Rows,
    consumed: usize,
    regions: &'a mut Array<abi::Region>,
}

impl<'a> Parsing<'a> {
    /// What `emit` and `skip` got to.
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// Whether one more record may be made in this call.
    pub fn has_room(&self) -> bool {
        (self.rows.done as u64) < self.rows.limit
    }

    /// Ends a record: its original bytes are `length` bytes from `start`, and the input is used up to `next`.
    pub fn emit(&mut self, start: usize, length: usize, next: usize) {
        let is_inside = start <= self.bytes.len() && length <= self.bytes.len() - start && next <= self.bytes.len();
        assert!(is_inside && next >= self.consumed);
        self.consumed = next;
        if self.rows.is_counting {
            return;
        }
        self.rows.starts.push(start as i32);
        self.rows.ends.push((start + length) as i32);
        self.rows.end_row();
    }

    /// The bytes from `consumed` to `next` are no record.
    pub fn skip(&mut self, next: usize, reason: Reason) {
        assert!(next >= self.consumed && next <= self.bytes.len());
        if next > self.consumed && !self.rows.is_counting {
            self.regions.push(abi::Region {
                position: self.position + self.consumed as u64,
                length: (next - self.consumed) as u64,
                reason: reason as u32,
                ..abi::Region::default()
            });
        }
        self.consumed = next;
    }
}

/// What all roles have in common.
pub struct Common {
    inputs: Array<InputColumn>,
    rows: Rows,
    suffix: &'static str,
    is_bound: bool,
    /// Per column of a result: the input column that it inherits, or -1.
    origins: Array<i32>,
    columns: Array<Column>,
    bitmap: Array<u8>,
    result_rows: Array<u32>,
    errors: Array<abi::RecordError>,
    regions: Array<abi::Region>,
}

fn fail(frame: &mut Frame, status: i32, parts: &[&[u8]]) -> i32 {
    frame.message = abi::bytes(join(parts));
    status
}

impl Common {
    /// Looks the inputs up in the schema that will arrive. DESCRIBE changes nothing: batches still come as bound.
    fn look_up(&mut self, frame: &mut Frame, binds: bool) -> i32 {
        if frame.input_schema == 0 {
            // Hosts ask what is read before they know what there is.
            return if binds { fail(frame, abi::BAD_SCHEMA, &[b"there is no input schema"]) } else { abi::OK };
        }
        let schema = unsafe { &*(frame.input_schema as usize as *const abi::Schema) };
        let fields: &[abi::Field] = unsafe { abi::array(schema.fields) };
        for input in self.inputs.items_mut() {
            let name = input.name.as_bytes();
            let mut position = input.place.position(schema.flags);
            if input.place == Place::Field {
                match fields.iter().position(|field| unsafe { abi::slice(field.name) } == name) {
                    Some(index) if input.kind.fits(fields[index].kind) => position += index,
                    Some(index) => {
                        let found = types::NAMES.get(fields[index].kind as usize).unwrap_or(&"of unknown type");
                        let parts: [&[u8]; 6] = [
                            b"the field '", name, b"' is ", found.as_bytes(), b", not ", input.kind.name().as_bytes(),
                        ];
                        return fail(frame, abi::BAD_SCHEMA, &parts);
                    }
                    // Any name may be asked for; it is there when batches come.
                    None if !binds && schema.flags & abi::SCHEMA_OPEN != 0 => continue,
                    None => return fail(frame, abi::BAD_SCHEMA, &[b"there is no field '", name, b"'"]),
                }
            } else if !input.place.is_in(schema.flags) {
                return fail(frame, abi::BAD_SCHEMA, &[b"the records have no ", name]);
            }
            if binds {
                input.position = position;
            }
        }
        self.is_bound |= binds;
        abi::OK
    }

    /// What is read here, and for transforms what is read behind and inherited.
    fn ask(&self, frame: &mut Frame, inherits: bool) {
        let asked: &[abi::Bytes] = if inherits { unsafe { abi::array(frame.request.names) } } else { &[] };
        let names = scratch_array::<abi::Bytes>(asked.len() + self.inputs.len());
        let mut count = 0;
        let mut flags = if inherits { frame.request.flags } else { 0 };
        for place in WELL_KNOWN {
            if self.rows.maker(place, b"").is_some() {
                flags &= !place.want();
            }
        }
        for name in asked {
            if self.rows.maker(Place::Field, unsafe { abi::slice(*name) }).is_none() {
                names[count] = *name;
                count += 1;
            }
        }
        for input in self.inputs.items() {
            flags |= input.place.want();
            let is_named = |name: &abi::Bytes| unsafe { abi::slice(*name) } == input.name.as_bytes();
            if input.place == Place::Field && !names[..count].iter().any(is_named) {
                names[count] = abi::bytes(input.name.as_bytes());
                count += 1;
            }
        }
        frame.wanted.flags = flags;
        frame.wanted.names = abi::list(&names[..count]);
    }

    /// The columns of the batch at hand, at least those that are read.
    fn open_batch<'a>(&mut self, frame: &mut Frame) -> Result<&'a [Column], i32> {
        if !self.is_bound {
            return Err(fail(frame, abi::FAILED, &[b"no schema was bound"]));
        }
        if frame.batch.rows > u32::MAX as u64 {
            return Err(fail(frame, abi::BAD_INPUT, &[b"the batch is too large"]));
        }
        if self.inputs.iter().any(|input| input.position as u64 >= frame.batch.columns.count) {
            return Err(fail(frame, abi::BAD_INPUT, &[b"the batch does not have the columns that were agreed"]));
        }
        self.errors.clear();
        Ok(unsafe { abi::array(frame.batch.columns) })
    }

    fn reject(&mut self, row: usize, message: &'static str) {
        self.errors.push(abi::RecordError { row: row as u64, message: abi::bytes(message.as_bytes()) });
    }

    /// The schema of a transform's output, and per column of it which column of the input it inherits.
    fn derive_schema(&mut self, frame: &mut Frame, binds: bool) {
        let input = unsafe { &*(frame.input_schema as usize as *const abi::Schema) };
        let known: &[abi::Field] = unsafe { abi::array(input.fields) };
        let schema = &mut scratch_array::<abi::Schema>(1)[0];
        *schema = *input;
        if self.rows.maker(Place::Key, b"").is_some() {
            schema.flags |= abi::SCHEMA_KEY;
        }
        if self.rows.maker(Place::Time, b"").is_some() {
            schema.flags |= abi::SCHEMA_TIME;
        }
        let first = Place::Field.position(schema.flags);
        let most = known.len() + self.rows.columns().count();
        let fields = scratch_array::<abi::Field>(most);
        let origins = scratch_array::<i32>(first + most);
        fields[..known.len()].copy_from_slice(known);
        for place in WELL_KNOWN {
            if place.is_in(schema.flags) {
                origins[place.position(schema.flags)] = place.position(input.flags) as i32;
            }
        }
        for index in 0..known.len() {
            origins[first + index] = (Place::Field.position(input.flags) + index) as i32;
        }
        let mut count = known.len();
        for column in self.rows.columns_mut() {
            let mut position = column.place.position(schema.flags);
            if column.place == Place::Field {
                let name = column.name.as_bytes();
                let is_called = |field: &abi::Field| unsafe { abi::slice(field.name) } == name;
                let at = fields[..count].iter().position(is_called).unwrap_or(count);
                count = count.max(at + 1);
                fields[at] = abi::Field {
                    name: abi::bytes(name),
                    kind: column.kind,
                    summary: abi::bytes(column.summary.as_bytes()),
                    ..abi::Field::default()
                };
                position += at;
            }
            origins[position] = -1;
            if binds {
                column.position = position;
                column.is_made = true;
            }
        }
        schema.fields = abi::list(&fields[..count]);
        if binds {
            self.origins.clear();
            self.origins.extend(&origins[..first + count]);
        }
        frame.output_schema = schema as *const abi::Schema as usize as u64;
    }

    /// The schema of a parser's records: the fields that are asked for.
    fn describe_records(&mut self, frame: &mut Frame, binds: bool) {
        let asked: &[abi::Bytes] = unsafe { abi::array(frame.request.names) };
        let wants_all = frame.flags & abi::DESCRIBE_ALL != 0 || frame.request.flags & abi::WANT_ALL != 0;
        let schema = &mut scratch_array::<abi::Schema>(1)[0];
        schema.record_suffix = abi::bytes(self.suffix.as_bytes());
        if self.rows.maker(Place::Key, b"").is_some() {
            schema.flags |= abi::SCHEMA_KEY;
        }
        if self.rows.maker(Place::Time, b"").is_some() {
            schema.flags |= abi::SCHEMA_TIME;
        }
        let fields = scratch_array::<abi::Field>(self.rows.columns().count());
        let mut count = 0;
        for column in self.rows.columns_mut() {
            let name = column.name.as_bytes();
            let is_named = asked.iter().any(|asked| unsafe { abi::slice(*asked) } == name);
            let is_made = column.place != Place::Field || wants_all || is_named;
            let mut position = column.place.position(schema.flags);
            if column.place == Place::Field && is_made {
                position += count;
                fields[count] = abi::Field {
                    name: abi::bytes(name),
                    kind: column.kind,
                    summary: abi::bytes(column.summary.as_bytes()),
                    ..abi::Field::default()
                };
                count += 1;
            }
            if binds {
                column.is_made = is_made;
                column.position = position;
            }
        }
        schema.fields = abi::list(&fields[..count]);
        if binds {
            self.origins.clear();
            self.origins.resize(Place::Field.position(schema.flags) + count, -1);
            self.is_bound = true;
        }
        frame.output_schema = schema as *const abi::Schema as usize as u64;
    }

    fn hand_over(&mut self, frame: &mut Frame) {
        let rows = self.rows.done;
        self.columns.clear();
        for origin in self.origins.iter() {
            self.columns.push(Column {
                kind: types::INHERITED,
                inherited: *origin as u32,
                count: rows as u64,
                ..Column::default()
            });
        }
        for column in self.rows.columns().filter(|column| column.is_made) {
            self.columns[column.position] = column.image(rows);
        }
        frame.result = abi::Batch { rows: rows as u64, columns: abi::list(&self.columns) };
    }
}

/// Calls the plugin for every record of a batch.
pub fn run_filter<P: Filter>(plugin: &mut P, common: &mut Common, operation: i32, frame: &mut Frame) -> i32 {
    match operation {
        operations::DESCRIBE | operations::BIND => {
            let status = common.look_up(frame, operation == operations::BIND);
            if status == abi::OK {
                common.ask(frame, false);
            }
            status
        }
        operations::FILTER => {
            let columns = match common.open_batch(frame) {
                Ok(columns) => columns,
                Err(status) => return status,
            };
            let rows = frame.batch.rows as usize;
            common.bitmap.clear();
            common.bitmap.resize((rows + 7) / 8, 0);
            for row in 0..rows {
                match plugin.keep(Record { inputs: &common.inputs, columns, row }) {
                    Verdict::Keep => common.bitmap[row >> 3] |= 1 << (row & 7),
                    Verdict::Drop => {}
                    Verdict::Reject(message) => common.reject(row, message),
                }
            }
            frame.output = abi::bytes(&common.bitmap);
            frame.errors = abi::list(&common.errors);
            abi::OK
        }
        _ => abi::UNSUPPORTED,
    }
}

/// Calls the plugin for every record of a batch.
pub fn run_transform<P: Transform>(plugin: &mut P, common: &mut Common, operation: i32, frame: &mut Frame) -> i32 {
    match operation {
        operations::DESCRIBE | operations::BIND => {
            let binds = operation == operations::BIND;
            let status = common.look_up(frame, binds);
            if status != abi::OK {
                return status;
            }
            if frame.input_schema != 0 {
                common.derive_schema(frame, binds);
            }
            // What is inherited has to be made, and so is asked for; batches need not carry it through this memory.
            common.ask(frame, !binds);
            abi::OK
        }
        operations::TRANSFORM => {
            let columns = match common.open_batch(frame) {
                Ok(columns) => columns,
                Err(status) => return status,
            };
            common.rows.begin(u64::MAX, false);
            common.result_rows.clear();
            for row in 0..frame.batch.rows as usize {
                match plugin.map(Record { inputs: &common.inputs, columns, row }, &mut common.rows) {
                    Verdict::Keep => {
                        common.result_rows.push(row as u32);
                        common.rows.end_row();
                        continue;
                    }
                    Verdict::Drop => frame.dropped += 1,
                    Verdict::Reject(message) => common.reject(row, message),
                }
                common.rows.undo_row();
            }
            common.hand_over(frame);
            if (common.rows.done as u64) < frame.batch.rows {
                frame.result_rows = abi::list(&common.result_rows);
            }
            frame.errors = abi::list(&common.errors);
            abi::OK
        }
        _ => abi::UNSUPPORTED,
    }
}

/// Calls the plugin for a chunk.
pub fn run_parser<P: Parser>(plugin: &mut P, common: &mut Common, operation: i32, frame: &mut Frame) -> i32 {
    match operation {
        operations::DESCRIBE | operations::BIND => {
            common.describe_records(frame, operation == operations::BIND);
            abi::OK
        }
        operations::RESET => {
            plugin.reset();
            abi::OK
        }
        operations::BOUNDARY if P::SPLITS => parse(plugin, common, frame, true),
        operations::PARSE if common.is_bound => parse(plugin, common, frame, false),
        operations::PARSE => fail(frame, abi::FAILED, &[b"no schema was bound"]),
        _ => abi::UNSUPPORTED,
    }
}

fn parse<P: Parser>(plugin: &mut P, common: &mut Common, frame: &mut Frame, is_counting: bool) -> i32 {
    // Positions in a result have 31 bits; what is beyond them comes again with the next call.
    let most = i32::MAX as u64;
    let input = abi::Bytes { address: frame.input.address, length: frame.input.length.min(most) };
    common.rows.begin(if is_counting { u64::MAX } else { frame.limit }, is_counting);
    common.regions.clear();
    let mut parsing = Parsing {
        bytes: unsafe { abi::slice(input) },
        position: frame.position,
        is_last: frame.flags & abi::LAST != 0 && frame.input.length <= most,
        is_discarded: frame.flags & abi::DISCARDED != 0,
        is_still_discarding: false,
        rows: &mut common.rows,
        consumed: 0,
        regions: &mut common.regions,
    };
    let outcome = plugin.parse(&mut parsing);
    let (consumed, is_still_discarding) = (parsing.consumed, parsing.is_still_discarding);
    if let Err(message) = outcome {
        return fail(frame, abi::BAD_INPUT, &[message.as_bytes()]);
    }
    frame.consumed = consumed as u64;
    if is_still_discarding {
        frame.flags |= abi::STILL_DISCARDING;
    }
    if is_counting {
        return abi::OK;
    }
    common.hand_over(frame);
    let value = common.rows.maker(Place::Key, b"").is_some() as usize;
    common.columns[value] = Column {
        kind: types::BINARY,
        count: common.rows.done as u64,
        values: abi::list(&common.rows.starts).address,
        ends: abi::list(&common.rows.ends).address,
        data: input,
        ..Column::default()
    };
    frame.regions = abi::list(&common.regions);
    abi::OK
}

type Run<P> = fn(&mut P, &mut Common, i32, &mut Frame) -> i32;

/// One plugin of a module, without its type.
pub struct Definition {
    /// `type/name`.
    pub capability: &'static str,
    /// Makes an instance.
    pub create: fn(&Definition, &mut Frame) -> i32,
    /// Calls one.
    pub call: unsafe fn(*mut u8, i32, &mut Frame) -> i32,
}

/// An instance, behind the definition that it was made from.
#[repr(C)]
struct Instance<P> {
    call: unsafe fn(*mut u8, i32, &mut Frame) -> i32,
    common: Common,
    plugin: P,
}

/// Makes an instance of `P`.
pub fn create<P>(definition: &Definition, frame: &mut Frame, create: fn(&mut Setup) -> P) -> i32 {
    let mut rows = Rows::new();
    let options = unsafe { abi::array(frame.options) };
    let mut add = |column| rows.add(column);
    let mut setup = Setup::new(options, &mut add);
    let plugin = create(&mut setup);
    let Setup { inputs, suffix, problem, .. } = setup;
    if let Some(message) = problem {
        return fail(frame, abi::BAD_OPTIONS, &[message]);
    }
    let memory = zeroed(core::mem::size_of::<Instance<P>>()).cast::<Instance<P>>();
    let common = Common {
        inputs,
        rows,
        suffix,
        is_bound: false,
        origins: Array::new(),
        columns: Array::new(),
        bitmap: Array::new(),
        result_rows: Array::new(),
        errors: Array::new(),
        regions: Array::new(),
    };
    unsafe { memory.write(Instance { call: definition.call, common, plugin }) };
    frame.instance = memory as usize as u64;
    abi::OK
}

/// Calls an instance of `P`, or ends it.
///
/// # Safety
/// `instance` has to be what `create` made for `P`.
pub unsafe fn call<P>(instance: *mut u8, operation: i32, frame: &mut Frame, run: Run<P>) -> i32 {
    let instance = instance.cast::<Instance<P>>();
    if operation == operations::DESTROY {
        core::ptr::drop_in_place(instance);
        free(instance.cast());
        return abi::OK;
    }
    let instance = &mut *instance;
    run(&mut instance.plugin, &mut instance.common, operation, frame)
}

/// A capability is named type/name, or by its name alone.
fn is_called(definition: &Definition, name: &[u8]) -> bool {
    let full = definition.capability.as_bytes();
    full == name || &full[(find(full, b'/') + 1).min(full.len())..] == name
}

/// What `patchbay_call` does.
///
/// # Safety
/// `frame` has to be the host's call frame.
pub unsafe fn answer(definitions: &[Definition], operation: i32, frame: *mut Frame) -> i32 {
    let frame = &mut *frame;
    if (frame.size as usize) < core::mem::size_of::<Frame>() {
        return abi::UNSUPPORTED;
    }
    empty_scratch();
    if operation == operations::CREATE {
        let name = abi::slice(frame.name);
        return match definitions.iter().find(|definition| is_called(definition, name)) {
            Some(definition) => (definition.create)(definition, frame),
            None => fail(frame, abi::UNSUPPORTED, &[b"the module has no plugin '", name, b"'"]),
        };
    }
    if frame.instance == 0 {
        return fail(frame, abi::FAILED, &[b"there is no instance"]);
    }
    match operation {
        operations::START | operations::STOP | operations::HEALTH | operations::RELEASE => return abi::OK,
        _ => {}
    }
    let instance = frame.instance as usize as *mut u8;
    let call = *instance.cast::<unsafe fn(*mut u8, i32, &mut Frame) -> i32>();
    let status = call(instance, operation, frame);
    if status == abi::UNSUPPORTED && frame.message.length == 0 {
        return fail(frame, status, &[b"the plugin has no such operation"]);
    }
    status
}
