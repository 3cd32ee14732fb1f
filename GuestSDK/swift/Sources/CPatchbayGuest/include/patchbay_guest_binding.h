/* How the columns of the batches that arrive are found by name. */
#ifndef PATCHBAY_GUEST_BINDING_H
#define PATCHBAY_GUEST_BINDING_H

#include "patchbay_plugin.h"

#include <stddef.h>
#include <stdint.h>

/* Numbers of columns that are none. */
enum { PATCHBAY_GUEST_NO_COLUMN = -1, PATCHBAY_GUEST_IN_REST = -2 };

/* Where a literal was found last time: the same place in the source has the same address. */
typedef struct patchbay_guest_slot {
    const uint8_t *text;
    uint32_t length;
    int32_t column;
} patchbay_guest_slot;

enum { PATCHBAY_GUEST_SLOTS = 64 };

typedef struct patchbay_guest_binding {
    /* The columns of the batch at hand. */
    const patchbay_column *columns;
    /* The column of a plugin that reads one field; 0, which is none of a field, when there is none. */
    int32_t field;
    /* The names of all columns, as the host's go away with the call of BIND: each behind its length. */
    uint8_t *names;
    size_t names_size;
    /* PATCHBAY_SCHEMA_... */
    uint32_t flags;
    /* The map of other fields, or NO_COLUMN. */
    int32_t rest;
    patchbay_guest_slot slots[PATCHBAY_GUEST_SLOTS];
} patchbay_guest_binding;

/* Takes over a schema; NULL leaves a binding without fields. */
void patchbay_guest_bind(patchbay_guest_binding *binding, const patchbay_schema *schema);
/* Forgets everything. */
void patchbay_guest_unbind(patchbay_guest_binding *binding);

/* The number of the column called `text`: a field, else one of value, time and key; IN_REST when it may be an entry of
 * the map of other fields. */
int32_t patchbay_guest_resolve(const patchbay_guest_binding *binding, const uint8_t *text, size_t length);

/* The same for a literal, whose address stands for its text: looked up once. */
int32_t patchbay_guest_resolve_literal(patchbay_guest_binding *binding, const uint8_t *text, size_t length);

/* Numbers of columns, or NO_COLUMN. */
static inline int32_t patchbay_guest_value_column(const patchbay_guest_binding *binding)
{
    return binding->flags & PATCHBAY_SCHEMA_KEY ? 1 : 0;
}

static inline int32_t patchbay_guest_time_column(const patchbay_guest_binding *binding)
{
    return binding->flags & PATCHBAY_SCHEMA_TIME ? patchbay_guest_value_column(binding) + 1 : PATCHBAY_GUEST_NO_COLUMN;
}

static inline int32_t patchbay_guest_key_column(const patchbay_guest_binding *binding)
{
    return binding->flags & PATCHBAY_SCHEMA_KEY ? 0 : PATCHBAY_GUEST_NO_COLUMN;
}

#endif
