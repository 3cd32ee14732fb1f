//! Patchbay plugins in Rust, without the standard library.
//!
//! ```ignore
//! #![no_std]
//! use patchbay::{Filter, Input, Record, Setup, Verdict};
//!
//! struct Errors(Input);
//!
//! impl Filter for Errors {
//!     fn create(setup: &mut Setup) -> Self { Errors(setup.read_text("level")) }
//!     fn keep(&mut self, record: Record) -> Verdict { (record.bytes(self.0) == Some(b"error")).into() }
//! }
//!
//! patchbay::plugins! { filter "errors" => Errors }
//! ```
//!
//! Columns are named once, in `create`. What a record lends is valid until the plugin's function returns. What runs out
//! of memory, or panics, ends with a trap; the host then replaces the instance.
#![no_std]
#![cfg(target_arch = "wasm32")]

pub mod host;
#[doc(hidden)]
pub mod abi;
#[doc(hidden)]
pub mod plugin;
mod memory;
mod record;
mod rows;
mod setup;
mod text;

pub use memory::Array;
#[doc(hidden)]
pub use memory::{allocate, free};
pub use plugin::{Filter, Parser, Parsing, Reason, Transform, Verdict};
pub use record::Record;
pub use rows::Rows;
pub use setup::{Input, Output, Setup, Texts, Type};
pub use text::{find, next_text};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[doc(hidden)]
#[macro_export]
macro_rules! definition {
    ($role:ident, $kind:literal, $run:ident, $name:literal, $plugin:ty) => {
        $crate::plugin::Definition {
            capability: concat!($kind, "/", $name),
            create: |definition, frame| {
                $crate::plugin::create::<$plugin>(definition, frame, <$plugin as $crate::$role>::create)
            },
            call: |instance, operation, frame| unsafe {
                $crate::plugin::call::<$plugin>(instance, operation, frame, $crate::plugin::$run::<$plugin>)
            },
        }
    };
    (filter, $name:literal, $plugin:ty) => { $crate::definition!(Filter, "filter", run_filter, $name, $plugin) };
    (transform, $name:literal, $plugin:ty) => {
        $crate::definition!(Transform, "transform", run_transform, $name, $plugin)
    };
    (parser, $name:literal, $plugin:ty) => { $crate::definition!(Parser, "parser", run_parser, $name, $plugin) };
}

/// The plugins of a module: `plugins! { filter "keep-errors" => KeepErrors, parser "lines" => Lines }`.
#[macro_export]
macro_rules! plugins {
    ($($role:ident $name:literal => $plugin:ty),+ $(,)?) => {
        #[doc(hidden)]
        #[no_mangle]
        pub unsafe extern "C" fn patchbay_call(operation: i32, frame: *mut $crate::abi::Frame) -> i32 {
            $crate::plugin::answer(&[$($crate::definition!($role, $name, $plugin)),+], operation, frame)
        }

        #[doc(hidden)]
        #[no_mangle]
        pub extern "C" fn patchbay_allocate(size: u32) -> *mut u8 {
            $crate::allocate(size)
        }

        #[doc(hidden)]
        #[no_mangle]
        pub unsafe extern "C" fn patchbay_free(address: *mut u8) {
            $crate::free(address)
        }
    };
}
