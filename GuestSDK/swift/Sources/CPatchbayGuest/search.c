/* Searching bytes. */
#include "patchbay_guest.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

size_t patchbay_guest_find_any(const uint8_t *bytes, size_t size, uint8_t first, uint8_t second, uint8_t third)
{
    size_t place = 0;
#ifdef __wasm_simd128__
    const v128_t a = wasm_u8x16_splat(first), b = wasm_u8x16_splat(second), c = wasm_u8x16_splat(third);
    for (; place + 16 <= size; place += 16) {
        const v128_t text = wasm_v128_load(bytes + place);
        const v128_t hits = wasm_v128_or(
            wasm_i8x16_eq(text, a), wasm_v128_or(wasm_i8x16_eq(text, b), wasm_i8x16_eq(text, c)));
        if (wasm_v128_any_true(hits)) return place + (size_t)__builtin_ctz(wasm_i8x16_bitmask(hits));
    }
#endif
    for (; place < size; place++)
        if (bytes[place] == first || bytes[place] == second || bytes[place] == third) return place;
    return size;
}

size_t patchbay_guest_find_byte(const uint8_t *bytes, size_t size, uint8_t byte)
{
    size_t place = 0;
#ifdef __wasm_simd128__
    const v128_t wanted = wasm_u8x16_splat(byte);
    for (; place + 16 <= size; place += 16) {
        const v128_t hits = wasm_i8x16_eq(wasm_v128_load(bytes + place), wanted);
        if (wasm_v128_any_true(hits)) return place + (size_t)__builtin_ctz(wasm_i8x16_bitmask(hits));
    }
#endif
    for (; place < size; place++)
        if (bytes[place] == byte) return place;
    return size;
}

size_t patchbay_guest_find_text(const uint8_t *bytes, size_t size, const uint8_t *text, size_t length)
{
    if (length == 0) return 0;
    if (length > size) return size;
    const size_t last = size - length;
    size_t place = 0;
#ifdef __wasm_simd128__
    /* Candidates are places where the first and the last byte fit. */
    const v128_t head = wasm_u8x16_splat(text[0]), tail = wasm_u8x16_splat(text[length - 1]);
    for (; place + 16 <= last + 1; place += 16) {
        uint32_t hits = wasm_i8x16_bitmask(wasm_v128_and(
            wasm_i8x16_eq(wasm_v128_load(bytes + place), head),
            wasm_i8x16_eq(wasm_v128_load(bytes + place + length - 1), tail)));
        for (; hits != 0; hits &= hits - 1) {
            const size_t found = place + (size_t)__builtin_ctz(hits);
            if (patchbay_guest_same(bytes + found, text, length)) return found;
        }
    }
#endif
    for (; place <= last; place++)
        if (bytes[place] == text[0] && patchbay_guest_same(bytes + place, text, length)) return place;
    return size;
}

size_t patchbay_guest_count_byte(const uint8_t *bytes, size_t size, uint8_t byte)
{
    size_t count = 0, place = 0;
#ifdef __wasm_simd128__
    const v128_t wanted = wasm_u8x16_splat(byte);
    for (; place + 16 <= size; place += 16)
        count += (size_t)__builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(bytes + place), wanted)));
#endif
    for (; place < size; place++) count += bytes[place] == byte;
    return count;
}
