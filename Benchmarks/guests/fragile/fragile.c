/* Traps at a record that begins with an exclamation mark. */
#include "patchbay.h"

static void create(void *self, patchbay_setup *setup) {
    *(patchbay_input *)self = patchbay_read_value(setup);
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    if (patchbay_text(record, *(patchbay_input *)self).bytes[0] == '!') __builtin_trap();
    return PATCHBAY_KEEP;
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("fragile", patchbay_input, create, keep))
