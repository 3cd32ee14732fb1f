/* The host functions, in guests the imports, natively through the table of patchbay_host.h. */
#ifndef PATCHBAY_GUEST_HOST_H
#define PATCHBAY_GUEST_HOST_H

#include "patchbay_host.h"
#include "patchbay_plugin.h"

#ifndef __wasm__

/* Installs the functions, which have to stay. NULL brings back the default: log lines go to the standard error, nothing
 * else is granted. */
void patchbay_guest_install_host(const patchbay_guest_host *host);

int32_t patchbay_granted(const void *name, uint32_t length);
void patchbay_log(int32_t level, const void *text, uint32_t length, const patchbay_log_field *fields, uint32_t count);
int64_t patchbay_clock(int32_t kind);
void patchbay_random(void *bytes, uint32_t length);
int64_t patchbay_config(const void *name, uint32_t length, void *value, uint32_t capacity);
int64_t patchbay_secret(const void *name, uint32_t length, void *value, uint32_t capacity);
int64_t patchbay_state_get(const void *key, uint32_t length, void *value, uint32_t capacity);
int32_t patchbay_state_set(const void *key, uint32_t length, const void *value, uint32_t size);
void patchbay_counter(const void *name, uint32_t length, int64_t delta);
void patchbay_histogram(const void *name, uint32_t length, double value);
int64_t patchbay_call_capability(
    const void *capability, uint32_t capability_length, const void *operation, uint32_t operation_length,
    const void *input, uint32_t input_length, void *output, uint32_t capacity);
int64_t patchbay_answer(void *output, uint32_t capacity);
int32_t patchbay_open(const void *path, uint32_t length, int32_t mode);
int32_t patchbay_connect(const void *host, uint32_t length, uint32_t port);
int64_t patchbay_read(int32_t handle, void *bytes, uint64_t capacity);
int64_t patchbay_forward(int32_t handle, uint64_t capacity);
int64_t patchbay_write(int32_t handle, const void *bytes, uint64_t length);
int64_t patchbay_seek(int32_t handle, uint64_t position);
int64_t patchbay_size(int32_t handle);
int32_t patchbay_sync(int32_t handle);
void patchbay_close(int32_t handle);

#endif

#endif
