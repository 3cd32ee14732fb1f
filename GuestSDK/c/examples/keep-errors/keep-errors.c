/* Keeps the records whose field `level` is one of the option `levels`. */
#include "patchbay.h"

typedef struct keep_errors {
    patchbay_input level;
    patchbay_strings levels;
} keep_errors;

static void create(void *self, patchbay_setup *setup) {
    keep_errors *plugin = self;
    plugin->level = patchbay_read_text(setup, "level");
    plugin->levels = patchbay_option_texts(setup, "levels");
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    keep_errors *plugin = self;
    return patchbay_contains(plugin->levels, patchbay_text(record, plugin->level));
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("keep-errors", keep_errors, create, keep))
