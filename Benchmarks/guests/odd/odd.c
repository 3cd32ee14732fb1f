/* Keeps the records whose first byte is odd: next to nothing, with the SDK for C as users have it. */
#include "patchbay.h"

static void create(void *self, patchbay_setup *setup) {
    *(patchbay_input *)self = patchbay_read_value(setup);
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    return patchbay_text(record, *(patchbay_input *)self).bytes[0] & 1;
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("odd", patchbay_input, create, keep))
