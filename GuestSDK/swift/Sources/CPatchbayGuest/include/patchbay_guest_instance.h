/* Plugins that a module registered, and their instances. */
#ifndef PATCHBAY_GUEST_INSTANCE_H
#define PATCHBAY_GUEST_INSTANCE_H

#include "patchbay_guest_binding.h"
#include "patchbay_plugin.h"

#include <stddef.h>
#include <stdint.h>

typedef struct patchbay_guest_instance {
    const struct patchbay_guest_plugin *plugin;
    /* The Swift object, when the plugin is one. */
    void *object;
    patchbay_guest_binding binding;
    /* The call at hand. */
    patchbay_call_frame *frame;
    /* Filters: one bit per row. */
    uint64_t *selection;
    /* Records that could not be processed, and their messages. */
    patchbay_record_error *errors;
    size_t error_capacity;
    struct patchbay_guest_kept *kept;
} patchbay_guest_instance;

static inline patchbay_guest_binding *patchbay_guest_binding_of(patchbay_guest_instance *instance)
{
    return &instance->binding;
}

/* The column of the one field that the plugin reads; NULL when there is none. */
static inline const patchbay_column *patchbay_guest_field_column(const patchbay_guest_instance *instance)
{
    return instance->binding.field == 0 ? NULL : instance->binding.columns + instance->binding.field;
}

/* Puts a row into the selection, which begins without any, or leaves it out. */
static inline void patchbay_guest_select(patchbay_guest_instance *instance, size_t row, int stays)
{
    uint8_t *bits = (uint8_t *)instance->selection;
    bits[row >> 3] |= (uint8_t)(stays << (row & 7));
}

/* Answers a call, with a status. */
typedef int32_t (*patchbay_guest_answer)(patchbay_guest_instance *instance, int32_t operation, patchbay_call_frame *frame);

/* A Swift closure of type (instance, rows) -> Void, as it lies in memory. */
typedef struct patchbay_guest_closure {
    __attribute__((swiftcall)) void (*function)(
        patchbay_guest_instance *instance, intptr_t rows, __attribute__((swift_context)) void *context);
    void *context;
} patchbay_guest_closure;

typedef struct patchbay_guest_plugin {
    /* What a plugin without state does with a batch in `operation`; not used by others. */
    patchbay_guest_closure body;
    int32_t operation;
    const struct patchbay_guest_plugin *next;
    /* Without a type it has `body`. */
    patchbay_bytes type;
    patchbay_bytes name;
    patchbay_request reads;
    /* The one field that it reads. */
    patchbay_bytes field;
    /* Takes over the fields that arrive. */
    void (*bind)(patchbay_guest_instance *instance, const patchbay_schema *schema);
    patchbay_guest_answer answer;
    /* What makes the Swift object. */
    const void *maker;
} patchbay_guest_plugin;

/* A new block, all zero. Traps when there is no memory. */
void *patchbay_guest_make(size_t size);

/* What a plugin without state answers. */
int32_t patchbay_guest_answer_batch(patchbay_guest_instance *instance, int32_t operation, patchbay_call_frame *frame);

/* Adds a plugin without state, which lives as long as the module and reads everything. */
__attribute__((returns_nonnull)) patchbay_guest_plugin *patchbay_guest_register(int32_t operation);

/* The same; it reads one field alone. */
__attribute__((returns_nonnull)) patchbay_guest_plugin *patchbay_guest_register_by(
    int32_t operation, const uint8_t *field, size_t length);

/* The same for a plugin with a name; only this one links the search by name. */
patchbay_guest_plugin *patchbay_guest_register_named(
    const uint8_t *type, size_t length, const uint8_t *name, size_t name_length, patchbay_guest_answer answer);

/* Reports a record of the call at hand; copies the message. */
void patchbay_guest_fail(patchbay_guest_instance *instance, uint64_t row, const uint8_t *text, size_t length);

/* Gives the memory of an instance back. */
void patchbay_guest_destroy(patchbay_guest_instance *instance);

/* The plugins of the module, the latest first, and what finds the one for a name; NULL for the latest. */
extern const patchbay_guest_plugin *patchbay_guest_plugins;
extern const patchbay_guest_plugin *(*patchbay_guest_find)(const patchbay_bytes *name);

/* Adds a plugin without state that has nothing yet. Inline: a module has one of the two above. */
static inline patchbay_guest_plugin *patchbay_guest_add(int32_t operation)
{
    patchbay_guest_plugin *plugin = (patchbay_guest_plugin *)patchbay_guest_make(sizeof *plugin);
    plugin->next = patchbay_guest_plugins;
    plugin->operation = operation;
    plugin->answer = patchbay_guest_answer_batch;
    patchbay_guest_plugins = plugin;
    return plugin;
}

/* Takes all registered plugins out, for tests. */
void patchbay_guest_forget(void);

#endif
