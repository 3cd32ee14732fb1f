#include "patchbay.h"

typedef struct plugin_state {
    patchbay_input value;
    patchbay_string word;
} plugin_state;

static void create(void *self, patchbay_setup *setup) {
    plugin_state *plugin = self;
    plugin->value = patchbay_read_value(setup);
    plugin->word = patchbay_option_text(setup, "word");
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    plugin_state *plugin = self;
    patchbay_string value = patchbay_text(record, plugin->value);
    patchbay_string word = plugin->word;
    for (size_t start = 0; start + word.length <= value.length; start++) {
        size_t same = 0;
        while (same < word.length && value.bytes[start + same] == word.bytes[same]) same++;
        if (same == word.length) return PATCHBAY_KEEP;
    }
    return PATCHBAY_DROP;
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("plugin-name", plugin_state, create, keep))
