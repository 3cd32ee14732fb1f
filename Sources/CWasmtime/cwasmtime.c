#define _GNU_SOURCE
#include "CWasmtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int cwasmtime_load(const char *path, struct cwasmtime *table, char *error, size_t capacity) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(error, capacity, "%s", reason != NULL ? reason : "it cannot be loaded");
        return -1;
    }
    void *address;
// POSIX gives the address of a function as that of an object; copying its bytes is the conversion that C allows.
#define CWASMTIME_RESOLVE(result, name, parameters) \
    address = dlsym(library, #name); \
    if (address == NULL) { \
        snprintf(error, capacity, "it has no function %s", #name); \
        dlclose(library); \
        return -1; \
    } \
    memcpy(&table->name, &address, sizeof address);
    CWASMTIME_FUNCTIONS(CWASMTIME_RESOLVE)
#undef CWASMTIME_RESOLVE
    return 0;
}

#define CWASMTIME_TYPE(type) {#type, NULL, 0, sizeof(type)},
#define CWASMTIME_FIELD(type, field) {#type, #field, offsetof(type, field), sizeof(((type *)NULL)->field)},
static const struct cwasmtime_layout layouts[] = {
    CWASMTIME_TYPE(wasm_byte_t)
    CWASMTIME_TYPE(wasm_valkind_t)
    CWASMTIME_TYPE(wasm_externkind_t)
    CWASMTIME_TYPE(wasmtime_valkind_t)
    CWASMTIME_TYPE(wasmtime_extern_kind_t)
    CWASMTIME_TYPE(wasmtime_strategy_t)
    CWASMTIME_TYPE(wasmtime_opt_level_t)
    CWASMTIME_TYPE(wasmtime_profiling_strategy_t)
    CWASMTIME_TYPE(wasmtime_update_deadline_kind_t)
    CWASMTIME_TYPE(wasmtime_trap_code_t)
    CWASMTIME_TYPE(wasm_byte_vec_t)
    CWASMTIME_FIELD(wasm_byte_vec_t, size)
    CWASMTIME_FIELD(wasm_byte_vec_t, data)
    CWASMTIME_TYPE(wasm_name_t)
    CWASMTIME_TYPE(wasm_message_t)
    CWASMTIME_TYPE(wasm_valtype_vec_t)
    CWASMTIME_FIELD(wasm_valtype_vec_t, size)
    CWASMTIME_FIELD(wasm_valtype_vec_t, data)
    CWASMTIME_TYPE(wasm_importtype_vec_t)
    CWASMTIME_FIELD(wasm_importtype_vec_t, size)
    CWASMTIME_FIELD(wasm_importtype_vec_t, data)
    CWASMTIME_TYPE(wasm_exporttype_vec_t)
    CWASMTIME_FIELD(wasm_exporttype_vec_t, size)
    CWASMTIME_FIELD(wasm_exporttype_vec_t, data)
    CWASMTIME_TYPE(wasm_frame_vec_t)
    CWASMTIME_FIELD(wasm_frame_vec_t, size)
    CWASMTIME_FIELD(wasm_frame_vec_t, data)
    CWASMTIME_TYPE(wasmtime_func_t)
    CWASMTIME_FIELD(wasmtime_func_t, store_id)
    CWASMTIME_TYPE(wasmtime_global_t)
    CWASMTIME_FIELD(wasmtime_global_t, store_id)
    CWASMTIME_TYPE(wasmtime_table_t)
    CWASMTIME_FIELD(wasmtime_table_t, store_id)
    CWASMTIME_TYPE(wasmtime_memory_t)
    CWASMTIME_FIELD(wasmtime_memory_t, store_id)
    CWASMTIME_TYPE(wasmtime_tag_t)
    CWASMTIME_FIELD(wasmtime_tag_t, store_id)
    CWASMTIME_TYPE(wasmtime_instance_t)
    CWASMTIME_FIELD(wasmtime_instance_t, store_id)
    CWASMTIME_TYPE(wasmtime_extern_union_t)
    CWASMTIME_FIELD(wasmtime_extern_union_t, func)
    CWASMTIME_FIELD(wasmtime_extern_union_t, global)
    CWASMTIME_FIELD(wasmtime_extern_union_t, table)
    CWASMTIME_FIELD(wasmtime_extern_union_t, memory)
    CWASMTIME_FIELD(wasmtime_extern_union_t, sharedmemory)
    CWASMTIME_FIELD(wasmtime_extern_union_t, tag)
    CWASMTIME_TYPE(wasmtime_extern_t)
    CWASMTIME_FIELD(wasmtime_extern_t, kind)
    CWASMTIME_FIELD(wasmtime_extern_t, of)
    CWASMTIME_TYPE(wasmtime_anyref_t)
    CWASMTIME_FIELD(wasmtime_anyref_t, store_id)
    CWASMTIME_TYPE(wasmtime_externref_t)
    CWASMTIME_TYPE(wasmtime_exnref_t)
    CWASMTIME_TYPE(wasmtime_valunion_t)
    CWASMTIME_FIELD(wasmtime_valunion_t, i32)
    CWASMTIME_FIELD(wasmtime_valunion_t, i64)
    CWASMTIME_FIELD(wasmtime_valunion_t, f32)
    CWASMTIME_FIELD(wasmtime_valunion_t, f64)
    CWASMTIME_FIELD(wasmtime_valunion_t, anyref)
    CWASMTIME_FIELD(wasmtime_valunion_t, externref)
    CWASMTIME_FIELD(wasmtime_valunion_t, exnref)
    CWASMTIME_FIELD(wasmtime_valunion_t, funcref)
    CWASMTIME_FIELD(wasmtime_valunion_t, v128)
    CWASMTIME_TYPE(wasmtime_val_t)
    CWASMTIME_FIELD(wasmtime_val_t, kind)
    CWASMTIME_FIELD(wasmtime_val_t, of)
    CWASMTIME_TYPE(wasmtime_val_raw_t)
    CWASMTIME_FIELD(wasmtime_val_raw_t, i32)
    CWASMTIME_FIELD(wasmtime_val_raw_t, i64)
    CWASMTIME_FIELD(wasmtime_val_raw_t, f32)
    CWASMTIME_FIELD(wasmtime_val_raw_t, f64)
    CWASMTIME_FIELD(wasmtime_val_raw_t, v128)
    CWASMTIME_FIELD(wasmtime_val_raw_t, anyref)
    CWASMTIME_FIELD(wasmtime_val_raw_t, externref)
    CWASMTIME_FIELD(wasmtime_val_raw_t, exnref)
    CWASMTIME_FIELD(wasmtime_val_raw_t, funcref)
};
#undef CWASMTIME_TYPE
#undef CWASMTIME_FIELD

const struct cwasmtime_layout *cwasmtime_layouts(size_t *count) {
    *count = sizeof layouts / sizeof layouts[0];
    return layouts;
}
