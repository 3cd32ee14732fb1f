/* Writes the letters a to z of a record's value as capitals; everything else is inherited. */
#include "patchbay.h"

typedef struct upper {
    patchbay_input value;
    patchbay_output capitals;
} upper;

static void create(void *self, patchbay_setup *setup) {
    upper *plugin = self;
    plugin->value = patchbay_read_value(setup);
    plugin->capitals = patchbay_make_value(setup);
}

static patchbay_verdict map(void *self, patchbay_record *record, patchbay_rows *rows) {
    upper *plugin = self;
    patchbay_string value = patchbay_text(record, plugin->value);
    if (!value.length) return patchbay_reject(record, "empty value");
    char *to = patchbay_put_space(rows, plugin->capitals, value.length);
    for (size_t index = 0; index < value.length; index++) {
        char byte = value.bytes[index];
        to[index] = byte >= 'a' && byte <= 'z' ? byte - 32 : byte;
    }
    return PATCHBAY_KEEP;
}

PATCHBAY_PLUGINS(PATCHBAY_TRANSFORM_PLUGIN("upper", upper, create, map))
