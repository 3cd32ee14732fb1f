/* Filters that do next to nothing, with the SDK for C as users have it. */
#include "patchbay.h"

static void create(void *self, patchbay_setup *setup) {
    *(patchbay_input *)self = patchbay_read_value(setup);
}

/* Keeps the records whose first byte is odd. */
static patchbay_verdict odd(void *self, patchbay_record *record) {
    return patchbay_text(record, *(patchbay_input *)self).bytes[0] & 1;
}

/* Traps at a record that begins with an exclamation mark. */
static patchbay_verdict fragile(void *self, patchbay_record *record) {
    if (patchbay_text(record, *(patchbay_input *)self).bytes[0] == '!') __builtin_trap();
    return PATCHBAY_KEEP;
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("odd", patchbay_input, create, odd),
                 PATCHBAY_FILTER_PLUGIN("fragile", patchbay_input, create, fragile))
