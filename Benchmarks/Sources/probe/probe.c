#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t probe_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }
uint64_t probe_processor_nanoseconds(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

uint64_t probe_resident(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    unsigned long total, resident;
    int found = fscanf(file, "%lu %lu", &total, &resident);
    fclose(file);
    return found == 2 ? resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

void probe_use_cache(const char *directory) { setenv("PATCHBAY_CACHE", directory, 1); }

uint8_t *probe_read(const char *path, uint64_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    uint8_t *bytes = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long length = ftell(file);
        if (length >= 0 && fseek(file, 0, SEEK_SET) == 0 && (bytes = malloc((size_t)length + 1))) {
            *size = fread(bytes, 1, (size_t)length, file);
        }
    }
    fclose(file);
    return bytes;
}

int probe_write(const char *path, const uint8_t *bytes, uint64_t size) {
    FILE *file = fopen(path, "wb");
    if (!file) return -1;
    size_t written = fwrite(bytes, 1, size, file);
    return fclose(file) == 0 && written == size ? 0 : -1;
}
