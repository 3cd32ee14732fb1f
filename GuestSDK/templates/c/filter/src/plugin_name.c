#include "patchbay.h"

typedef struct plugin_state {
    patchbay_input level;
} plugin_state;

static void create(void *self, patchbay_setup *setup) {
    plugin_state *plugin = self;
    plugin->level = patchbay_read_text(setup, "level");
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    plugin_state *plugin = self;
    return patchbay_equals(patchbay_text(record, plugin->level), "error");
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("plugin-name", plugin_state, create, keep))
