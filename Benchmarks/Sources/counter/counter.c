// Counts requests for heap memory and copies of memory in a program that it is preloaded into (LD_PRELOAD). At the end
// it appends one line to the file that COUNTER_OUTPUT names: requests, bytes copied by memcpy and memmove, copies of at
// least 4 KiB and their bytes. Copies that the compiler made into moves of its own, of up to some ten bytes, and those of
// the kernel are not seen.
#include "counter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { large = 4096 };

static atomic_ulong requests, copied, large_copies, large_copied;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void count(void) { atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count();
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count();
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

static void note(size_t size) {
    atomic_fetch_add_explicit(&copied, size, memory_order_relaxed);
    if (size < large) return;
    atomic_fetch_add_explicit(&large_copies, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&large_copied, size, memory_order_relaxed);
}

// Written out with an instruction of its own, so that the compiler cannot turn the loop into a call of the function.
void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    note(size);
    void *result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return result;
}

void *memmove(void *to, const void *from, size_t size) {
    if ((uintptr_t)to - (uintptr_t)from >= size) return memcpy(to, from, size);
    note(size);
    char *last_to = (char *)to + size - 1;
    const char *last_from = (const char *)from + size - 1;
    __asm__ volatile("std\n\trep movsb\n\tcld" : "+D"(last_to), "+S"(last_from), "+c"(size) : : "memory");
    return to;
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("COUNTER_OUTPUT");
    if (!path) return;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) return;
    dprintf(file, "%lu %lu %lu %lu\n", atomic_load(&requests), atomic_load(&copied), atomic_load(&large_copies),
            atomic_load(&large_copied));
    close(file);
}
