/* The one function that the host calls, and what all plugins answer alike. */
#include "patchbay_guest.h"

#ifndef __wasm__
#include <sched.h>
#endif

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

const patchbay_guest_plugin *patchbay_guest_plugins;
const patchbay_guest_plugin *(*patchbay_guest_find)(const patchbay_bytes *name);

/* What a plugin without state answers. */
int32_t patchbay_guest_answer_batch(patchbay_guest_instance *instance, int32_t operation, patchbay_call_frame *frame)
{
    const patchbay_guest_plugin *plugin = instance->plugin;
    if (operation == plugin->operation) {
        plugin->body.function(instance, (intptr_t)frame->batch.rows, plugin->body.context);
        return PATCHBAY_OK;
    }
    return operation < PATCHBAY_RESET ? PATCHBAY_OK : PATCHBAY_UNSUPPORTED;
}


void patchbay_guest_forget(void)
{
    patchbay_guest_plugins = NULL;
    patchbay_guest_find = NULL;
}

static int32_t answer(int32_t operation, patchbay_call_frame *frame)
{
    patchbay_guest_instance *instance = (patchbay_guest_instance *)patchbay_guest_at(frame->instance);
    size_t rows;
    /* The low half of it, where that is what a size has. */
    __builtin_memcpy(&rows, &frame->batch.rows, sizeof rows);
    if (operation == PATCHBAY_CREATE) {
        const patchbay_guest_plugin *found =
            patchbay_guest_find == NULL ? patchbay_guest_plugins : patchbay_guest_find(&frame->name);
        instance = patchbay_guest_make(sizeof *instance);
        instance->plugin = found;
        frame->instance = (uintptr_t)instance;
    }
    /* Or the compiler writes what follows twice, as CREATE needs less of it. */
    __asm__("" : "+r"(operation));
    const patchbay_guest_plugin *plugin = instance->plugin;
    instance->frame = frame;
    instance->binding.columns = patchbay_guest_at(frame->batch.columns.address);
    if (operation == PATCHBAY_BIND) plugin->bind(instance, patchbay_guest_at(frame->input_schema));
    if (operation == PATCHBAY_FILTER) {
        patchbay_free(instance->selection);
        /* Whole groups of 64. */
        instance->selection = patchbay_guest_make(rows / 8 + 8);
        frame->output.address = (uintptr_t)instance->selection;
        frame->output.length = (rows + 7) / 8;
    }
    /* Whoever does not describe input has none. */
    frame->wanted = plugin->reads;
    return plugin->answer(instance, operation, frame);
}

#ifdef __wasm__
/* The top-level code of main.swift, which registers the plugin. */
int __main_argc_argv(int, char **);

int32_t PATCHBAY_EXPORT(patchbay_call)(int32_t operation, patchbay_call_frame *frame)
{
    if (patchbay_guest_plugins == NULL) __main_argc_argv(0, NULL);
    return answer(operation, frame);
}
#else
/* Built with -entry-point-function-name patchbay_guest_main for a program or a shared library; tests register the plugin
 * themselves. */
__attribute__((weak)) int patchbay_guest_main(int, char **);

int32_t PATCHBAY_EXPORT(patchbay_call)(int32_t operation, patchbay_call_frame *frame)
{
    /* 1 while a thread registers the plugin: others wait for it. */
    static int state;
    if (patchbay_guest_main && __atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2) {
        int fresh = 0;
        if (__atomic_compare_exchange_n(&state, &fresh, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            patchbay_guest_main(0, NULL);
            __atomic_store_n(&state, 2, __ATOMIC_RELEASE);
        }
        while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2) sched_yield();
    }
    if (patchbay_guest_plugins == NULL) return PATCHBAY_UNSUPPORTED;
    return answer(operation, frame);
}
#endif

#pragma clang attribute pop
