// The two structures of the Arrow C Data Interface, whose layout is fixed for all time by its specification:
// https://arrow.apache.org/docs/format/CDataInterface.html
#ifndef PATCHBAY_ARROW_C_DATA_H
#define PATCHBAY_ARROW_C_DATA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The guard that the specification prescribes: other headers may define the same structures.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

// Bits of ArrowSchema.flags.
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

// The type of an array.
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    // Frees the structure's content and sets itself to NULL. NULL marks a released or moved structure.
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

// The values of an array.
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    // Frees the structure's content and sets itself to NULL. NULL marks a released or moved structure.
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif // ARROW_C_DATA_INTERFACE

#ifdef __cplusplus
}
#endif

#endif // PATCHBAY_ARROW_C_DATA_H
