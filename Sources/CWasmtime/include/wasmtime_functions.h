// The functions of Wasmtime's C API that Patchbay uses: X(result, name, (parameters)). This list is the one truth: the
// table, the loader and the test of the signatures are made from it.
//
// Ownership, where a name does not say it: a parameter that points to an opaque object is borrowed unless it is said to be
// taken. `wasmtime_error_t *` and `wasm_trap_t *` that come back are the caller's to delete. What a type or vector shows of
// itself (`wasm_functype_params`, `wasm_importtype_name`, ...) lives as long as what was asked.
#pragma once

#include "wasmtime_types.h"

// Options of an engine. A combination that Wasmtime refuses aborts the process, so they are validated before.
#define CWASMTIME_CONFIG_FUNCTIONS(X) \
    X(wasm_config_t *_Nonnull, wasm_config_new, (void)) \
    X(void, wasm_config_delete, (wasm_config_t *config)) \
    X(void, wasmtime_config_debug_info_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_consume_fuel_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_epoch_interruption_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *config, size_t bytes)) \
    X(void, wasmtime_config_async_stack_size_set, (wasm_config_t *config, size_t bytes)) \
    X(void, wasmtime_config_strategy_set, (wasm_config_t *config, wasmtime_strategy_t strategy)) \
    X(void, wasmtime_config_parallel_compilation_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_cranelift_debug_verifier_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_cranelift_nan_canonicalization_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_cranelift_opt_level_set, (wasm_config_t *config, wasmtime_opt_level_t level)) \
    X(void, wasmtime_config_profiler_set, (wasm_config_t *config, wasmtime_profiling_strategy_t strategy)) \
    X(void, wasmtime_config_native_unwind_info_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_signals_based_traps_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_concurrency_support_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_memory_reservation_set, (wasm_config_t *config, uint64_t bytes)) \
    X(void, wasmtime_config_memory_reservation_for_growth_set, (wasm_config_t *config, uint64_t bytes)) \
    X(void, wasmtime_config_memory_guard_size_set, (wasm_config_t *config, uint64_t bytes)) \
    X(void, wasmtime_config_memory_may_move_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_memory_init_cow_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_shared_memory_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_gc_support_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_threads_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_tail_call_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_reference_types_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_function_references_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_gc_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_simd_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_relaxed_simd_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_relaxed_simd_deterministic_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_bulk_memory_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_multi_value_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_multi_memory_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_memory64_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_wide_arithmetic_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_exceptions_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_custom_page_sizes_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_stack_switching_set, (wasm_config_t *config, bool enabled)) \
    X(void, wasmtime_config_wasm_component_model_set, (wasm_config_t *config, bool enabled))

// The pool that instances are taken from. The configuration is copied by `wasmtime_pooling_allocation_strategy_set`.
#define CWASMTIME_POOLING_FUNCTIONS(X) \
    X(wasmtime_pooling_allocation_config_t *_Nonnull, wasmtime_pooling_allocation_config_new, (void)) \
    X(void, wasmtime_pooling_allocation_config_delete, (wasmtime_pooling_allocation_config_t *pool)) \
    X(void, wasmtime_pooling_allocation_config_max_unused_warm_slots_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_decommit_batch_size_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t count)) \
    X(void, wasmtime_pooling_allocation_config_linear_memory_keep_resident_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t bytes)) \
    X(void, wasmtime_pooling_allocation_config_table_keep_resident_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t bytes)) \
    X(void, wasmtime_pooling_allocation_config_total_core_instances_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_total_memories_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_total_tables_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_total_stacks_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_total_gc_heaps_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_total_component_instances_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_max_core_instance_size_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t bytes)) \
    X(void, wasmtime_pooling_allocation_config_max_memories_per_module_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_max_tables_per_module_set, \
        (wasmtime_pooling_allocation_config_t *pool, uint32_t count)) \
    X(void, wasmtime_pooling_allocation_config_table_elements_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t count)) \
    X(void, wasmtime_pooling_allocation_config_max_memory_size_set, \
        (wasmtime_pooling_allocation_config_t *pool, size_t bytes)) \
    X(void, wasmtime_pooling_allocation_strategy_set, \
        (wasm_config_t *config, const wasmtime_pooling_allocation_config_t *pool))

// Engines, stores and their contexts. `wasm_engine_new_with_config` takes the configuration; `wasmtime_context_set_wasi`
// takes the WASI configuration. `wasmtime_engine_increment_epoch` may be called from any thread and from a signal handler.
#define CWASMTIME_STORE_FUNCTIONS(X) \
    X(wasm_engine_t *_Nullable, wasm_engine_new_with_config, (wasm_config_t *config)) \
    X(wasm_engine_t *_Nonnull, wasmtime_engine_clone, (wasm_engine_t *engine)) \
    X(void, wasmtime_engine_increment_epoch, (wasm_engine_t *engine)) \
    X(bool, wasmtime_engine_is_pulley, (wasm_engine_t *engine)) \
    X(void, wasm_engine_delete, (wasm_engine_t *engine)) \
    X(wasmtime_store_t *_Nonnull, wasmtime_store_new, \
        (wasm_engine_t *engine, void *_Nullable data, cwasmtime_finalizer_t _Nullable finalizer)) \
    X(wasmtime_context_t *_Nonnull, wasmtime_store_context, (wasmtime_store_t *store)) \
    X(void, wasmtime_store_limiter, \
        (wasmtime_store_t *store, int64_t memory_size, int64_t table_elements, int64_t instances, int64_t tables, \
         int64_t memories)) \
    X(void, wasmtime_store_epoch_deadline_callback, \
        (wasmtime_store_t *store, cwasmtime_deadline_t func, void *_Nullable data, \
         cwasmtime_finalizer_t _Nullable finalizer)) \
    X(void, wasmtime_store_delete, (wasmtime_store_t *store)) \
    X(void *_Nullable, wasmtime_context_get_data, (const wasmtime_context_t *context)) \
    X(void, wasmtime_context_set_data, (wasmtime_context_t *context, void *_Nullable data)) \
    X(void, wasmtime_context_set_epoch_deadline, (wasmtime_context_t *context, uint64_t ticks)) \
    X(wasmtime_error_t *_Nullable, wasmtime_context_set_fuel, (wasmtime_context_t *context, uint64_t fuel)) \
    X(wasmtime_error_t *_Nullable, wasmtime_context_get_fuel, (const wasmtime_context_t *context, uint64_t *fuel)) \
    X(wasmtime_error_t *_Nullable, wasmtime_context_set_wasi, (wasmtime_context_t *context, wasi_config_t *wasi)) \
    X(wasmtime_error_t *_Nullable, wasmtime_context_gc, (wasmtime_context_t *context))

// Modules and what they ask for and offer. Deserialized machine code is trusted: it must be this program's own.
#define CWASMTIME_MODULE_FUNCTIONS(X) \
    X(wasmtime_error_t *_Nullable, wasmtime_module_new, \
        (wasm_engine_t *engine, const uint8_t *_Nullable wasm, size_t size, \
         wasmtime_module_t *_Nullable *_Nonnull module)) \
    X(wasmtime_error_t *_Nullable, wasmtime_module_validate, \
        (wasm_engine_t *engine, const uint8_t *_Nullable wasm, size_t size)) \
    X(wasmtime_module_t *_Nonnull, wasmtime_module_clone, (wasmtime_module_t *module)) \
    X(void, wasmtime_module_delete, (wasmtime_module_t *module)) \
    X(void, wasmtime_module_imports, (const wasmtime_module_t *module, wasm_importtype_vec_t *imports)) \
    X(void, wasmtime_module_exports, (const wasmtime_module_t *module, wasm_exporttype_vec_t *exports)) \
    X(wasmtime_error_t *_Nullable, wasmtime_module_serialize, (wasmtime_module_t *module, wasm_byte_vec_t *code)) \
    X(wasmtime_error_t *_Nullable, wasmtime_module_deserialize, \
        (wasm_engine_t *engine, const uint8_t *_Nullable code, size_t size, \
         wasmtime_module_t *_Nullable *_Nonnull module)) \
    X(wasmtime_error_t *_Nullable, wasmtime_module_deserialize_file, \
        (wasm_engine_t *engine, const char *path, wasmtime_module_t *_Nullable *_Nonnull module)) \
    X(void, wasmtime_module_image_range, \
        (const wasmtime_module_t *module, void *_Nullable *_Nonnull start, void *_Nullable *_Nonnull end)) \
    X(wasmtime_error_t *_Nullable, wasmtime_wat2wasm, (const char *text, size_t size, wasm_byte_vec_t *wasm))

// Linking and instances. An instance belongs to its store and is not deleted itself.
#define CWASMTIME_LINKER_FUNCTIONS(X) \
    X(wasmtime_linker_t *_Nonnull, wasmtime_linker_new, (wasm_engine_t *engine)) \
    X(wasmtime_linker_t *_Nonnull, wasmtime_linker_clone, (wasmtime_linker_t *linker)) \
    X(void, wasmtime_linker_delete, (wasmtime_linker_t *linker)) \
    X(void, wasmtime_linker_allow_shadowing, (wasmtime_linker_t *linker, bool allowed)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define, \
        (wasmtime_linker_t *linker, wasmtime_context_t *context, const char *module, size_t module_size, \
         const char *name, size_t name_size, const wasmtime_extern_t *item)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define_func, \
        (wasmtime_linker_t *linker, const char *module, size_t module_size, const char *name, size_t name_size, \
         const wasm_functype_t *type, wasmtime_func_callback_t callback, void *_Nullable data, \
         cwasmtime_finalizer_t _Nullable finalizer)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define_func_unchecked, \
        (wasmtime_linker_t *linker, const char *module, size_t module_size, const char *name, size_t name_size, \
         const wasm_functype_t *type, wasmtime_func_unchecked_callback_t callback, void *_Nullable data, \
         cwasmtime_finalizer_t _Nullable finalizer)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define_wasi, (wasmtime_linker_t *linker)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define_instance, \
        (wasmtime_linker_t *linker, wasmtime_context_t *context, const char *name, size_t name_size, \
         const wasmtime_instance_t *instance)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_define_unknown_imports_as_traps, \
        (wasmtime_linker_t *linker, wasmtime_module_t *module)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_instantiate, \
        (const wasmtime_linker_t *linker, wasmtime_context_t *context, const wasmtime_module_t *module, \
         wasmtime_instance_t *instance, wasm_trap_t *_Nullable *_Nonnull trap)) \
    X(wasmtime_error_t *_Nullable, wasmtime_linker_instantiate_pre, \
        (const wasmtime_linker_t *linker, const wasmtime_module_t *module, \
         wasmtime_instance_pre_t *_Nullable *_Nonnull instance_pre)) \
    X(wasmtime_error_t *_Nullable, wasmtime_instance_pre_instantiate, \
        (const wasmtime_instance_pre_t *instance_pre, wasmtime_context_t *context, wasmtime_instance_t *instance, \
         wasm_trap_t *_Nullable *_Nonnull trap)) \
    X(wasmtime_module_t *_Nonnull, wasmtime_instance_pre_module, (wasmtime_instance_pre_t *instance_pre)) \
    X(void, wasmtime_instance_pre_delete, (wasmtime_instance_pre_t *instance_pre)) \
    X(bool, wasmtime_instance_export_get, \
        (wasmtime_context_t *context, const wasmtime_instance_t *instance, const char *name, size_t name_size, \
         wasmtime_extern_t *item)) \
    X(bool, wasmtime_instance_export_nth, \
        (wasmtime_context_t *context, const wasmtime_instance_t *instance, size_t index, \
         char *_Nullable *_Nonnull name, size_t *name_size, wasmtime_extern_t *item)) \
    X(wasm_externtype_t *_Nonnull, wasmtime_extern_type, (wasmtime_context_t *context, wasmtime_extern_t *item)) \
    X(void, wasmtime_extern_delete, (wasmtime_extern_t *item))

// Functions and memories. An unchecked call must fit the function's type: as many slots as the longer of both lists. The
// address of a memory's data holds until the guest runs or the memory grows.
#define CWASMTIME_ITEM_FUNCTIONS(X) \
    X(wasm_functype_t *_Nonnull, wasmtime_func_type, (const wasmtime_context_t *context, const wasmtime_func_t *func)) \
    X(wasmtime_error_t *_Nullable, wasmtime_func_call, \
        (wasmtime_context_t *context, const wasmtime_func_t *func, const wasmtime_val_t *_Nullable args, size_t nargs, \
         wasmtime_val_t *_Nullable results, size_t nresults, wasm_trap_t *_Nullable *_Nonnull trap)) \
    X(wasmtime_error_t *_Nullable, wasmtime_func_call_unchecked, \
        (wasmtime_context_t *context, const wasmtime_func_t *func, wasmtime_val_raw_t *_Nullable args_and_results, \
         size_t count, wasm_trap_t *_Nullable *_Nonnull trap)) \
    X(bool, wasmtime_caller_export_get, \
        (wasmtime_caller_t *caller, const char *name, size_t name_size, wasmtime_extern_t *item)) \
    X(wasmtime_context_t *_Nonnull, wasmtime_caller_context, (wasmtime_caller_t *caller)) \
    X(wasmtime_error_t *_Nullable, wasmtime_memory_new, \
        (wasmtime_context_t *context, const wasm_memorytype_t *type, wasmtime_memory_t *memory)) \
    X(wasm_memorytype_t *_Nonnull, wasmtime_memory_type, \
        (const wasmtime_context_t *context, const wasmtime_memory_t *memory)) \
    X(uint8_t *_Nullable, wasmtime_memory_data, \
        (const wasmtime_context_t *context, const wasmtime_memory_t *memory)) \
    X(size_t, wasmtime_memory_data_size, (const wasmtime_context_t *context, const wasmtime_memory_t *memory)) \
    X(uint64_t, wasmtime_memory_size, (const wasmtime_context_t *context, const wasmtime_memory_t *memory)) \
    X(uint64_t, wasmtime_memory_page_size, (const wasmtime_context_t *context, const wasmtime_memory_t *memory)) \
    X(wasmtime_error_t *_Nullable, wasmtime_memory_grow, \
        (wasmtime_context_t *context, const wasmtime_memory_t *memory, uint64_t delta, uint64_t *before))

// Types. `wasm_functype_new` takes what both vectors hold.
#define CWASMTIME_TYPE_FUNCTIONS(X) \
    X(void, wasm_byte_vec_new_empty, (wasm_byte_vec_t *vector)) \
    X(void, wasm_byte_vec_new_uninitialized, (wasm_byte_vec_t *vector, size_t size)) \
    X(void, wasm_byte_vec_new, (wasm_byte_vec_t *vector, size_t size, const wasm_byte_t *_Nullable bytes)) \
    X(void, wasm_byte_vec_delete, (wasm_byte_vec_t *vector)) \
    X(wasm_valtype_t *_Nonnull, wasm_valtype_new, (wasm_valkind_t kind)) \
    X(wasm_valkind_t, wasm_valtype_kind, (const wasm_valtype_t *type)) \
    X(void, wasm_valtype_delete, (wasm_valtype_t *type)) \
    X(void, wasm_valtype_vec_new_empty, (wasm_valtype_vec_t *vector)) \
    X(void, wasm_valtype_vec_new, \
        (wasm_valtype_vec_t *vector, size_t size, wasm_valtype_t *_Nonnull const *_Nullable types)) \
    X(void, wasm_valtype_vec_delete, (wasm_valtype_vec_t *vector)) \
    X(wasm_functype_t *_Nonnull, wasm_functype_new, (wasm_valtype_vec_t *params, wasm_valtype_vec_t *results)) \
    X(const wasm_valtype_vec_t *_Nonnull, wasm_functype_params, (const wasm_functype_t *type)) \
    X(const wasm_valtype_vec_t *_Nonnull, wasm_functype_results, (const wasm_functype_t *type)) \
    X(void, wasm_functype_delete, (wasm_functype_t *type)) \
    X(wasmtime_error_t *_Nullable, wasmtime_memorytype_new, \
        (uint64_t min, bool max_present, uint64_t max, bool is_64, bool shared, uint8_t page_size_log2, \
         wasm_memorytype_t *_Nullable *_Nonnull type)) \
    X(uint64_t, wasmtime_memorytype_minimum, (const wasm_memorytype_t *type)) \
    X(bool, wasmtime_memorytype_maximum, (const wasm_memorytype_t *type, uint64_t *max)) \
    X(bool, wasmtime_memorytype_is64, (const wasm_memorytype_t *type)) \
    X(bool, wasmtime_memorytype_isshared, (const wasm_memorytype_t *type)) \
    X(uint64_t, wasmtime_memorytype_page_size, (const wasm_memorytype_t *type)) \
    X(void, wasm_memorytype_delete, (wasm_memorytype_t *type)) \
    X(wasm_externkind_t, wasm_externtype_kind, (const wasm_externtype_t *type)) \
    X(const wasm_functype_t *_Nullable, wasm_externtype_as_functype_const, (const wasm_externtype_t *type)) \
    X(const wasm_memorytype_t *_Nullable, wasm_externtype_as_memorytype_const, (const wasm_externtype_t *type)) \
    X(void, wasm_externtype_delete, (wasm_externtype_t *type)) \
    X(const wasm_name_t *_Nonnull, wasm_importtype_module, (const wasm_importtype_t *type)) \
    X(const wasm_name_t *_Nonnull, wasm_importtype_name, (const wasm_importtype_t *type)) \
    X(const wasm_externtype_t *_Nonnull, wasm_importtype_type, (const wasm_importtype_t *type)) \
    X(void, wasm_importtype_vec_delete, (wasm_importtype_vec_t *vector)) \
    X(const wasm_name_t *_Nonnull, wasm_exporttype_name, (const wasm_exporttype_t *type)) \
    X(const wasm_externtype_t *_Nonnull, wasm_exporttype_type, (const wasm_exporttype_t *type)) \
    X(void, wasm_exporttype_vec_delete, (wasm_exporttype_vec_t *vector))

// Traps and errors. The message vectors that are filled in are the caller's.
#define CWASMTIME_ERROR_FUNCTIONS(X) \
    X(wasm_trap_t *_Nonnull, wasmtime_trap_new, (const char *message, size_t size)) \
    X(wasm_trap_t *_Nonnull, wasmtime_trap_new_code, (wasmtime_trap_code_t code)) \
    X(bool, wasmtime_trap_code, (const wasm_trap_t *trap, wasmtime_trap_code_t *code)) \
    X(void, wasm_trap_message, (const wasm_trap_t *trap, wasm_message_t *message)) \
    X(wasm_frame_t *_Nullable, wasm_trap_origin, (const wasm_trap_t *trap)) \
    X(void, wasm_trap_trace, (const wasm_trap_t *trap, wasm_frame_vec_t *frames)) \
    X(void, wasm_trap_delete, (wasm_trap_t *trap)) \
    X(uint32_t, wasm_frame_func_index, (const wasm_frame_t *frame)) \
    X(size_t, wasm_frame_func_offset, (const wasm_frame_t *frame)) \
    X(size_t, wasm_frame_module_offset, (const wasm_frame_t *frame)) \
    X(const wasm_name_t *_Nullable, wasmtime_frame_func_name, (const wasm_frame_t *frame)) \
    X(const wasm_name_t *_Nullable, wasmtime_frame_module_name, (const wasm_frame_t *frame)) \
    X(void, wasm_frame_delete, (wasm_frame_t *frame)) \
    X(void, wasm_frame_vec_delete, (wasm_frame_vec_t *vector)) \
    X(wasmtime_error_t *_Nonnull, wasmtime_error_new, (const char *message)) \
    X(void, wasmtime_error_message, (const wasmtime_error_t *error, wasm_name_t *message)) \
    X(bool, wasmtime_error_exit_status, (const wasmtime_error_t *error, int *status)) \
    X(void, wasmtime_error_wasm_trace, (const wasmtime_error_t *error, wasm_frame_vec_t *frames)) \
    X(void, wasmtime_error_delete, (wasmtime_error_t *error))

// What a WASI preview 1 guest sees. Without these calls: no argument, no variable, empty input, output thrown away.
#define CWASMTIME_WASI_FUNCTIONS(X) \
    X(wasi_config_t *_Nonnull, wasi_config_new, (void)) \
    X(void, wasi_config_delete, (wasi_config_t *config)) \
    X(bool, wasi_config_set_argv, (wasi_config_t *config, size_t count, const char *_Nonnull *_Nullable arguments)) \
    X(bool, wasi_config_set_env, \
        (wasi_config_t *config, size_t count, const char *_Nonnull *_Nullable names, \
         const char *_Nonnull *_Nullable values)) \
    X(bool, wasi_config_set_stdin_file, (wasi_config_t *config, const char *path)) \
    X(void, wasi_config_set_stdin_bytes, (wasi_config_t *config, wasm_byte_vec_t *bytes)) \
    X(void, wasi_config_inherit_stdin, (wasi_config_t *config)) \
    X(bool, wasi_config_set_stdout_file, (wasi_config_t *config, const char *path)) \
    X(void, wasi_config_inherit_stdout, (wasi_config_t *config)) \
    X(void, wasi_config_set_stdout_custom, \
        (wasi_config_t *config, cwasmtime_write_t callback, void *_Nullable data, \
         cwasmtime_finalizer_t _Nullable finalizer)) \
    X(bool, wasi_config_set_stderr_file, (wasi_config_t *config, const char *path)) \
    X(void, wasi_config_inherit_stderr, (wasi_config_t *config)) \
    X(void, wasi_config_set_stderr_custom, \
        (wasi_config_t *config, cwasmtime_write_t callback, void *_Nullable data, \
         cwasmtime_finalizer_t _Nullable finalizer)) \
    X(bool, wasi_config_preopen_dir, \
        (wasi_config_t *config, const char *host_path, const char *guest_path, bool writable))

#define CWASMTIME_FUNCTIONS(X) \
    CWASMTIME_CONFIG_FUNCTIONS(X) \
    CWASMTIME_POOLING_FUNCTIONS(X) \
    CWASMTIME_STORE_FUNCTIONS(X) \
    CWASMTIME_MODULE_FUNCTIONS(X) \
    CWASMTIME_LINKER_FUNCTIONS(X) \
    CWASMTIME_ITEM_FUNCTIONS(X) \
    CWASMTIME_TYPE_FUNCTIONS(X) \
    CWASMTIME_ERROR_FUNCTIONS(X) \
    CWASMTIME_WASI_FUNCTIONS(X)
