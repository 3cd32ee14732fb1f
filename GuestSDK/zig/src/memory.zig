//! The allocator that plugin and host share, and the memory of one call.

const std = @import("std");

/// Before each block, with the number of its size: freeing costs a few instructions. Sizes go by quarters of powers of
/// two, so that waste stays under a quarter; each size has a list of free blocks.
const Block = extern struct {
    number: u32,
    next: ?*Block align(8),
    padding: u32 = 0,
};

const header = 16;
comptime {
    if (@sizeOf(Block) != header) @compileError("the header is not 16 bytes");
}

extern const __heap_base: u8;
var free_blocks: [128]?*Block = @splat(null);
var heap_next: usize = 0;
var heap_end: usize = 0;

fn sizeNumber(size: u32) usize {
    if (size <= 64) return (size + 15) / 16;
    const shift: u5 = @intCast(29 - @clz(size - 1));
    return 4 * (@as(usize, shift) - 3) + ((size - 1) >> shift) - 3;
}

fn numberSize(number: usize) u64 {
    if (number <= 4) return 16 * number;
    const shift: u6 = @intCast((number - 1) / 4 + 3);
    return @as(u64, (number - 1) % 4 + 5) << shift;
}

/// Memory aligned to 16; null when there is none.
pub fn allocate(size: u32) ?[*]align(16) u8 {
    if (size > 0xE000_0000) return null;
    const number = sizeNumber(@max(size, 1));
    if (free_blocks[number]) |found| {
        free_blocks[number] = found.next;
        return behind(@intFromPtr(found));
    }
    if (heap_next == 0) {
        heap_next = (@intFromPtr(&__heap_base) + 15) & ~@as(usize, 15);
        heap_end = @wasmMemorySize(0) << 16;
    }
    const bytes = numberSize(number) + header;
    const room: u64 = heap_end - heap_next;
    if (bytes > room) {
        const pages: usize = @intCast((bytes - room + 0xFFFF) >> 16);
        if (pages + (heap_end >> 16) > 0xFFFF or @wasmMemoryGrow(0, pages) == -1) return null;
        heap_end += pages << 16;
    }
    const found: *Block = @ptrFromInt(heap_next);
    heap_next += @intCast(bytes);
    found.number = @intCast(number);
    return behind(@intFromPtr(found));
}

fn behind(block: usize) [*]align(16) u8 {
    return @ptrFromInt(block + header);
}

/// Gives back what `allocate` gave.
pub fn free(address: ?*anyopaque) void {
    const block: *Block = @ptrFromInt(@intFromPtr(address orelse return) - header);
    block.next = free_blocks[block.number];
    free_blocks[block.number] = block;
}

/// The same memory for Zig's containers.
pub const allocator: std.mem.Allocator = .{
    .ptr = undefined,
    .vtable = &.{ .alloc = alloc, .resize = resize, .remap = remap, .free = release },
};

fn alloc(_: *anyopaque, length: usize, alignment: std.mem.Alignment, _: usize) ?[*]u8 {
    if (alignment.toByteUnits() > 16 or length > std.math.maxInt(u32)) return null;
    return allocate(@intCast(length));
}

fn resize(_: *anyopaque, memory: []u8, _: std.mem.Alignment, length: usize, _: usize) bool {
    const block: *Block = @ptrFromInt(@intFromPtr(memory.ptr) - header);
    return length <= numberSize(block.number);
}

fn remap(context: *anyopaque, memory: []u8, alignment: std.mem.Alignment, length: usize, place: usize) ?[*]u8 {
    return if (resize(context, memory, alignment, length, place)) memory.ptr else null;
}

fn release(_: *anyopaque, memory: []u8, _: std.mem.Alignment, _: usize) void {
    free(memory.ptr);
}

/// A list whose memory stays for the next call. Running out of memory is a trap.
pub fn Array(comptime Item: type) type {
    return struct {
        list: std.ArrayList(Item) = .empty,

        const Self = @This();

        pub fn push(self: *Self, item: Item) void {
            self.list.append(allocator, item) catch @trap();
        }

        pub fn extend(self: *Self, added: []const Item) void {
            self.list.appendSlice(allocator, added) catch @trap();
        }

        /// Sets the count; new items are `item`.
        pub fn resize(self: *Self, count: usize, item: Item) void {
            const known = self.list.items.len;
            if (count > known) {
                self.list.ensureTotalCapacity(allocator, count) catch @trap();
                self.list.items.len = count;
                @memset(self.list.items[known..], item);
            } else {
                self.list.items.len = count;
            }
        }

        /// Sets the count; new items are whatever was there.
        pub fn grow(self: *Self, count: usize) void {
            self.list.ensureTotalCapacity(allocator, count) catch @trap();
            self.list.items.len = count;
        }

        pub fn clear(self: *Self) void {
            self.list.items.len = 0;
        }

        pub fn items(self: *const Self) []Item {
            return self.list.items;
        }

        pub fn deinit(self: *Self) void {
            self.list.deinit(allocator);
        }
    };
}

/// Memory of one call: blocks in a list.
const Scratch = extern struct {
    next: ?*Scratch,
    used: usize,
    size: usize,
    padding: usize = 0,
};
var first_scratch: ?*Scratch = null;

/// Zeroed memory until the next call.
pub fn scratch(comptime Item: type, count: usize) []Item {
    const taken = (count * @sizeOf(Item) + 15) & ~@as(usize, 15);
    const block = if (first_scratch) |known| known: {
        break :known if (known.size - known.used >= taken) known else addScratch(taken);
    } else addScratch(taken);
    const start = @intFromPtr(block) + @sizeOf(Scratch) + block.used;
    block.used += taken;
    const made = @as([*]Item, @ptrFromInt(start))[0..count];
    @memset(std.mem.sliceAsBytes(made), 0);
    return made;
}

fn addScratch(taken: usize) *Scratch {
    const capacity = @max(taken, 4000);
    const memory = allocate(@intCast(@sizeOf(Scratch) + capacity)) orelse @trap();
    const block: *Scratch = @ptrCast(memory);
    block.* = .{ .next = first_scratch, .used = 0, .size = capacity };
    first_scratch = block;
    return block;
}

/// Ends the memory of the last call.
pub fn emptyScratch() void {
    while (first_scratch) |block| {
        first_scratch = block.next;
        free(block);
    }
}

/// Parts one after the other, in the memory of one call.
pub fn join(parts: []const []const u8) []const u8 {
    var length: usize = 0;
    for (parts) |part| length += part.len;
    const text = scratch(u8, length);
    var at: usize = 0;
    for (parts) |part| {
        @memcpy(text[at..][0..part.len], part);
        at += part.len;
    }
    return text;
}
