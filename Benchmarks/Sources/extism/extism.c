// extism time LIBRARY MODULE FUNCTION RECORDS SIZE SECONDS: wall and processor nanoseconds of one call, for records of SIZE bytes out of the
// file RECORDS, one after the other, again and again.
// extism check LIBRARY MODULE FUNCTION RECORDS SIZE OUTPUT: all records once; what came out goes to the file OUTPUT.
//
// Extism's library is loaded and called through its C interface, without anything between; the declarations are our own.
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

typedef struct plugin plugin;

static plugin *(*plugin_new)(const uint8_t *module, uint64_t size, const void **functions, uint64_t count, bool wasi,
                             char **message);
static int32_t (*plugin_call)(plugin *, const char *function, const uint8_t *input, uint64_t size);
static uint64_t (*output_length)(plugin *);
static const uint8_t *(*output_data)(plugin *);
static const char *(*plugin_error)(plugin *);
static void (*plugin_free)(plugin *);

static void fail(const char *what, const char *why) {
    fprintf(stderr, "extism: %s: %s\n", what, why ? why : "failed");
    exit(70);
}

static void load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) fail(path, dlerror());
    struct { const char *name; void **place; } symbols[] = {
        { "extism_plugin_new", (void **)&plugin_new },
        { "extism_plugin_call", (void **)&plugin_call },
        { "extism_plugin_output_length", (void **)&output_length },
        { "extism_plugin_output_data", (void **)&output_data },
        { "extism_plugin_error", (void **)&plugin_error },
        { "extism_plugin_free", (void **)&plugin_free },
    };
    for (size_t index = 0; index < sizeof symbols / sizeof symbols[0]; index++) {
        *symbols[index].place = dlsym(library, symbols[index].name);
        if (!*symbols[index].place) fail(path, symbols[index].name);
    }
}

static uint8_t *content(const char *path, uint64_t *size) {
    uint8_t *bytes = probe_read(path, size);
    if (!bytes) fail(path, "cannot be read");
    return bytes;
}

static void check(plugin *it, const char *function, const uint8_t *records, uint64_t count, uint64_t size,
                  const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) fail(path, "cannot be written");
    for (uint64_t record = 0; record < count; record++) {
        if (plugin_call(it, function, records + record * size, size)) fail(function, plugin_error(it));
        fwrite(output_data(it), 1, output_length(it), file);
    }
    if (fclose(file) != 0) fail(path, "cannot be written");
}

// The first and the last byte of each output are read, as the other host does. Time of the processor is that of the
// thread that calls; what Extism's timer thread does is not in it.
static void measure(plugin *it, const char *function, const uint8_t *records, uint64_t count, uint64_t size,
                    double seconds, uint64_t *sum, double times[2]) {
    uint64_t calls = 0, record = 0, processor = probe_processor_nanoseconds();
    uint64_t begin = probe_nanoseconds(), now = begin, slice = size > 4096 ? 8 : 256;
    while ((double)(now - begin) < seconds * 1e9) {
        for (uint64_t index = 0; index < slice; index++) {
            if (plugin_call(it, function, records + record * size, size)) fail(function, plugin_error(it));
            uint64_t length = output_length(it);
            const uint8_t *output = output_data(it);
            *sum += output[0] + output[length - 1];
            if (++record == count) record = 0;
        }
        calls += slice;
        now = probe_nanoseconds();
    }
    times[0] = (double)(now - begin) / (double)calls;
    times[1] = (double)(probe_processor_nanoseconds() - processor) / (double)calls;
}

int main(int count, char **arguments) {
    if (count != 8) return 64;
    const char *function = arguments[4];
    load(arguments[2]);
    uint64_t module_size, length, size = strtoull(arguments[6], NULL, 10);
    uint8_t *module = content(arguments[3], &module_size), *records = content(arguments[5], &length);
    if (size == 0 || length < size) fail(arguments[5], "too short");
    char *message = NULL;
    plugin *it = plugin_new(module, module_size, NULL, 0, false, &message);
    if (!it) fail(arguments[3], message);
    if (strcmp(arguments[1], "check") == 0) {
        check(it, function, records, length / size, size, arguments[7]);
    } else {
        double seconds = strtod(arguments[7], NULL);
        uint64_t sum = 0;
        double times[2];
        measure(it, function, records, length / size, size, seconds / 4, &sum, times);
        measure(it, function, records, length / size, size, seconds, &sum, times);
        printf("{\"wall_ns\": %.3f, \"cpu_ns\": %.3f, \"read\": %llu}\n", times[0], times[1],
               (unsigned long long)sum);
    }
    plugin_free(it);
    free(module);
    free(records);
    return 0;
}
