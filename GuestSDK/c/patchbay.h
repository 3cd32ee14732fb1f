/* Patchbay plugins in C: one header, one file (patchbay.c), no C library.
 *
 * A plugin is a structure for its state, a function that sets it up and one that does its work:
 *
 *     typedef struct { patchbay_input level; } errors;
 *
 *     static void create(void *self, patchbay_setup *setup) {
 *         ((errors *)self)->level = patchbay_read_text(setup, "level");
 *     }
 *
 *     static patchbay_verdict keep(void *self, patchbay_record *record) {
 *         return patchbay_equals(patchbay_text(record, ((errors *)self)->level), "error");
 *     }
 *
 *     PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("errors", errors, create, keep))
 *
 * Columns are named once, in `create`, and looked up when the schema is known: a field that does not exist or has another
 * type ends the run before the first record. Text that a plugin is given lies in the batch and is valid until its
 * function returns. What runs out of memory ends with a trap; the host then replaces the instance. */
#ifndef PATCHBAY_H
#define PATCHBAY_H

#include "patchbay_plugin.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------ text and memory */

/* Bytes, UTF-8 where the column says so. `bytes` is NULL when there is no value; an empty value is not NULL. */
typedef struct patchbay_string {
    const char *bytes;
    size_t length;
} patchbay_string;

typedef struct patchbay_strings {
    const patchbay_string *items;
    size_t count;
} patchbay_strings;

/* Zeroed memory, aligned to 16; freed with patchbay_free. */
void *patchbay_new(size_t size);
/* Memory with the first `old` bytes of `memory`, which is freed. */
void *patchbay_resize(void *memory, size_t old, size_t size);
/* Zeroed memory until the plugin's function returns. */
void *patchbay_scratch(size_t size);

/* Whether a value is there and is this text. */
bool patchbay_equals(patchbay_string value, const char *text);
bool patchbay_same(patchbay_string left, patchbay_string right);
bool patchbay_contains(patchbay_strings strings, patchbay_string value);
/* Where `byte` is first found, or `length`. */
size_t patchbay_find(const void *bytes, size_t length, uint8_t byte);
/* Takes the next text out of a JSON list of texts: `json` moves on. False at the end. */
bool patchbay_next_text(patchbay_string *json, patchbay_string *text);

/* ------------------------------------------------------------------------------------------------ setting up */

typedef struct patchbay_setup patchbay_setup;
/* A column that the plugin reads; a column that it makes. */
typedef uint32_t patchbay_input;
typedef uint32_t patchbay_output;

/* Options. One that is missing or of another kind fails the setup with a message; the manifest gives defaults. */
bool patchbay_has_option(const patchbay_setup *setup, const char *name);
patchbay_string patchbay_option_text(patchbay_setup *setup, const char *name);
patchbay_strings patchbay_option_texts(patchbay_setup *setup, const char *name);
int64_t patchbay_option_integer(patchbay_setup *setup, const char *name);
double patchbay_option_number(patchbay_setup *setup, const char *name);
bool patchbay_option_bool(patchbay_setup *setup, const char *name);
/* A list or a map as JSON text. */
patchbay_string patchbay_option_json(patchbay_setup *setup, const char *name);
/* Fails the setup: the options do not fit together. */
void patchbay_refuse(patchbay_setup *setup, const char *message);

/* Columns to read. A field of an open schema (JSON objects) is read like one of the type that is asked for. */
patchbay_input patchbay_read_value(patchbay_setup *setup);
patchbay_input patchbay_read_key(patchbay_setup *setup);
patchbay_input patchbay_read_time(patchbay_setup *setup);
patchbay_input patchbay_read_text(patchbay_setup *setup, const char *field);
patchbay_input patchbay_read_bytes(patchbay_setup *setup, const char *field);
patchbay_input patchbay_read_int64(patchbay_setup *setup, const char *field);
patchbay_input patchbay_read_float64(patchbay_setup *setup, const char *field);
patchbay_input patchbay_read_bool(patchbay_setup *setup, const char *field);

/* Columns to make: all others of a transform are inherited from the record that came in. A field that the input has
 * already is replaced. */
patchbay_output patchbay_make_value(patchbay_setup *setup);
patchbay_output patchbay_make_key(patchbay_setup *setup);
patchbay_output patchbay_make_time(patchbay_setup *setup);
patchbay_output patchbay_make_field(patchbay_setup *setup, const char *name, patchbay_type type, const char *summary);
/* What follows each value when a parser's records are written in their original form, such as "\n". */
void patchbay_record_suffix(patchbay_setup *setup, const char *suffix);

/* ------------------------------------------------------------------------------------------------ records */

typedef enum patchbay_verdict {
    PATCHBAY_DROP = 0,
    PATCHBAY_KEEP = 1,
    PATCHBAY_REJECTED = 2, /* what patchbay_reject returns */
} patchbay_verdict;

typedef struct patchbay_record {
    uint64_t row;
    struct patchbay_instance *instance;
} patchbay_record;

/* Values; text and bytes have `bytes` NULL where there is none, the others return false. */
patchbay_string patchbay_text(const patchbay_record *record, patchbay_input input);
bool patchbay_int64(const patchbay_record *record, patchbay_input input, int64_t *value);
bool patchbay_float64(const patchbay_record *record, patchbay_input input, double *value);
bool patchbay_bool(const patchbay_record *record, patchbay_input input, bool *value);
/* The record can not be processed: the host treats it as the stage's `on_error` says. */
patchbay_verdict patchbay_reject(const patchbay_record *record, const char *message);

/* ------------------------------------------------------------------------------------------------ results */

typedef struct patchbay_rows patchbay_rows;

/* Values for the record in progress. What is not put has no value. */
void patchbay_put_int64(patchbay_rows *rows, patchbay_output output, int64_t value);
void patchbay_put_float64(patchbay_rows *rows, patchbay_output output, double value);
void patchbay_put_bool(patchbay_rows *rows, patchbay_output output, bool value);
void patchbay_put_bytes(patchbay_rows *rows, patchbay_output output, const void *bytes, size_t length);
/* The same, to be filled in by the plugin. */
char *patchbay_put_space(patchbay_rows *rows, patchbay_output output, size_t length);

/* The input of a parser. `consumed` is what emit and skip got to. */
typedef struct patchbay_parser {
    const char *bytes;
    size_t length;
    size_t consumed;
    bool last; /* the part ends with the input: what is incomplete stays so */
    bool discarded; /* the input begins inside a record that was thrown away */
    bool still_discarding; /* for the plugin to set: it also ends inside it */
    uint64_t position; /* of the first byte, in the part */
    patchbay_rows *rows;
} patchbay_parser;

/* Whether one more record may be made in this call. */
bool patchbay_has_room(const patchbay_parser *parser);
/* Ends a record: its original bytes are `length` bytes from `start`, and the input is used up to `next`. */
void patchbay_emit(patchbay_parser *parser, size_t start, size_t length, size_t next);
/* The bytes from `consumed` to `next` are no record. */
void patchbay_skip(patchbay_parser *parser, size_t next, patchbay_reason reason);

/* ------------------------------------------------------------------------------------------------ plugins */

/* One plugin of the module; the macros below fill it in. */
typedef struct patchbay_definition {
    const char *capability; /* type/name */
    size_t size; /* of the state, which is zeroed before `create` */
    void (*create)(void *self, patchbay_setup *setup);
    int32_t (*run)(struct patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame);
    patchbay_verdict (*keep)(void *self, patchbay_record *record);
    patchbay_verdict (*map)(void *self, patchbay_record *record, patchbay_rows *rows);
    const char *(*parse)(void *self, patchbay_parser *parser);
    void (*reset)(void *self);
} patchbay_definition;

int32_t patchbay_run_filter(struct patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame);
int32_t patchbay_run_transform(struct patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame);
int32_t patchbay_run_parser(struct patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame);
int32_t patchbay_run_splitting_parser(struct patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame);

/* keep(self, record): whether the record stays. */
#define PATCHBAY_FILTER_PLUGIN(name, state, make, function)                                                            \
    { .capability = "filter/" name, .size = sizeof(state), .create = make, .run = patchbay_run_filter, .keep = function }
/* map(self, record, rows): puts the values of one record. */
#define PATCHBAY_TRANSFORM_PLUGIN(name, state, make, function)                                                         \
    { .capability = "transform/" name, .size = sizeof(state), .create = make, .run = patchbay_run_transform,           \
      .map = function }
/* parse(self, parser): makes records of what is complete; NULL, or what is wrong with the input. reset(self) forgets a
 * part, or is NULL. */
#define PATCHBAY_PARSER_PLUGIN(name, state, make, function, forget)                                                    \
    { .capability = "parser/" name, .size = sizeof(state), .create = make, .run = patchbay_run_parser,                 \
      .parse = function, .reset = forget }
/* The same for a parser that keeps nothing from call to call: parts of a file are then parsed in parallel. It is also
 * called to find out how much it would use up, with nothing made. */
#define PATCHBAY_SPLITTING_PARSER_PLUGIN(name, state, make, function)                                                  \
    { .capability = "parser/" name, .size = sizeof(state), .create = make, .run = patchbay_run_splitting_parser,       \
      .parse = function }
/* All plugins of the module. */
#define PATCHBAY_PLUGINS(...)                                                                                          \
    const patchbay_definition patchbay_definitions[] = { __VA_ARGS__ };                                                \
    const uint32_t patchbay_definition_count = sizeof(patchbay_definitions) / sizeof(patchbay_definitions[0]);

extern const patchbay_definition patchbay_definitions[];
extern const uint32_t patchbay_definition_count;

/* ------------------------------------------------------------------------------------------------ the host */

#ifdef __wasm__
/* Host functions for text that ends with a NUL; the others are those of patchbay_plugin.h. Each becomes an import of the
 * module when it is used. */
static inline size_t patchbay_length(const char *text) {
    return __builtin_strlen(text);
}
static inline void patchbay_say(int32_t level, const char *text) {
    patchbay_log(level, text, (uint32_t)patchbay_length(text), NULL, 0);
}
static inline void patchbay_count(const char *name, int64_t delta) {
    patchbay_counter(name, (uint32_t)patchbay_length(name), delta);
}
static inline bool patchbay_may(const char *grant) {
    return patchbay_granted(grant, (uint32_t)patchbay_length(grant)) == 1;
}
#endif

#ifdef __cplusplus
}
#endif
#endif
