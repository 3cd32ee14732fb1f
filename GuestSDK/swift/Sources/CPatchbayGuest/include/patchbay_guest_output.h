/* Batches that a plugin makes: their layout, agreed in BIND, and the memory of their columns. */
#ifndef PATCHBAY_GUEST_OUTPUT_H
#define PATCHBAY_GUEST_OUTPUT_H

#include "patchbay_guest_columns.h"
#include "patchbay_guest_instance.h"

/* What the batches look like: key, value and time are columns of it like the fields. */
typedef struct patchbay_guest_layout {
    patchbay_schema schema;
    /* Names, types and for transforms the input columns (or NO_COLUMN) of all columns. */
    patchbay_guest_binding names;
    uint32_t *types;
    int32_t *inputs;
    size_t count;
    /* What is wanted of the input. */
    patchbay_bytes *wanted;
} patchbay_guest_layout;

/* A column under construction. Rows before `first` were not written: they are those of the input. */
typedef struct patchbay_guest_writer {
    uint32_t type;
    int32_t input;
    int is_touched;
    int is_set;
    size_t rows;
    size_t capacity;
    size_t nulls;
    uint8_t *validity, *values, *ends, *data;
    size_t data_count, data_capacity;
    /* The bytes that `data` holds are the parser's input. */
    int is_view;
    /* Words: texts as in a utf8 column, and a table of their numbers. */
    struct patchbay_guest_writer *words;
    int32_t *table;
    size_t table_size;
} patchbay_guest_writer;

/* The memory of one result; kept until the host releases its token. */
typedef struct patchbay_guest_output {
    struct patchbay_guest_output *next;
    patchbay_guest_layout *layout;
    patchbay_guest_instance *instance;
    uint64_t token;
    int is_used;
    patchbay_guest_writer *writers;
    patchbay_column *columns;
    /* The two columns of words, one for each column. */
    patchbay_column *words;
    size_t rows;
    size_t limit;
    /* The input row that a row of the output goes back to. */
    uint32_t *origins;
    size_t origin_capacity;
    uint32_t origin;
    /* What the parser reads. */
    const uint8_t *input;
    size_t input_size;
    /* Why the record at hand cannot be written; NULL when it can. */
    const uint8_t *problem;
    size_t problem_length;
    int is_dropped;
} patchbay_guest_output;

/* For a result that adds `declared` to the input (NULL: there is none). `request` NULL keeps all declared fields, else
 * those that are asked for. */
void patchbay_guest_lay_out(
    patchbay_guest_layout *layout, const patchbay_schema *input, uint32_t flags, const patchbay_field *declared,
    size_t count, const patchbay_request *request);
void patchbay_guest_forget_layout(patchbay_guest_layout *layout);

/* Memory for a result that nobody reads, from the list of an instance. */
patchbay_guest_output *patchbay_guest_begin_output(
    patchbay_guest_output **list, patchbay_guest_layout *layout, patchbay_guest_instance *instance);
/* Ends a record: columns that were not set take the input's value, or none. */
void patchbay_guest_end_record(patchbay_guest_output *output);
/* Takes back what was set of the record at hand. */
void patchbay_guest_drop_record(patchbay_guest_output *output);
/* Puts the result into the frame. */
void patchbay_guest_finish_output(patchbay_guest_output *output);
void patchbay_guest_release_output(patchbay_guest_output *list, uint64_t token);
void patchbay_guest_free_outputs(patchbay_guest_output *list);

/* Set the column that a literal names in the record at hand; number kinds must fit the type of the column. */
void patchbay_guest_set_integer(patchbay_guest_output *output, const uint8_t *name, size_t length, int64_t value);
void patchbay_guest_set_double(patchbay_guest_output *output, const uint8_t *name, size_t length, double value);
void patchbay_guest_set_bool(patchbay_guest_output *output, const uint8_t *name, size_t length, int value);
void patchbay_guest_set_bytes(
    patchbay_guest_output *output, const uint8_t *name, size_t length, const uint8_t *bytes, size_t size);
void patchbay_guest_set_null(patchbay_guest_output *output, const uint8_t *name, size_t length);

/* Members of a frame. */
static inline const patchbay_schema *patchbay_guest_schema(const patchbay_call_frame *frame)
{
    return (const patchbay_schema *)patchbay_guest_at(frame->input_schema);
}

static inline const uint8_t *patchbay_guest_input(const patchbay_call_frame *frame)
{
    return (const uint8_t *)patchbay_guest_at(frame->input.address);
}

static inline const patchbay_request *patchbay_guest_output_request(const patchbay_call_frame *frame)
{
    return &frame->request;
}

static inline const patchbay_schema *patchbay_guest_schema_of(const patchbay_guest_layout *layout)
{
    return &layout->schema;
}

/* Adds the input's columns that rows may fall back on to what is wanted: those that the plugin writes. */
void patchbay_guest_add_inputs(
    patchbay_call_frame *frame, patchbay_guest_layout *layout, const patchbay_field *declared, size_t count);

#endif
