// What the measurements ask of the system.
#pragma once

#include <stdint.h>

// Nanoseconds of a clock that never goes back.
uint64_t probe_nanoseconds(void);
// Nanoseconds that this thread has run on a processor: the same whatever else the machine does.
uint64_t probe_processor_nanoseconds(void);
// Bytes of this process that are in memory.
uint64_t probe_resident(void);
// Puts machine code of modules into another directory from now on.
void probe_use_cache(const char *directory);
// Reads a whole file into memory that the caller frees; NULL when it cannot be read.
uint8_t *probe_read(const char *path, uint64_t *size);
// Writes a whole file; 0 when it worked.
int probe_write(const char *path, const uint8_t *bytes, uint64_t size);
