/* The work of the comparison of hosts, with the SDK for C as users have it. */
#include "patchbay.h"
#include "work.h"

typedef struct job {
    patchbay_input value;
    patchbay_output result;
} job;

static void create_vowels(void *self, patchbay_setup *setup) {
    job *plugin = self;
    plugin->value = patchbay_read_value(setup);
    plugin->result = patchbay_make_field(setup, "vowels", PATCHBAY_INT64, "How many vowels the value has.");
}

static patchbay_verdict count(void *self, patchbay_record *record, patchbay_rows *rows) {
    job *plugin = self;
    patchbay_string value = patchbay_text(record, plugin->value);
    patchbay_put_int64(rows, plugin->result, count_vowels((const uint8_t *)value.bytes, value.length));
    return PATCHBAY_KEEP;
}

static void create_echo(void *self, patchbay_setup *setup) {
    job *plugin = self;
    plugin->value = patchbay_read_value(setup);
    plugin->result = patchbay_make_value(setup);
}

static patchbay_verdict echo(void *self, patchbay_record *record, patchbay_rows *rows) {
    job *plugin = self;
    patchbay_string value = patchbay_text(record, plugin->value);
    char *to = patchbay_put_space(rows, plugin->result, value.length);
    copy_bytes((uint8_t *)to, (const uint8_t *)value.bytes, value.length);
    return PATCHBAY_KEEP;
}

PATCHBAY_PLUGINS(PATCHBAY_TRANSFORM_PLUGIN("vowels", job, create_vowels, count),
                 PATCHBAY_TRANSFORM_PLUGIN("echo", job, create_echo, echo))
