/* What both hosts' guests do with each record: one source for both. */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>
#include <stdint.h>

/* In runs whose count fits a byte, so that the compiler counts sixteen bytes at once. */
static inline int64_t count_vowels(const uint8_t *bytes, size_t length) {
    int64_t count = 0;
    while (length > 0) {
        size_t run = length < 255 ? length : 255;
        uint8_t found = 0;
        for (size_t index = 0; index < run; index++) {
            uint8_t byte = bytes[index] | 0x20;
            found += (byte == 'a') | (byte == 'e') | (byte == 'i') | (byte == 'o') | (byte == 'u');
        }
        count += found;
        bytes += run;
        length -= run;
    }
    return count;
}

/* A copy, which the compiler makes one instruction of. */
static inline void copy_bytes(uint8_t *restrict to, const uint8_t *restrict from, size_t length) {
    __builtin_memcpy(to, from, length);
}

#endif
