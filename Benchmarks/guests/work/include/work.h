/* What both hosts' guests do with each record: one source for both. */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>
#include <stdint.h>

static inline int64_t count_vowels(const uint8_t *bytes, size_t length) {
    uint32_t count = 0;
    for (size_t index = 0; index < length; index++) {
        uint8_t byte = bytes[index] | 0x20;
        count += byte == 'a' || byte == 'e' || byte == 'i' || byte == 'o' || byte == 'u';
    }
    return (int64_t)count;
}

/* A copy, which the compiler makes one instruction of. */
static inline void copy_bytes(uint8_t *restrict to, const uint8_t *restrict from, size_t length) {
    __builtin_memcpy(to, from, length);
}

#endif
