// The types of Wasmtime's C API that Patchbay uses: library 50.0.0, as the PyPI package wasmtime 50.0.1 carries it.
// A test compares sizes, offsets and values with the bindings of that package.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

// Opaque objects. Who deletes them stands with the functions.
typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_store_t wasm_store_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_memorytype_t wasm_memorytype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_exporttype_t wasm_exporttype_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasi_config_t wasi_config_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
typedef struct wasmtime_linker wasmtime_linker_t;
typedef struct wasmtime_instance_pre wasmtime_instance_pre_t;
typedef struct wasmtime_caller wasmtime_caller_t;
typedef struct wasmtime_sharedmemory wasmtime_sharedmemory_t;
typedef struct wasmtime_pooling_allocation_config_t wasmtime_pooling_allocation_config_t;

// Kinds and choices.
typedef uint8_t wasm_byte_t;
typedef uint8_t wasm_valkind_t;
typedef uint8_t wasm_externkind_t;
typedef uint8_t wasmtime_valkind_t;
typedef uint8_t wasmtime_extern_kind_t;
typedef uint8_t wasmtime_strategy_t;
typedef uint8_t wasmtime_opt_level_t;
typedef uint8_t wasmtime_profiling_strategy_t;
typedef uint8_t wasmtime_update_deadline_kind_t;
typedef uint8_t wasmtime_trap_code_t;

static const wasm_valkind_t WASM_I32 = 0;
static const wasm_valkind_t WASM_I64 = 1;
static const wasm_valkind_t WASM_F32 = 2;
static const wasm_valkind_t WASM_F64 = 3;
static const wasm_valkind_t WASM_EXTERNREF = 128;
static const wasm_valkind_t WASM_FUNCREF = 129;

static const wasm_externkind_t WASM_EXTERN_FUNC = 0;
static const wasm_externkind_t WASM_EXTERN_GLOBAL = 1;
static const wasm_externkind_t WASM_EXTERN_TABLE = 2;
static const wasm_externkind_t WASM_EXTERN_MEMORY = 3;
static const wasm_externkind_t WASM_EXTERN_TAG = 4;

static const wasmtime_valkind_t WASMTIME_I32 = 0;
static const wasmtime_valkind_t WASMTIME_I64 = 1;
static const wasmtime_valkind_t WASMTIME_F32 = 2;
static const wasmtime_valkind_t WASMTIME_F64 = 3;
static const wasmtime_valkind_t WASMTIME_V128 = 4;
static const wasmtime_valkind_t WASMTIME_FUNCREF = 5;
static const wasmtime_valkind_t WASMTIME_EXTERNREF = 6;

static const wasmtime_extern_kind_t WASMTIME_EXTERN_FUNC = 0;
static const wasmtime_extern_kind_t WASMTIME_EXTERN_GLOBAL = 1;
static const wasmtime_extern_kind_t WASMTIME_EXTERN_TABLE = 2;
static const wasmtime_extern_kind_t WASMTIME_EXTERN_MEMORY = 3;
static const wasmtime_extern_kind_t WASMTIME_EXTERN_SHAREDMEMORY = 4;
static const wasmtime_extern_kind_t WASMTIME_EXTERN_TAG = 5;

static const wasmtime_strategy_t WASMTIME_STRATEGY_AUTO = 0;
static const wasmtime_strategy_t WASMTIME_STRATEGY_CRANELIFT = 1;
static const wasmtime_strategy_t WASMTIME_STRATEGY_WINCH = 2;

static const wasmtime_opt_level_t WASMTIME_OPT_LEVEL_NONE = 0;
static const wasmtime_opt_level_t WASMTIME_OPT_LEVEL_SPEED = 1;
static const wasmtime_opt_level_t WASMTIME_OPT_LEVEL_SPEED_AND_SIZE = 2;

static const wasmtime_profiling_strategy_t WASMTIME_PROFILING_STRATEGY_NONE = 0;
static const wasmtime_profiling_strategy_t WASMTIME_PROFILING_STRATEGY_JITDUMP = 1;
static const wasmtime_profiling_strategy_t WASMTIME_PROFILING_STRATEGY_VTUNE = 2;
static const wasmtime_profiling_strategy_t WASMTIME_PROFILING_STRATEGY_PERFMAP = 3;

// What an epoch callback asks for: the bindings do not name these two.
static const wasmtime_update_deadline_kind_t WASMTIME_UPDATE_DEADLINE_CONTINUE = 0;
static const wasmtime_update_deadline_kind_t WASMTIME_UPDATE_DEADLINE_YIELD = 1;

// The traps that a core module can end with; the codes of components are left out.
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_STACK_OVERFLOW = 0;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS = 1;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_HEAP_MISALIGNED = 2;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS = 3;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL = 4;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_BAD_SIGNATURE = 5;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_INTEGER_OVERFLOW = 6;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO = 7;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER = 8;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED = 9;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_INTERRUPT = 10;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_OUT_OF_FUEL = 11;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_ATOMIC_WAIT_NON_SHARED_MEMORY = 12;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_NULL_REFERENCE = 13;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_ARRAY_OUT_OF_BOUNDS = 14;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_ALLOCATION_TOO_LARGE = 15;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_CAST_FAILURE = 16;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_UNHANDLED_TAG = 19;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_CONTINUATION_ALREADY_CONSUMED = 20;
static const wasmtime_trap_code_t WASMTIME_TRAP_CODE_UNCAUGHT_EXCEPTION = 49;

// Vectors own their elements; the matching `_vec_delete` frees both. With size 0 the data may be anything.
typedef struct wasm_byte_vec_t {
    size_t size;
    wasm_byte_t *_Nullable data;
} wasm_byte_vec_t;

typedef wasm_byte_vec_t wasm_name_t;
// The text of a trap ends with a NUL that its size counts.
typedef wasm_byte_vec_t wasm_message_t;

typedef struct wasm_valtype_vec_t {
    size_t size;
    wasm_valtype_t *_Nonnull *_Nullable data;
} wasm_valtype_vec_t;

typedef struct wasm_importtype_vec_t {
    size_t size;
    wasm_importtype_t *_Nonnull *_Nullable data;
} wasm_importtype_vec_t;

typedef struct wasm_exporttype_vec_t {
    size_t size;
    wasm_exporttype_t *_Nonnull *_Nullable data;
} wasm_exporttype_vec_t;

typedef struct wasm_frame_vec_t {
    size_t size;
    wasm_frame_t *_Nonnull *_Nullable data;
} wasm_frame_vec_t;

// Items of a store: plain values that name something in it. A store_id of 0 is null.
typedef struct wasmtime_func {
    uint64_t store_id;
    void *_Nullable place;
} wasmtime_func_t;

typedef struct wasmtime_global {
    uint64_t store_id;
    uint32_t place[3];
} wasmtime_global_t;

typedef struct wasmtime_table {
    struct {
        uint64_t store_id;
        uint32_t inner;
    };
    uint32_t outer;
} wasmtime_table_t;

typedef struct wasmtime_memory {
    struct {
        uint64_t store_id;
        uint32_t inner;
    };
    uint32_t outer;
} wasmtime_memory_t;

typedef struct wasmtime_tag {
    struct {
        uint64_t store_id;
        uint32_t inner;
    };
    uint32_t outer;
} wasmtime_tag_t;

typedef struct wasmtime_instance {
    uint64_t store_id;
    size_t place;
} wasmtime_instance_t;

typedef union wasmtime_extern_union {
    wasmtime_func_t func;
    wasmtime_global_t global;
    wasmtime_table_t table;
    wasmtime_memory_t memory;
    wasmtime_sharedmemory_t *_Nullable sharedmemory;
    wasmtime_tag_t tag;
} wasmtime_extern_union_t;

// Owned: `wasmtime_extern_delete` frees what it may hold.
typedef struct wasmtime_extern {
    wasmtime_extern_kind_t kind;
    wasmtime_extern_union_t of;
} wasmtime_extern_t;

typedef struct wasmtime_anyref {
    uint64_t store_id;
    uint32_t place[2];
    void *_Nullable root;
} wasmtime_anyref_t;
typedef wasmtime_anyref_t wasmtime_externref_t;
typedef wasmtime_anyref_t wasmtime_exnref_t;

typedef union wasmtime_valunion {
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    wasmtime_anyref_t anyref;
    wasmtime_externref_t externref;
    wasmtime_exnref_t exnref;
    wasmtime_func_t funcref;
    uint8_t v128[16];
} wasmtime_valunion_t;

// A value of a checked call.
typedef struct wasmtime_val {
    wasmtime_valkind_t kind;
    wasmtime_valunion_t of;
} wasmtime_val_t;

// A slot of an unchecked call; its bytes are little-endian on every host.
typedef union wasmtime_val_raw {
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    uint8_t v128[16];
    uint32_t anyref;
    uint32_t externref;
    uint32_t exnref;
    void *_Nullable funcref;
} wasmtime_val_raw_t;

// Frees what was passed along with a callback, once, when the owner goes away.
typedef void (*cwasmtime_finalizer_t)(void *_Nullable data);

// A host function: nil, or a trap that the caller takes over.
typedef wasm_trap_t *_Nullable (*wasmtime_func_callback_t)(
    void *_Nullable env, wasmtime_caller_t *caller, const wasmtime_val_t *_Nullable args, size_t nargs,
    wasmtime_val_t *_Nullable results, size_t nresults);

// The same without types: arguments and results share the slots, as many as the longer of both lists.
typedef wasm_trap_t *_Nullable (*wasmtime_func_unchecked_callback_t)(
    void *_Nullable env, wasmtime_caller_t *caller, wasmtime_val_raw_t *_Nullable args_and_results, size_t count);

// Asked when a store's epoch deadline has passed: an error ends the call; without one it goes on for `delta` ticks.
typedef wasmtime_error_t *_Nullable (*cwasmtime_deadline_t)(
    wasmtime_context_t *context, void *_Nullable data, uint64_t *delta, wasmtime_update_deadline_kind_t *kind);

// Takes what a WASI guest writes: the number of bytes taken, or a negated errno.
typedef ssize_t (*cwasmtime_write_t)(void *_Nullable data, const unsigned char *bytes, size_t count);

#pragma clang assume_nonnull end
