#include "patchbay.h"

typedef struct plugin_state {
    patchbay_output name;
    patchbay_output text;
} plugin_state;

static void create(void *self, patchbay_setup *setup) {
    plugin_state *plugin = self;
    plugin->name = patchbay_make_field(setup, "name", PATCHBAY_UTF8, "What stands before the first equals sign.");
    plugin->text = patchbay_make_field(setup, "text", PATCHBAY_UTF8, "What stands behind it.");
    patchbay_record_suffix(setup, "\n");
}

/* One record of each line with an equals sign; what is no such line is reported as a region. */
static const char *parse(void *self, patchbay_parser *parser) {
    plugin_state *plugin = self;
    if (parser->discarded) {
        size_t end = patchbay_find(parser->bytes, parser->length, '\n');
        parser->still_discarding = end == parser->length && !parser->last;
        patchbay_skip(parser, end == parser->length ? end : end + 1, PATCHBAY_REASON_TOO_LARGE);
    }
    while (parser->consumed < parser->length && patchbay_has_room(parser)) {
        size_t start = parser->consumed;
        const char *line = parser->bytes + start;
        size_t length = patchbay_find(line, parser->length - start, '\n');
        bool is_complete = start + length < parser->length;
        if (!is_complete && !parser->last) break;
        size_t next = start + length + is_complete;
        size_t sign = patchbay_find(line, length, '=');
        if (sign == length) {
            patchbay_skip(parser, next, PATCHBAY_REASON_INVALID);
            continue;
        }
        patchbay_put_bytes(parser->rows, plugin->name, line, sign);
        patchbay_put_bytes(parser->rows, plugin->text, line + sign + 1, length - sign - 1);
        patchbay_emit(parser, start, length, next);
    }
    return NULL;
}

PATCHBAY_PLUGINS(PATCHBAY_SPLITTING_PARSER_PLUGIN("plugin-name", plugin_state, create, parse))
