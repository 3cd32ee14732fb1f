//! Host functions. A module imports those that it uses. One that needs a grant which the operator has not given ends the
//! plugin's call with an error that names it; `is_granted` asks first.

mod imports {
    #[link(wasm_import_module = "patchbay")]
    extern "C" {
        pub fn granted(name: *const u8, length: u32) -> i32;
        pub fn log(level: i32, text: *const u8, length: u32, fields: *const u8, count: u32);
        pub fn clock(kind: i32) -> i64;
        pub fn random(bytes: *mut u8, length: u32);
        pub fn config(name: *const u8, length: u32, value: *mut u8, capacity: u32) -> i64;
        pub fn secret(name: *const u8, length: u32, value: *mut u8, capacity: u32) -> i64;
        pub fn state_get(key: *const u8, length: u32, value: *mut u8, capacity: u32) -> i64;
        pub fn state_set(key: *const u8, length: u32, value: *const u8, size: u32) -> i32;
        pub fn counter(name: *const u8, length: u32, delta: i64);
        pub fn histogram(name: *const u8, length: u32, value: f64);
        pub fn call(
            capability: *const u8, capability_length: u32, operation: *const u8, operation_length: u32,
            input: *const u8, input_length: u32, output: *mut u8, capacity: u32,
        ) -> i64;
        pub fn answer(output: *mut u8, capacity: u32) -> i64;
        pub fn open(path: *const u8, length: u32, mode: i32) -> i32;
        pub fn connect(host: *const u8, length: u32, port: u32) -> i32;
        pub fn read(handle: i32, bytes: *mut u8, capacity: u64) -> i64;
        pub fn write(handle: i32, bytes: *const u8, length: u64) -> i64;
        pub fn seek(handle: i32, position: u64) -> i64;
        pub fn size(handle: i32) -> i64;
        pub fn sync(handle: i32) -> i32;
        pub fn close(handle: i32);
    }
}

/// How much a line of the log matters.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum Level {
    Error = 0,
    Warning = 1,
    Info = 2,
    Debug = 3,
}

/// Whether the grant `name`, such as "clock", was given.
pub fn is_granted(name: &str) -> bool {
    unsafe { imports::granted(name.as_ptr(), name.len() as u32) == 1 }
}

/// Writes a line to the log. Lines over the permitted rate are counted.
pub fn log(level: Level, text: &str) {
    unsafe { imports::log(level as i32, text.as_ptr(), text.len() as u32, core::ptr::null(), 0) }
}

/// Grant "clock". Nanoseconds since 1970-01-01T00:00:00Z.
pub fn time() -> i64 {
    unsafe { imports::clock(0) }
}

/// Grant "clock". Nanoseconds of a clock that never goes back.
pub fn monotonic_time() -> i64 {
    unsafe { imports::clock(1) }
}

/// Grant "random". Fills `bytes`.
pub fn random(bytes: &mut [u8]) {
    unsafe { imports::random(bytes.as_mut_ptr(), bytes.len() as u32) }
}

/// The text of an option. Its whole length; as much as fits is written to `value`.
pub fn config(name: &str, value: &mut [u8]) -> Option<usize> {
    length(unsafe { imports::config(name.as_ptr(), name.len() as u32, value.as_mut_ptr(), value.len() as u32) })
}

/// Grant "secret:NAME". Its whole length; as much as fits is written to `value`.
pub fn secret(name: &str, value: &mut [u8]) -> Option<usize> {
    length(unsafe { imports::secret(name.as_ptr(), name.len() as u32, value.as_mut_ptr(), value.len() as u32) })
}

/// Grant "state". The whole length of the value of a key; as much as fits is written to `value`.
pub fn state(key: &[u8], value: &mut [u8]) -> Option<usize> {
    length(unsafe { imports::state_get(key.as_ptr(), key.len() as u32, value.as_mut_ptr(), value.len() as u32) })
}

/// Grant "state". Sets a key, or takes it out. False when the stage's state would grow too large.
pub fn set_state(key: &[u8], value: Option<&[u8]>) -> bool {
    let (start, size) = value.map_or((core::ptr::null(), 0), |value| (value.as_ptr(), value.len()));
    unsafe { imports::state_set(key.as_ptr(), key.len() as u32, start, size as u32) == 0 }
}

/// Adds to a counter of the stage's metrics.
pub fn count(name: &str, delta: i64) {
    unsafe { imports::counter(name.as_ptr(), name.len() as u32, delta) }
}

/// Adds a value to a histogram of the stage's metrics.
pub fn measure(name: &str, value: f64) {
    unsafe { imports::histogram(name.as_ptr(), name.len() as u32, value) }
}

/// Grant "call:TYPE/NAME". Calls another plugin's capability. The whole length of its answer; as much as fits is
/// written to `output`, and `answer` gives it again.
pub fn call(capability: &str, operation: &str, input: &[u8], output: &mut [u8]) -> Option<usize> {
    length(unsafe {
        imports::call(
            capability.as_ptr(), capability.len() as u32, operation.as_ptr(), operation.len() as u32, input.as_ptr(),
            input.len() as u32, output.as_mut_ptr(), output.len() as u32,
        )
    })
}

/// The answer of the latest call.
pub fn answer(output: &mut [u8]) -> Option<usize> {
    length(unsafe { imports::answer(output.as_mut_ptr(), output.len() as u32) })
}

fn length(result: i64) -> Option<usize> {
    if result < 0 {
        None
    } else {
        Some(result as usize)
    }
}

/// How a file is opened.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum Mode {
    Read = 0,
    Write = 1,
    Append = 2,
}

/// A file or a connection; closed when it goes. Errors are numbers of the system (errno).
pub struct Handle(i32);

impl Handle {
    /// Grant "read:PATH" or "write:PATH".
    pub fn open(path: &str, mode: Mode) -> Result<Handle, i32> {
        let handle = unsafe { imports::open(path.as_ptr(), path.len() as u32, mode as i32) };
        Ok(Handle(result(handle as i64)? as i32))
    }

    /// Grant "connect:HOST:PORT". A TCP connection.
    pub fn connect(host: &str, port: u16) -> Result<Handle, i32> {
        let handle = unsafe { imports::connect(host.as_ptr(), host.len() as u32, port as u32) };
        Ok(Handle(result(handle as i64)? as i32))
    }

    /// How many bytes were read; 0 at the end; 11 (EAGAIN) when nothing has come within 100 ms.
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize, i32> {
        result(unsafe { imports::read(self.0, bytes.as_mut_ptr(), bytes.len() as u64) }).map(|count| count as usize)
    }

    /// How many bytes were written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<usize, i32> {
        result(unsafe { imports::write(self.0, bytes.as_ptr(), bytes.len() as u64) }).map(|count| count as usize)
    }

    /// Goes to a position.
    pub fn seek(&mut self, position: u64) -> Result<u64, i32> {
        result(unsafe { imports::seek(self.0, position) }).map(|position| position as u64)
    }

    /// Bytes of the file; `None` for streams.
    pub fn size(&self) -> Option<u64> {
        result(unsafe { imports::size(self.0) }).ok().map(|size| size as u64)
    }

    /// Makes durable what was written.
    pub fn sync(&mut self) -> Result<(), i32> {
        result(unsafe { imports::sync(self.0) } as i64).map(|_| ())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        unsafe { imports::close(self.0) }
    }
}

fn result(value: i64) -> Result<i64, i32> {
    if value < 0 {
        Err(-value as i32)
    } else {
        Ok(value)
    }
}
