// Wasmtime's C API as a table of functions that is filled at run time, so that a program starts without the library.
#pragma once

#include "wasmtime_functions.h"
#include "wasmtime_types.h"

#pragma clang assume_nonnull begin

#define CWASMTIME_MEMBER(result, name, parameters) result (*_Nonnull name) parameters;
struct cwasmtime {
    CWASMTIME_FUNCTIONS(CWASMTIME_MEMBER)
};
#undef CWASMTIME_MEMBER

// Loads the library at `path` and fills the table; the library then stays loaded until the process ends.
// Returns 0; or -1 with a text in `error`, what the system says of the file or the first function that it lacks.
int cwasmtime_load(const char *path, struct cwasmtime *table, char *error, size_t capacity);

// How the compiler laid out a type, or a field of one (then `field` is not NULL and `offset` counts).
struct cwasmtime_layout {
    const char *type;
    const char *_Nullable field;
    size_t offset;
    size_t size;
};

// Every type and field whose layout the library relies on, for comparison with the library's own description.
const struct cwasmtime_layout *cwasmtime_layouts(size_t *count);

#pragma clang assume_nonnull end
