//! The allocator that plugin and host share, arrays that grow, memory of one call.

use core::arch::wasm32;
use core::ptr::{self, addr_of, addr_of_mut};

extern "C" {
    static __heap_base: u8;
}

/// Before each block, with the number of its size: freeing costs a few instructions. Sizes go by quarters of powers of
/// two, so that waste stays under a quarter; each size has a list of free blocks.
#[repr(C, align(16))]
struct Block {
    number: u32,
    next: *mut Block,
}

const HEADER: usize = 16;
static mut FREE: [*mut Block; 128] = [ptr::null_mut(); 128];
static mut NEXT: usize = 0;
static mut END: usize = 0;

fn size_number(size: u32) -> usize {
    if size <= 64 {
        return ((size + 15) / 16) as usize;
    }
    let shift = 29 - (size - 1).leading_zeros();
    (4 * (shift - 3) + ((size - 1) >> shift) - 3) as usize
}

fn number_size(number: usize) -> u64 {
    if number <= 4 {
        return 16 * number as u64;
    }
    let shift = (number - 1) / 4 + 3;
    (((number - 1) % 4 + 5) as u64) << shift
}

/// Memory aligned to 16; null when there is none.
pub fn allocate(size: u32) -> *mut u8 {
    if size > 0xE000_0000 {
        return ptr::null_mut();
    }
    let number = size_number(size.max(1));
    // A module has one thread, and this function calls nothing that comes back to it.
    unsafe {
        let list = addr_of_mut!(FREE).cast::<*mut Block>().add(number);
        let found = *list;
        if !found.is_null() {
            *list = (*found).next;
            return found.cast::<u8>().add(HEADER);
        }
        if NEXT == 0 {
            NEXT = (addr_of!(__heap_base) as usize + 15) & !15;
            END = wasm32::memory_size(0) << 16;
        }
        let bytes = number_size(number) + HEADER as u64;
        let room = (END - NEXT) as u64;
        if bytes > room {
            let pages = ((bytes - room + 0xFFFF) >> 16) as usize;
            if pages + (END >> 16) > 0xFFFF || wasm32::memory_grow(0, pages) == usize::MAX {
                return ptr::null_mut();
            }
            END += pages << 16;
        }
        let found = NEXT as *mut Block;
        NEXT += bytes as usize;
        (*found).number = number as u32;
        found.cast::<u8>().add(HEADER)
    }
}

/// Gives back what `allocate` gave.
///
/// # Safety
/// `address` has to be from `allocate`, or null, and no longer used.
pub unsafe fn free(address: *mut u8) {
    if address.is_null() {
        return;
    }
    let block = address.sub(HEADER).cast::<Block>();
    let list = addr_of_mut!(FREE).cast::<*mut Block>().add((*block).number as usize);
    (*block).next = *list;
    *list = block;
}

/// Zeroed memory; a trap when there is none.
pub fn zeroed(size: usize) -> *mut u8 {
    let memory = allocate(size as u32);
    if memory.is_null() {
        wasm32::unreachable();
    }
    unsafe { ptr::write_bytes(memory, 0, size) };
    memory
}

/// An array of plain values that grows; its memory stays for the next use.
pub struct Array<T: Copy> {
    memory: *mut T,
    count: usize,
    capacity: usize,
}

impl<T: Copy> Array<T> {
    /// An empty array, without memory.
    pub const fn new() -> Self {
        Array { memory: ptr::null_mut(), count: 0, capacity: 0 }
    }

    /// Makes room for `capacity` elements in all.
    pub fn reserve(&mut self, capacity: usize) {
        if capacity <= self.capacity {
            return;
        }
        let capacity = capacity.max(self.capacity * 2).max(8);
        // Under 4 GB on a machine whose addresses have 32 bits, or a trap.
        let memory = zeroed(capacity.saturating_mul(core::mem::size_of::<T>())).cast::<T>();
        unsafe {
            ptr::copy_nonoverlapping(self.memory, memory, self.count);
            free(self.memory.cast());
        }
        self.memory = memory;
        self.capacity = capacity;
    }

    /// Appends an element.
    pub fn push(&mut self, value: T) {
        self.reserve(self.count + 1);
        unsafe { self.memory.add(self.count).write(value) };
        self.count += 1;
    }

    /// Appends elements.
    pub fn extend(&mut self, values: &[T]) {
        self.reserve(self.count + values.len());
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), self.memory.add(self.count), values.len()) };
        self.count += values.len();
    }

    /// Sets the count; new elements are `value`.
    pub fn resize(&mut self, count: usize, value: T) {
        self.reserve(count);
        for index in self.count..count {
            unsafe { self.memory.add(index).write(value) };
        }
        self.count = count;
    }

    /// Takes all elements out.
    #[inline]
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Its elements.
    pub fn items(&self) -> &[T] {
        if self.count == 0 {
            return &[];
        }
        unsafe { core::slice::from_raw_parts(self.memory, self.count) }
    }

    /// Its elements, to be changed.
    pub fn items_mut(&mut self) -> &mut [T] {
        if self.count == 0 {
            return &mut [];
        }
        unsafe { core::slice::from_raw_parts_mut(self.memory, self.count) }
    }
}

impl<T: Copy> Default for Array<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy> core::ops::Deref for Array<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.items()
    }
}

impl<T: Copy> core::ops::DerefMut for Array<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.items_mut()
    }
}

impl<T: Copy> Drop for Array<T> {
    fn drop(&mut self) {
        unsafe { free(self.memory.cast()) }
    }
}

impl Array<u8> {
    /// Sets the count; new bytes are whatever was there.
    pub(crate) fn grow(&mut self, count: usize) {
        self.reserve(count);
        // All memory was zeroed once.
        self.count = count;
    }
}

/// Before each block of the memory of one call.
#[repr(C, align(16))]
struct Scratch {
    next: *mut Scratch,
    used: usize,
    size: usize,
}

static mut SCRATCH: *mut Scratch = ptr::null_mut();

/// Zeroed memory until the next call.
pub(crate) fn scratch<'a>(size: usize) -> &'a mut [u8] {
    let taken = (size + 15) & !15;
    unsafe {
        if SCRATCH.is_null() || (*SCRATCH).size - (*SCRATCH).used < taken {
            let capacity = taken.max(4000);
            let added = zeroed(HEADER + capacity).cast::<Scratch>();
            added.write(Scratch { next: SCRATCH, used: 0, size: capacity });
            SCRATCH = added;
        }
        let memory = SCRATCH.cast::<u8>().add(HEADER + (*SCRATCH).used);
        (*SCRATCH).used += taken;
        core::slice::from_raw_parts_mut(memory, size)
    }
}

/// An array in the memory of one call.
pub(crate) fn scratch_array<'a, T: Copy + Default>(count: usize) -> &'a mut [T] {
    let memory = scratch(count * core::mem::size_of::<T>()).as_mut_ptr().cast::<T>();
    for index in 0..count {
        unsafe { memory.add(index).write(T::default()) };
    }
    unsafe { core::slice::from_raw_parts_mut(memory, count) }
}

/// Parts one after the other, in the memory of one call.
pub(crate) fn join<'a>(parts: &[&[u8]]) -> &'a [u8] {
    let text = scratch(parts.iter().map(|part| part.len()).sum());
    let mut at = 0;
    for part in parts {
        text[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    text
}

/// Ends the memory of the last call.
pub(crate) fn empty_scratch() {
    unsafe {
        while !SCRATCH.is_null() {
            let next = (*SCRATCH).next;
            free(SCRATCH.cast());
            SCRATCH = next;
        }
    }
}

/// A copy that stays as long as the module.
pub(crate) fn keep(bytes: &[u8]) -> &'static [u8] {
    let copy = zeroed(bytes.len());
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), copy, bytes.len());
        core::slice::from_raw_parts(copy, bytes.len())
    }
}
