/* What Swift has no words for yet and guests need: byte shuffles of 128-bit vectors. */
#ifndef CPATCHBAY_BYTES_H
#define CPATCHBAY_BYTES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

/* Writes two digits and the separator for each of `count` bytes. Reads up to 15 bytes behind the last one and writes
 * up to 45 behind the last separator. */
static inline void patchbay_hexadecimal_separated(
    const uint8_t *from, size_t count, uint8_t separator, uint8_t *to)
{
    const v128_t digits =
        wasm_i8x16_const('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
    const v128_t s = wasm_i8x16_splat((int8_t)separator);
    const v128_t low = wasm_i8x16_splat(15);
    for (size_t done = 0; done < count; done += 16, to += 48) {
        v128_t bytes = wasm_v128_load(from + done);
        v128_t h = wasm_i8x16_swizzle(digits, wasm_u8x16_shr(bytes, 4));
        v128_t l = wasm_i8x16_swizzle(digits, wasm_v128_and(bytes, low));
        v128_t a = wasm_i8x16_shuffle(h, l, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
        v128_t b = wasm_i8x16_shuffle(h, l, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
        v128_t c = wasm_i8x16_shuffle(h, l, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
        a = wasm_i8x16_shuffle(a, s, 0, 1, 16, 3, 4, 16, 6, 7, 16, 9, 10, 16, 12, 13, 16, 15);
        b = wasm_i8x16_shuffle(b, s, 0, 16, 2, 3, 16, 5, 6, 16, 8, 9, 16, 11, 12, 16, 14, 15);
        c = wasm_i8x16_shuffle(c, s, 16, 1, 2, 16, 4, 5, 16, 7, 8, 16, 10, 11, 16, 13, 14, 16);
        wasm_v128_store(to, a);
        wasm_v128_store(to + 16, b);
        wasm_v128_store(to + 32, c);
    }
}
#else
static inline void patchbay_hexadecimal_separated(
    const uint8_t *from, size_t count, uint8_t separator, uint8_t *to)
{
    for (size_t index = 0; index < count; index++, to += 3) {
        to[0] = (uint8_t)"0123456789abcdef"[from[index] >> 4];
        to[1] = (uint8_t)"0123456789abcdef"[from[index] & 15];
        to[2] = separator;
    }
}
#endif

#endif
