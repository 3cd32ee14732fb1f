/* What compiled Swift and C expect of a system, for guests, which have none. */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

#ifdef __wasm__

/* Blocks have sizes of powers of two and return to a list of their size; 16 bytes in front of each say which, so that
 * patchbay_free needs no size. Memory comes from the end of the linear memory, which grows by pages. */
typedef struct block {
    struct block *next;
    uint32_t size_class;
    uint32_t start;
    uint32_t reserved;
} block;

/* What may be read behind a block. */
enum { READABLE = 64 };
enum { HEADER = sizeof(block), CLASSES = 32 };

extern unsigned char __heap_base;
static block *unused[CLASSES];
static uintptr_t top = (uintptr_t)&__heap_base;

void *PATCHBAY_EXPORT(patchbay_allocate)(uint32_t size)
{
    /* Sizes are those of classes less the header: what is too large for any has no class that is smaller. */
    const uint32_t size_class = 32 - (uint32_t)__builtin_clz((size + (HEADER - 1)) | 31);
    if (size > (1u << (CLASSES - 1)) - HEADER) return NULL;
    block *start = unused[size_class];
    if (start != NULL) {
        unused[size_class] = start->next;
    } else {
        start = (block *)top;
        const uintptr_t end = top + (1u << size_class);
        /* Pages, rounded up; sizes of classes keep this far from an overflow. */
        const size_t pages = ((end + READABLE) >> 16) + 1, present = __builtin_wasm_memory_size(0);
        if (end < top || (pages > present && __builtin_wasm_memory_grow(0, pages - present) == (size_t)-1)) return NULL;
        top = end;
    }
    start->size_class = size_class;
    start->start = (uint32_t)(uintptr_t)start;
    return start + 1;
}

void PATCHBAY_EXPORT(patchbay_free)(void *address)
{
    if (address == NULL) return;
    const block *header = (const block *)address - 1;
    block **list = &unused[header->size_class];
    block *start = (block *)(uintptr_t)header->start;
    start->next = *list;
    *list = start;
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    if (alignment < HEADER) alignment = HEADER;
    block *found = size + alignment < size ? NULL : patchbay_allocate(size + alignment - HEADER);
    *result = found;
    if (found == NULL) return 12;
    /* The header moves along; blocks lie at multiples of its size. */
    block *aligned = (block *)(((uintptr_t)found + alignment - 1) & ~(uintptr_t)(alignment - 1));
    const block header = found[-1];
    aligned[-1] = header;
    *result = aligned;
    return 0;
}

void free(void *address) { patchbay_free(address); }

/* In assembly: a loop in C would be turned into a call of the function that it is in. */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    __asm__ volatile("local.get %0\nlocal.get %1\nlocal.get %2\nmemory.copy 0, 0" : : "r"(to), "r"(from), "r"(size)
                     : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    __asm__ volatile("local.get %0\nlocal.get %1\nlocal.get %2\nmemory.copy 0, 0" : : "r"(to), "r"(from), "r"(size)
                     : "memory");
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    __asm__ volatile("local.get %0\nlocal.get %1\nlocal.get %2\nmemory.fill 0" : : "r"(to), "r"(byte), "r"(size)
                     : "memory");
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const uint8_t *a = left, *b = right;
    for (; size > 0; size--, a++, b++)
        if (*a != *b) return *a - *b;
    return 0;
}

/* Seeds hash tables; the same in every run, so that a plugin does the same with the same input. */
void arc4random_buf(void *bytes, size_t size)
{
    static uint64_t state = 0x9E3779B97F4A7C15;
    uint8_t *to = bytes;
    for (size_t index = 0; index < size; index++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        to[index] = (uint8_t)state;
    }
}

/* Only a failing check in a debug build prints; it traps next. */
int putchar(int character) { return character; }

/* 128-bit product, of 64-bit ones. */
__int128 __multi3(__int128 left, __int128 right)
{
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32);
    uint64_t cross = a0 * b1 + (uint32_t)middle;
    uint64_t high = a1 * b1 + (middle >> 32) + (cross >> 32);
    high += (uint64_t)(left >> 64) * b + a * (uint64_t)(right >> 64);
    return (__int128)((unsigned __int128)high << 64 | (cross << 32 | (uint32_t)low));
}

#else

#include <stdlib.h>

void *PATCHBAY_EXPORT(patchbay_allocate)(uint32_t size) { return malloc((size_t)size + 64); }
void PATCHBAY_EXPORT(patchbay_free)(void *address) { free(address); }

#endif

void *patchbay_guest_grow(void *block, size_t used, size_t capacity)
{
    void *larger = capacity <= UINT32_MAX ? patchbay_allocate((uint32_t)capacity) : NULL;
    if (larger == NULL) __builtin_trap();
    if (block != NULL) {
        __builtin_memcpy(larger, block, used);
        patchbay_free(block);
    }
    return larger;
}

void *patchbay_guest_make(size_t size)
{
    void *block = size <= UINT32_MAX ? patchbay_allocate((uint32_t)size) : NULL;
    if (block == NULL) __builtin_trap();
    return __builtin_memset(block, 0, size);
}

#pragma clang attribute pop
