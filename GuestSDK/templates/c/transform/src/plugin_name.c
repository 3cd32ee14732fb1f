#include "patchbay.h"

typedef struct plugin_state {
    patchbay_input value;
    patchbay_output length;
} plugin_state;

static void create(void *self, patchbay_setup *setup) {
    plugin_state *plugin = self;
    plugin->value = patchbay_read_value(setup);
    plugin->length = patchbay_make_field(setup, "length", PATCHBAY_INT64, "Bytes of the value.");
}

/* Everything but the field `length` stays as it came in. */
static patchbay_verdict map(void *self, patchbay_record *record, patchbay_rows *rows) {
    plugin_state *plugin = self;
    patchbay_string value = patchbay_text(record, plugin->value);
    patchbay_put_int64(rows, plugin->length, (int64_t)value.length);
    return PATCHBAY_KEEP;
}

PATCHBAY_PLUGINS(PATCHBAY_TRANSFORM_PLUGIN("plugin-name", plugin_state, create, map))
