/* Strings in JSON text (RFC 8259, section 7). */
#include "patchbay_guest.h"

/* Small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

/* Four digits, all at once: each byte becomes its value, then two bytes one, then all. The products are sums of the value
 * and the same shifted. */
static inline __attribute__((always_inline)) uint32_t hexadecimal(const uint8_t *digits)
{
    uint32_t value;
    __builtin_memcpy(&value, digits, 4);
    value = (value & 0x0F0F0F0F) + (value >> 6 & 0x01010101) * 9;
    value = value * 0x1001 >> 8 & 0x00FF00FF;
    return value * 0x1000001 >> 16;
}

/* What a letter behind a backslash is: half a byte for two letters each says it of \b, \f, \n, \r and \t. */
static inline __attribute__((always_inline)) uint32_t escaped(uint32_t letter)
{
    return letter < 'b' ? letter : 0x9D0A000C080 >> (letter << 1 & 60) & 15;
}

const uint8_t *patchbay_guest_json_character(const uint8_t *at, const uint8_t *end, uint32_t *character)
{
    uint32_t scalar = *at++, utf8 = 0;
    if (scalar == '\\' && at < end) {
        scalar = *at++;
        if (scalar != 'u' || end - at < 4) {
            scalar = escaped(scalar);
        } else {
            scalar = hexadecimal(at);
            at += 4;
            /* Two halves make one character. */
            if (scalar >> 10 == 0xD800 >> 10 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
                const uint32_t low = hexadecimal(at + 2);
                if (low >> 10 == 0xDC00 >> 10) {
                    scalar = (scalar << 10) + low - ((0xD800 << 10) + 0xDC00 - 0x10000);
                    at += 6;
                }
            }
            if (scalar >> 11 == 0xD800 >> 11) scalar = 0xFFFD;
            if (scalar >= 0x80) {
                /* What the first byte has room for halves with each byte that follows; the bits above say how many. */
                uint32_t room = 0x40;
                do {
                    utf8 = (utf8 | 0x80 | (scalar & 0x3F)) << 8;
                    scalar >>= 6;
                    room >>= 1;
                } while (scalar >= room);
                scalar |= 256 - 2 * room;
            }
        }
    }
    *character = utf8 | scalar;
    return at;
}

int patchbay_guest_text_equals(const uint8_t *found, size_t size, const uint8_t *text, size_t length, int is_json)
{
    const uint8_t *end = found + size, *rest = text + length;
    if (is_json) {
        if (size < 2 || *found++ != '"') return 0;
        end--;
    }
    while (found < end) {
        if (text == rest) return 0;
        uint32_t expected = *text++, character = *found++;
        if (is_json && character == '\\') {
            character = *found++;
            if (character != 'u') {
                character = escaped(character);
            } else {
                /* A code unit of UTF-16, or two, one above the other. */
                character = 0;
                do {
                    if (end - found < 4) return 0;
                    character = character << 16 | hexadecimal(found);
                    found += 6;
                } while (character >> 10 == 0xD800 >> 10 && found[-2] == '\\' && found[-1] == 'u');
                found -= 2;
                if (expected >= 0xC0) {
                    /* The same of UTF-8: the first byte, above the bits of those behind it, still says whether more follow. */
                    uint32_t more = 0x40;
                    do {
                        expected = expected << 6 | (*text++ & 0x3F);
                        more <<= 5;
                    } while (expected & more && text < rest);
                    expected &= more - 1;
                    if (expected > 0xFFFF) expected = (expected << 6 & 0x3FF0000) + (expected & 0x3FF) + 0xD7C0DC00;
                }
            }
        }
        if (character != expected) return 0;
    }
    return text == rest;
}

#pragma clang attribute pop
