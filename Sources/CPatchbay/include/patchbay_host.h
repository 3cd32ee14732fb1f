/* The host functions as a table: for plugins that are linked into a program in place of being a module. */
#ifndef PATCHBAY_HOST_H
#define PATCHBAY_HOST_H

#include "patchbay_plugin.h"

#ifndef __wasm__

typedef struct patchbay_log_field {
    patchbay_bytes name;
    patchbay_bytes value;
} patchbay_log_field;

enum { PATCHBAY_LOG_ERROR = 0, PATCHBAY_LOG_WARNING = 1, PATCHBAY_LOG_INFO = 2, PATCHBAY_LOG_DEBUG = 3 };
enum { PATCHBAY_CLOCK_WALL = 0, PATCHBAY_CLOCK_MONOTONIC = 1 };
enum { PATCHBAY_OPEN_READ = 0, PATCHBAY_OPEN_WRITE = 1, PATCHBAY_OPEN_APPEND = 2 };

/* The functions of patchbay_plugin.h. NULL members are not granted: they return 0 or -1. */
typedef struct patchbay_guest_host {
    int32_t (*granted)(const void *, uint32_t);
    void (*log)(int32_t, const void *, uint32_t, const patchbay_log_field *, uint32_t);
    int64_t (*clock)(int32_t);
    void (*random)(void *, uint32_t);
    int64_t (*config)(const void *, uint32_t, void *, uint32_t);
    int64_t (*secret)(const void *, uint32_t, void *, uint32_t);
    int64_t (*state_get)(const void *, uint32_t, void *, uint32_t);
    int32_t (*state_set)(const void *, uint32_t, const void *, uint32_t);
    void (*counter)(const void *, uint32_t, int64_t);
    void (*histogram)(const void *, uint32_t, double);
    int64_t (*call)(
        const void *, uint32_t, const void *, uint32_t, const void *, uint32_t, void *, uint32_t);
    int64_t (*answer)(void *, uint32_t);
    int32_t (*open)(const void *, uint32_t, int32_t);
    int32_t (*connect)(const void *, uint32_t, uint32_t);
    int64_t (*read)(int32_t, void *, uint64_t);
    int64_t (*forward)(int32_t, uint64_t);
    int64_t (*write)(int32_t, const void *, uint64_t);
    int64_t (*seek)(int32_t, uint64_t);
    int64_t (*size)(int32_t);
    int32_t (*sync)(int32_t);
    void (*close)(int32_t);
} patchbay_guest_host;

#endif

#endif
