/* Makes one record of each line: the value is the line without its newline, the field `number` its length. */
#include "patchbay.h"

typedef struct lines {
    patchbay_output number;
} lines;

static void create(void *self, patchbay_setup *setup) {
    lines *plugin = self;
    plugin->number = patchbay_make_field(setup, "number", PATCHBAY_INT64, "Bytes of the line.");
    patchbay_record_suffix(setup, "\n");
}

static const char *parse(void *self, patchbay_parser *parser) {
    lines *plugin = self;
    if (parser->discarded) {
        size_t end = patchbay_find(parser->bytes, parser->length, '\n');
        parser->still_discarding = end == parser->length && !parser->last;
        patchbay_skip(parser, end == parser->length ? end : end + 1, PATCHBAY_REASON_TOO_LARGE);
    }
    while (parser->consumed < parser->length && patchbay_has_room(parser)) {
        size_t start = parser->consumed;
        size_t length = patchbay_find(parser->bytes + start, parser->length - start, '\n');
        bool is_complete = start + length < parser->length;
        if (!is_complete && !parser->last) break;
        patchbay_put_int64(parser->rows, plugin->number, (int64_t)length);
        patchbay_emit(parser, start, length, start + length + is_complete);
    }
    return NULL;
}

PATCHBAY_PLUGINS(PATCHBAY_SPLITTING_PARSER_PLUGIN("lines", lines, create, parse))
