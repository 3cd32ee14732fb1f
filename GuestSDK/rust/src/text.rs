//! Bytes and JSON.

use crate::memory::scratch;

/// Where `byte` is first found, or the length.
pub fn find(bytes: &[u8], byte: u8) -> usize {
    let mut at = 0;
    #[cfg(target_feature = "simd128")]
    {
        use core::arch::wasm32::{i8x16_bitmask, i8x16_eq, u8x16_splat, v128, v128_load};
        let sought = u8x16_splat(byte);
        while bytes.len() - at >= 16 {
            // 16 bytes are there; the load needs no alignment.
            let block = unsafe { v128_load(bytes.as_ptr().add(at).cast::<v128>()) };
            let hits = i8x16_bitmask(i8x16_eq(block, sought));
            if hits != 0 {
                return at + hits.trailing_zeros() as usize;
            }
            at += 16;
        }
    }
    while at < bytes.len() && bytes[at] != byte {
        at += 1;
    }
    at
}

pub(crate) fn skip_blanks(json: &mut &[u8]) {
    while let [b' ' | b'\n' | b'\t' | b'\r', rest @ ..] = *json {
        *json = rest;
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let mut value = 0;
    for digit in digits.get(..4)? {
        value = value << 4 | (*digit as char).to_digit(16)?;
    }
    Some(value)
}

/// What the escapes of a JSON string stand for; a lone surrogate becomes U+FFFD.
fn unescape<'a>(inside: &[u8]) -> Option<&'a [u8]> {
    let to = scratch(inside.len());
    let (mut length, mut at) = (0, 0);
    while at < inside.len() {
        let mut byte = inside[at];
        at += 1;
        if byte == b'\\' {
            byte = *inside.get(at)?;
            at += 1;
            byte = match byte {
                b'"' | b'\\' | b'/' => byte,
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let mut scalar = hexadecimal(inside.get(at..)?)?;
                    at += 4;
                    if scalar >> 10 == 0x36 && inside.get(at..at + 2) == Some(b"\\u") {
                        if let Some(low) = hexadecimal(&inside[at + 2..]).filter(|low| low >> 10 == 0x37) {
                            scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
                            at += 6;
                        }
                    }
                    let scalar = char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER);
                    length += scalar.encode_utf8(&mut to[length..]).len();
                    continue;
                }
                _ => return None,
            };
        }
        to[length] = byte;
        length += 1;
    }
    Some(&to[..length])
}

/// Takes a JSON string off the front.
pub(crate) fn take_json_string<'a>(json: &mut &'a [u8]) -> Option<&'a [u8]> {
    if json.first() != Some(&b'"') {
        return None;
    }
    let (mut end, mut has_escapes) = (1, false);
    loop {
        match json.get(end)? {
            b'"' => break,
            b'\\' => {
                has_escapes = true;
                end += 2;
            }
            _ => end += 1,
        }
    }
    let inside = &json[1..end];
    let text = if has_escapes { unescape(inside)? } else { inside };
    *json = &json[end + 1..];
    Some(text)
}

/// Takes the next text out of a JSON list of texts: `json` moves on. `None` at the end.
pub fn next_text<'a>(json: &mut &'a [u8]) -> Option<&'a [u8]> {
    skip_blanks(json);
    match *json {
        [b'[' | b',', rest @ ..] => *json = rest,
        _ => return None,
    }
    skip_blanks(json);
    let text = take_json_string(json)?;
    skip_blanks(json);
    Some(text)
}
