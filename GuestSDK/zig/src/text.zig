//! Bytes and JSON.

const std = @import("std");
const memory = @import("memory.zig");

/// Whether a value is there and is this text.
pub fn same(value: ?[]const u8, text: []const u8) bool {
    return std.mem.eql(u8, value orelse return false, text);
}

/// Where `byte` is first found, or the length.
pub fn find(bytes: []const u8, byte: u8) usize {
    const Block = @Vector(16, u8);
    var at: usize = 0;
    while (bytes.len - at >= 16) : (at += 16) {
        const block: Block = bytes[at..][0..16].*;
        const hits: u16 = @bitCast(block == @as(Block, @splat(byte)));
        if (hits != 0) return at + @ctz(hits);
    }
    while (at < bytes.len and bytes[at] != byte) at += 1;
    return at;
}

pub fn skipBlanks(json: *[]const u8) void {
    while (json.len > 0) : (json.* = json.*[1..]) {
        switch (json.*[0]) {
            ' ', '\n', '\t', '\r' => {},
            else => return,
        }
    }
}

fn hexadecimal(digits: []const u8) ?u21 {
    if (digits.len < 4) return null;
    var value: u21 = 0;
    for (digits[0..4]) |digit| {
        const four: u21 = switch (digit) {
            '0'...'9' => digit - '0',
            'a'...'f' => digit - 'a' + 10,
            'A'...'F' => digit - 'A' + 10,
            else => return null,
        };
        value = value << 4 | four;
    }
    return value;
}

/// What the escapes of a JSON string stand for; a lone surrogate becomes U+FFFD.
fn unescape(inside: []const u8) ?[]const u8 {
    const to = memory.scratch(u8, inside.len);
    var length: usize = 0;
    var at: usize = 0;
    while (at < inside.len) {
        var byte = inside[at];
        at += 1;
        if (byte == '\\') {
            if (at == inside.len) return null;
            byte = inside[at];
            at += 1;
            byte = switch (byte) {
                '"', '\\', '/' => byte,
                'b' => 8,
                'f' => 12,
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    var scalar = hexadecimal(inside[at..]) orelse return null;
                    at += 4;
                    if (scalar >> 10 == 0x36 and std.mem.startsWith(u8, inside[at..], "\\u")) {
                        if (hexadecimal(inside[at + 2 ..])) |low| {
                            if (low >> 10 == 0x37) {
                                scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
                                at += 6;
                            }
                        }
                    }
                    if (scalar >> 11 == 0x1B) scalar = 0xFFFD;
                    length += putScalar(to[length..], scalar);
                    continue;
                },
                else => return null,
            };
        }
        to[length] = byte;
        length += 1;
    }
    return to[0..length];
}

fn putScalar(to: []u8, scalar: u21) usize {
    if (scalar < 0x80) {
        to[0] = @intCast(scalar);
        return 1;
    }
    const count: usize = if (scalar < 0x800) 2 else if (scalar < 0x10000) 3 else 4;
    var rest = scalar;
    var index = count - 1;
    while (index > 0) : (index -= 1) {
        to[index] = @intCast(0x80 | (rest & 0x3F));
        rest >>= 6;
    }
    to[0] = @intCast(((@as(u32, 0xF00) >> @intCast(count)) & 0xFF) | rest);
    return count;
}

/// Takes a JSON string off the front.
pub fn takeJSONString(json: *[]const u8) ?[]const u8 {
    if (json.len == 0 or json.*[0] != '"') return null;
    var end: usize = 1;
    var has_escapes = false;
    while (end < json.len and json.*[end] != '"') : (end += 1) {
        if (json.*[end] == '\\') {
            has_escapes = true;
            end += 1;
        }
    }
    if (end >= json.len) return null;
    const inside = json.*[1..end];
    const text = if (has_escapes) unescape(inside) orelse return null else inside;
    json.* = json.*[end + 1 ..];
    return text;
}

/// Takes the next text out of a JSON list of texts: `json` moves on. Null at the end.
pub fn nextText(json: *[]const u8) ?[]const u8 {
    skipBlanks(json);
    if (json.len == 0 or (json.*[0] != '[' and json.*[0] != ',')) return null;
    json.* = json.*[1..];
    skipBlanks(json);
    const text = takeJSONString(json) orelse return null;
    skipBlanks(json);
    return text;
}
