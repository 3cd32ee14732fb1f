/* The one function that the host calls, and what all plugins answer alike. */
#include "patchbay_guest.h"

#ifndef __wasm__
#include <sched.h>
#endif

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

const patchbay_guest_plugin *patchbay_guest_plugins;
const patchbay_guest_plugin *(*patchbay_guest_find)(const patchbay_bytes *name);

patchbay_guest_plugin *patchbay_guest_register(const uint8_t *type, size_t length, int32_t operation)
{
    patchbay_guest_plugin *plugin = patchbay_guest_make(sizeof *plugin);
    plugin->next = patchbay_guest_plugins;
    plugin->type = (patchbay_bytes){(uintptr_t)type, length};
    plugin->reads.flags = PATCHBAY_WANT_ALL | PATCHBAY_WANT_VALUE | PATCHBAY_WANT_KEY | PATCHBAY_WANT_TIME;
    plugin->operation = operation;
    patchbay_guest_plugins = plugin;
    return plugin;
}

void patchbay_guest_forget(void)
{
    patchbay_guest_plugins = NULL;
    patchbay_guest_find = NULL;
}

static int32_t create(patchbay_call_frame *frame)
{
    const patchbay_guest_plugin *plugin = patchbay_guest_find == NULL ? patchbay_guest_plugins : patchbay_guest_find(&frame->name);
    if (plugin == NULL) return PATCHBAY_UNSUPPORTED;
    patchbay_guest_instance *instance = patchbay_guest_make(sizeof *instance);
    instance->plugin = plugin;
    frame->instance = (uintptr_t)instance;
    return plugin->answer == NULL ? PATCHBAY_OK : plugin->answer(instance, PATCHBAY_CREATE, frame);
}

static int32_t answer(int32_t operation, patchbay_call_frame *frame)
{
    if (operation == PATCHBAY_CREATE) return create(frame);
    patchbay_guest_instance *instance = (patchbay_guest_instance *)patchbay_guest_at(frame->instance);
    const patchbay_guest_plugin *plugin = instance->plugin;
    instance->frame = frame;
    instance->binding.columns = patchbay_guest_at(frame->batch.columns.address);
    int32_t status = PATCHBAY_OK;
    if (operation == PATCHBAY_BIND) patchbay_guest_bind(&instance->binding, patchbay_guest_at(frame->input_schema));
    if (operation == PATCHBAY_FILTER) {
        const size_t rows = (size_t)frame->batch.rows;
        patchbay_free(instance->selection);
        instance->selection = patchbay_guest_make((rows + 63) / 64 * 8);
        frame->output = (patchbay_bytes){(uintptr_t)instance->selection, (rows + 7) / 8};
    }
    /* Whoever does not describe input has none. */
    frame->wanted = plugin->reads;
    if (plugin->answer != NULL)
        status = plugin->answer(instance, operation, frame);
    else if (operation == plugin->operation)
        plugin->body.function(instance, (intptr_t)frame->batch.rows, plugin->body.context);
    else if (operation >= PATCHBAY_RESET)
        status = PATCHBAY_UNSUPPORTED;
    return status;
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
    return answer(operation, frame);
}
#endif

#pragma clang attribute pop
