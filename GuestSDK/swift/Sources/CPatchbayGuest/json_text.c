/* Strings in JSON text (RFC 8259, section 7). */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

static uint32_t hexadecimal(const uint8_t *digits)
{
    uint32_t value = 0;
    for (int index = 0; index < 4; index++) value = value << 4 | ((digits[index] & 15) + (digits[index] >> 6) * 9u);
    return value;
}

const uint8_t *patchbay_guest_json_character(const uint8_t *at, const uint8_t *end, uint8_t to[4], int *count)
{
    uint32_t scalar = *at++;
    *count = 1;
    if (scalar == '\\' && at < end) {
        scalar = *at++;
        if (scalar == 'u' && end - at >= 4) {
            scalar = hexadecimal(at);
            at += 4;
            /* Two halves make one character. */
            if (scalar >> 10 == 0xD800 >> 10 && end - at >= 6) {
                const uint32_t low = hexadecimal(at + 2);
                if (low >> 10 == 0xDC00 >> 10) {
                    scalar = (scalar << 10) + low - ((0xD800 << 10) + 0xDC00 - 0x10000);
                    at += 6;
                }
            }
            if (scalar >> 11 == 0xD800 >> 11) scalar = 0xFFFD;
            if (scalar >= 0x80) {
                int tail = 1 + (scalar >= 0x800) + (scalar >= 0x10000);
                *count = tail + 1;
                to[0] = (uint8_t)(0xFF00u >> (tail + 1) | scalar >> tail * 6);
                for (; tail > 0; tail--, scalar >>= 6) to[tail] = (uint8_t)(0x80 | (scalar & 0x3F));
                return at;
            }
        } else {
            static const char escapes[] = "b\bf\fn\nr\rt\t";
            for (const char *escape = escapes; *escape != 0; escape += 2)
                if (*escape == (int)scalar) scalar = (uint32_t)escape[1];
        }
    }
    to[0] = (uint8_t)scalar;
    return at;
}

int patchbay_guest_json_equals(const uint8_t *json, size_t size, const uint8_t *text, size_t length)
{
    if (size < 2 || *json++ != '"') return 0;
    const uint8_t *end = json + size - 2, *rest = text + length;
    while (json < end) {
        uint8_t bytes[4];
        int count;
        json = patchbay_guest_json_character(json, end, bytes, &count);
        if (rest - text < count || __builtin_memcmp(text, bytes, (size_t)count) != 0) return 0;
        text += count;
    }
    return text == rest;
}

#pragma clang attribute pop
