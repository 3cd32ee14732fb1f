/* The host functions of a native build. */
#include "patchbay_guest.h"

#ifndef __wasm__

#include <stdio.h>

static const patchbay_guest_host none;
static const patchbay_guest_host *host = &none;

void patchbay_guest_install_host(const patchbay_guest_host *installed) { host = installed == NULL ? &none : installed; }

#define ASK(function, missing, ...) (host->function == NULL ? (missing) : host->function(__VA_ARGS__))
#define TELL(function, ...) \
    do { \
        if (host->function != NULL) host->function(__VA_ARGS__); \
    } while (0)

void patchbay_log(int32_t level, const void *text, uint32_t length, const patchbay_log_field *fields, uint32_t count)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (host->log != NULL) return host->log(level, text, length, fields, count);
    fprintf(stderr, "%s: %.*s", names[level & 3], (int)length, (const char *)text);
    for (uint32_t index = 0; index < count; index++)
        fprintf(
            stderr, " %.*s=%.*s", (int)fields[index].name.length, (const char *)patchbay_guest_at(fields[index].name.address),
            (int)fields[index].value.length, (const char *)patchbay_guest_at(fields[index].value.address));
    fputc('\n', stderr);
}

int32_t patchbay_granted(const void *n, uint32_t l) { return ASK(granted, 0, n, l); }
int64_t patchbay_clock(int32_t kind) { return ASK(clock, 0, kind); }
void patchbay_random(void *bytes, uint32_t length) { TELL(random, bytes, length); }
int64_t patchbay_config(const void *n, uint32_t l, void *v, uint32_t c) { return ASK(config, -1, n, l, v, c); }
int64_t patchbay_secret(const void *n, uint32_t l, void *v, uint32_t c) { return ASK(secret, -1, n, l, v, c); }
int64_t patchbay_state_get(const void *k, uint32_t l, void *v, uint32_t c) { return ASK(state_get, -1, k, l, v, c); }
int32_t patchbay_state_set(const void *k, uint32_t l, const void *v, uint32_t s) { return ASK(state_set, -1, k, l, v, s); }
void patchbay_counter(const void *n, uint32_t l, int64_t delta) { TELL(counter, n, l, delta); }
void patchbay_histogram(const void *n, uint32_t l, double value) { TELL(histogram, n, l, value); }
int64_t patchbay_call_capability(
    const void *c, uint32_t cl, const void *o, uint32_t ol, const void *i, uint32_t il, void *output, uint32_t capacity)
{
    return ASK(call, -1, c, cl, o, ol, i, il, output, capacity);
}
int64_t patchbay_answer(void *output, uint32_t capacity) { return ASK(answer, -1, output, capacity); }
int32_t patchbay_open(const void *p, uint32_t l, int32_t mode) { return ASK(open, -1, p, l, mode); }
int32_t patchbay_connect(const void *h, uint32_t l, uint32_t port) { return ASK(connect, -1, h, l, port); }
int64_t patchbay_read(int32_t handle, void *b, uint64_t c) { return ASK(read, -1, handle, b, c); }
int64_t patchbay_forward(int32_t handle, uint64_t c) { return ASK(forward, -1, handle, c); }
int64_t patchbay_write(int32_t handle, const void *b, uint64_t l) { return ASK(write, -1, handle, b, l); }
int64_t patchbay_seek(int32_t handle, uint64_t position) { return ASK(seek, -1, handle, position); }
int64_t patchbay_size(int32_t handle) { return ASK(size, -1, handle); }
int32_t patchbay_sync(int32_t handle) { return ASK(sync, -1, handle); }
void patchbay_close(int32_t handle) { TELL(close, handle); }

#endif
