/* Columns that grow row by row. */
#include "patchbay_guest_output.h"

#include "patchbay_guest.h"

#define COPY __builtin_memcpy
#define REFUSE(output, text) \
    ((output)->problem = (const uint8_t *)(text), (output)->problem_length = sizeof(text) - 1)

static void *room(uint8_t **block, size_t used, size_t capacity)
{
    *block = patchbay_guest_grow(*block, used, capacity);
    return *block;
}

static void reserve(patchbay_guest_writer *writer, size_t rows)
{
    if (rows <= writer->capacity) return;
    size_t capacity = writer->capacity * 2 > rows ? writer->capacity * 2 : rows;
    capacity = (capacity + 63) & ~(size_t)63;
    const size_t used = writer->rows, width = writer->type == PATCHBAY_BOOL ? 0 : 8;
    room(&writer->validity, (used + 7) / 8, capacity / 8);
    room(&writer->values, width ? used * width : (used + 7) / 8, width ? capacity * width : capacity / 8);
    room(&writer->ends, used * 4, capacity * 4);
    writer->capacity = capacity;
}

static void set_bit(uint8_t *bits, size_t row, int value)
{
    const uint8_t bit = (uint8_t)(1u << (row & 7));
    bits[row >> 3] = (uint8_t)(value ? bits[row >> 3] | bit : bits[row >> 3] & ~bit);
}

static void push(patchbay_guest_writer *writer, int is_valid)
{
    set_bit(writer->validity, writer->rows++, is_valid);
    if (!is_valid) writer->nulls++;
}

static void push_range(patchbay_guest_writer *writer, size_t start, size_t end)
{
    reserve(writer, writer->rows + 1);
    ((uint32_t *)writer->values)[writer->rows] = (uint32_t)start;
    ((uint32_t *)writer->ends)[writer->rows] = (uint32_t)end;
    push(writer, 1);
}

/* The bytes are the writer's own from here on. */
static void stop_viewing(patchbay_guest_writer *writer)
{
    if (!writer->is_view) return;
    const uint8_t *input = writer->data;
    writer->is_view = 0;
    writer->data = NULL;
    writer->data_count = writer->data_capacity = 0;
    uint32_t *starts = (uint32_t *)writer->values, *ends = (uint32_t *)writer->ends;
    size_t size = 0;
    for (size_t row = 0; row < writer->rows; row++) size += ends[row] - starts[row];
    writer->data = patchbay_guest_grow(NULL, 0, writer->data_capacity = size + 256);
    for (size_t row = 0; row < writer->rows; row++) {
        const size_t count = ends[row] - starts[row];
        COPY(writer->data + writer->data_count, input + starts[row], count);
        starts[row] = (uint32_t)writer->data_count;
        writer->data_count += count;
        ends[row] = (uint32_t)writer->data_count;
    }
}

static int push_bytes(patchbay_guest_writer *writer, const uint8_t *bytes, size_t size)
{
    stop_viewing(writer);
    if (size > INT32_MAX - writer->data_count) return 0;
    if (writer->data_count + size > writer->data_capacity) {
        const size_t wanted = (writer->data_count + size) * 2;
        writer->data_capacity = wanted > 256 ? wanted : 256;
        room(&writer->data, writer->data_count, writer->data_capacity);
    }
    if (size > 0) COPY(writer->data + writer->data_count, bytes, size);
    writer->data_count += size;
    push_range(writer, writer->data_count - size, writer->data_count);
    return 1;
}

static uint32_t hash(const uint8_t *bytes, size_t size)
{
    uint64_t state = 0xCBF29CE484222325u ^ size;
    for (size_t index = 0; index < size; index++) state = (state ^ bytes[index]) * 0x100000001B3u;
    return (uint32_t)(state ^ state >> 29);
}

static size_t slot_of(const patchbay_guest_writer *writer, const uint8_t *bytes, size_t size)
{
    const patchbay_guest_writer *words = writer->words;
    size_t slot = hash(bytes, size) & (writer->table_size - 1);
    for (;; slot = (slot + 1) & (writer->table_size - 1)) {
        const int32_t word = writer->table[slot];
        if (word < 0) return slot;
        const uint32_t start = ((uint32_t *)words->values)[word], end = ((uint32_t *)words->ends)[word];
        if (end - start == size && __builtin_memcmp(words->data + start, bytes, size) == 0) return slot;
    }
}

static void enlarge_table(patchbay_guest_writer *writer)
{
    writer->table_size = writer->table_size == 0 ? 64 : writer->table_size * 4;
    patchbay_free(writer->table);
    writer->table = patchbay_guest_grow(NULL, 0, writer->table_size * 4);
    __builtin_memset(writer->table, 0xFF, writer->table_size * 4);
    const patchbay_guest_writer *words = writer->words;
    for (size_t word = 0; word < words->rows; word++) {
        const uint32_t start = ((uint32_t *)words->values)[word], end = ((uint32_t *)words->ends)[word];
        writer->table[slot_of(writer, words->data + start, end - start)] = (int32_t)word;
    }
}

static int push_word(patchbay_guest_writer *writer, const uint8_t *bytes, size_t size)
{
    if (writer->words == NULL) {
        writer->words = patchbay_guest_grow(NULL, 0, sizeof *writer);
        __builtin_memset(writer->words, 0, sizeof *writer);
        writer->words->type = PATCHBAY_UTF8;
    }
    if (writer->words->rows * 2 >= writer->table_size) enlarge_table(writer);
    const size_t slot = slot_of(writer, bytes, size);
    if (writer->table[slot] < 0) {
        if (!push_bytes(writer->words, bytes, size)) return 0;
        writer->table[slot] = (int32_t)writer->words->rows - 1;
    }
    reserve(writer, writer->rows + 1);
    ((int32_t *)writer->values)[writer->rows] = writer->table[slot];
    push(writer, 1);
    return 1;
}

static void push_null(patchbay_guest_writer *writer)
{
    reserve(writer, writer->rows + 1);
    const size_t row = writer->rows;
    if (writer->type == PATCHBAY_BOOL) {
        set_bit(writer->values, row, 0);
    } else if (writer->type == PATCHBAY_INT64 || writer->type == PATCHBAY_FLOAT64 || writer->type == PATCHBAY_TIMESTAMP) {
        ((uint64_t *)writer->values)[row] = 0;
    } else {
        ((uint32_t *)writer->values)[row] = 0;
        ((uint32_t *)writer->ends)[row] = 0;
        /* The words need one that the index points to. */
        if (writer->type == PATCHBAY_WORD && writer->words == NULL) {
            push_word(writer, writer->values, 0);
            writer->rows--;
        }
    }
    push(writer, 0);
}

static int is_variable(uint32_t type) { return type == PATCHBAY_UTF8 || type == PATCHBAY_BINARY || type == PATCHBAY_JSON; }

/* The value of the input's row; none when it is of a kind that does not fit. */
static void push_input(patchbay_guest_output *output, patchbay_guest_writer *writer, uint32_t row)
{
    const patchbay_column *column =
        writer->input < 0 ? NULL : &output->instance->binding.columns[writer->input];
    if (column == NULL || column->type == PATCHBAY_ABSENT || !patchbay_guest_is_valid(column, row))
        return push_null(writer);
    if (is_variable(writer->type) || writer->type == PATCHBAY_WORD) {
        const patchbay_guest_text text = patchbay_guest_bytes(column, row);
        if (text.start == NULL) return push_null(writer);
        if (!(writer->type == PATCHBAY_WORD ? push_word : push_bytes)(writer, text.start, text.length)) push_null(writer);
        return;
    }
    if (column->type != writer->type) return push_null(writer);
    reserve(writer, writer->rows + 1);
    if (writer->type == PATCHBAY_BOOL) {
        const uint8_t *bits = patchbay_guest_at(column->values);
        set_bit(writer->values, writer->rows, bits[row >> 3] >> (row & 7) & 1);
    } else {
        ((uint64_t *)writer->values)[writer->rows] = ((const uint64_t *)patchbay_guest_at(column->values))[row];
    }
    push(writer, 1);
}

static void fill_up(patchbay_guest_output *output, patchbay_guest_writer *writer)
{
    while (writer->rows < output->rows)
        push_input(output, writer, output->origins == NULL ? 0 : output->origins[writer->rows]);
}

static patchbay_guest_writer *writer_named(patchbay_guest_output *output, const uint8_t *name, size_t length)
{
    const int32_t column = patchbay_guest_resolve_literal(&output->layout->names, name, length);
    if (column < 0) return NULL;
    patchbay_guest_writer *writer = &output->writers[column];
    if (!writer->is_touched) {
        writer->is_touched = 1;
        fill_up(output, writer);
    }
    /* The last value counts. */
    if (writer->is_set) {
        writer->rows--;
        if (!(writer->validity[writer->rows >> 3] >> (writer->rows & 7) & 1)) writer->nulls--;
    }
    writer->is_set = 1;
    reserve(writer, writer->rows + 1);
    return writer;
}

static void misfit(patchbay_guest_output *output, patchbay_guest_writer *writer)
{
    REFUSE(output, "a field was set to a value of another type than it was declared with");
    push_null(writer);
}

void patchbay_guest_set_integer(patchbay_guest_output *output, const uint8_t *name, size_t length, int64_t value)
{
    patchbay_guest_writer *writer = writer_named(output, name, length);
    if (writer == NULL) return;
    if (writer->type == PATCHBAY_FLOAT64) {
        ((double *)writer->values)[writer->rows] = (double)value;
    } else if (writer->type == PATCHBAY_INT64 || writer->type == PATCHBAY_TIMESTAMP) {
        ((int64_t *)writer->values)[writer->rows] = value;
    } else {
        return misfit(output, writer);
    }
    push(writer, 1);
}

void patchbay_guest_set_double(patchbay_guest_output *output, const uint8_t *name, size_t length, double value)
{
    patchbay_guest_writer *writer = writer_named(output, name, length);
    if (writer == NULL) return;
    if (writer->type != PATCHBAY_FLOAT64) return misfit(output, writer);
    ((double *)writer->values)[writer->rows] = value;
    push(writer, 1);
}

void patchbay_guest_set_bool(patchbay_guest_output *output, const uint8_t *name, size_t length, int value)
{
    patchbay_guest_writer *writer = writer_named(output, name, length);
    if (writer == NULL) return;
    if (writer->type != PATCHBAY_BOOL) return misfit(output, writer);
    set_bit(writer->values, writer->rows, value);
    push(writer, 1);
}

void patchbay_guest_set_bytes(
    patchbay_guest_output *output, const uint8_t *name, size_t length, const uint8_t *bytes, size_t size)
{
    patchbay_guest_writer *writer = writer_named(output, name, length);
    if (writer == NULL) return;
    if (writer->type == PATCHBAY_WORD) {
        if (!push_word(writer, bytes, size)) misfit(output, writer);
        return;
    }
    if (!is_variable(writer->type)) return misfit(output, writer);
    const size_t place = (size_t)(bytes - output->input);
    if (output->input != NULL && place <= output->input_size && size <= output->input_size - place
        && (writer->is_view || writer->data_count == 0) && (writer->is_view || writer->rows == writer->nulls)) {
        if (!writer->is_view) patchbay_free(writer->data);
        writer->is_view = 1;
        writer->data = (uint8_t *)(uintptr_t)output->input;
        writer->data_count = writer->data_capacity = output->input_size;
        return push_range(writer, place, place + size);
    }
    if (!push_bytes(writer, bytes, size)) {
        REFUSE(output, "the column would pass 2 GiB");
        push_null(writer);
    }
}

void patchbay_guest_set_null(patchbay_guest_output *output, const uint8_t *name, size_t length)
{
    patchbay_guest_writer *writer = writer_named(output, name, length);
    if (writer != NULL) push_null(writer);
}

void patchbay_guest_drop_record(patchbay_guest_output *output)
{
    for (size_t index = 0; index < output->layout->count; index++) {
        patchbay_guest_writer *writer = &output->writers[index];
        if (!writer->is_set) continue;
        writer->rows--;
        if (!(writer->validity[writer->rows >> 3] >> (writer->rows & 7) & 1)) writer->nulls--;
        writer->is_set = 0;
    }
    output->problem = NULL;
}

void patchbay_guest_end_record(patchbay_guest_output *output)
{
    if (output->problem != NULL) {
        const uint8_t *problem = output->problem;
        patchbay_guest_drop_record(output);
        output->problem = problem;
        return;
    }
    if (output->rows == output->origin_capacity) {
        output->origin_capacity += output->rows + 256;
        output->origins = patchbay_guest_grow(output->origins, output->rows * 4, output->origin_capacity * 4);
    }
    output->origins[output->rows++] = output->origin;
    for (size_t index = 0; index < output->layout->count; index++) {
        patchbay_guest_writer *writer = &output->writers[index];
        if (writer->is_touched && !writer->is_set) fill_up(output, writer);
        writer->is_set = 0;
    }
}

static void show(patchbay_column *column, const patchbay_guest_writer *writer, size_t rows)
{
    __builtin_memset(column, 0, sizeof *column);
    column->type = writer->type;
    column->count = rows;
    column->validity = writer->nulls == 0 ? 0 : (uintptr_t)writer->validity;
    column->values = (uintptr_t)writer->values;
    if (!is_variable(writer->type)) return;
    column->ends = (uintptr_t)writer->ends;
    column->data = (patchbay_bytes){(uintptr_t)writer->data, writer->data_count};
}

void patchbay_guest_finish_output(patchbay_guest_output *output)
{
    patchbay_call_frame *frame = output->instance->frame;
    int inherits = 0;
    for (size_t index = 0; index < output->layout->count; index++) {
        patchbay_guest_writer *writer = &output->writers[index];
        patchbay_column *column = &output->columns[index];
        const int32_t input = writer->input;
        const uint32_t type = input < 0 ? writer->type : output->instance->binding.columns[input].type;
        if (!writer->is_touched && input >= 0 && (type == writer->type || type == PATCHBAY_ABSENT)) {
            __builtin_memset(column, 0, sizeof *column);
            column->type = PATCHBAY_INHERITED;
            column->inherited = (uint32_t)input;
            column->count = output->rows;
            inherits = 1;
            continue;
        }
        fill_up(output, writer);
        reserve(writer, 1);
        show(column, writer, output->rows);
        if (writer->type != PATCHBAY_WORD) continue;
        if (writer->words == NULL) {
            push_null(writer);
            writer->rows--;
        }
        show(&output->words[index], writer->words, writer->words->rows);
        column->words = (uintptr_t)&output->words[index];
    }
    frame->result = (patchbay_batch){output->rows, {(uintptr_t)output->columns, output->layout->count}};
    if (inherits) frame->result_rows = (patchbay_list){(uintptr_t)output->origins, output->rows};
    frame->token = output->token;
}

patchbay_guest_output *patchbay_guest_begin_output(
    patchbay_guest_output **list, patchbay_guest_layout *layout, patchbay_guest_instance *instance)
{
    patchbay_guest_output *output = *list;
    while (output != NULL && output->is_used) output = output->next;
    if (output == NULL) {
        output = patchbay_guest_grow(NULL, 0, sizeof *output);
        __builtin_memset(output, 0, sizeof *output);
        output->token = *list == NULL ? 1 : (*list)->token + 1;
        output->next = *list;
        *list = output;
        output->writers = patchbay_guest_grow(NULL, 0, layout->count * sizeof *output->writers);
        __builtin_memset(output->writers, 0, layout->count * sizeof *output->writers);
        output->columns = patchbay_guest_grow(NULL, 0, layout->count * sizeof *output->columns);
        output->words = patchbay_guest_grow(NULL, 0, layout->count * sizeof *output->words);
    }
    output->layout = layout;
    output->instance = instance;
    output->is_used = 1;
    output->rows = output->origin = 0;
    output->limit = SIZE_MAX;
    output->is_dropped = 0;
    output->input = NULL;
    output->problem = NULL;
    for (size_t index = 0; index < layout->count; index++) {
        patchbay_guest_writer *writer = &output->writers[index];
        if (writer->is_view) {
            writer->data = NULL;
            writer->data_capacity = 0;
        }
        writer->type = layout->types[index];
        writer->input = layout->inputs[index];
        writer->is_touched = writer->is_set = writer->is_view = 0;
        writer->rows = writer->nulls = writer->data_count = 0;
        if (writer->words != NULL && writer->words->rows > 0) {
            writer->words->rows = writer->words->nulls = writer->words->data_count = 0;
            __builtin_memset(writer->table, 0xFF, writer->table_size * 4);
        }
    }
    return output;
}

void patchbay_guest_release_output(patchbay_guest_output *list, uint64_t token)
{
    for (; list != NULL; list = list->next)
        if (list->token == token) list->is_used = 0;
}

static void free_writer(patchbay_guest_writer *writer)
{
    patchbay_free(writer->validity);
    patchbay_free(writer->values);
    patchbay_free(writer->ends);
    if (!writer->is_view) patchbay_free(writer->data);
    patchbay_free(writer->table);
    if (writer->words != NULL) free_writer(writer->words);
    patchbay_free(writer->words);
}

void patchbay_guest_free_outputs(patchbay_guest_output *list)
{
    while (list != NULL) {
        patchbay_guest_output *next = list->next;
        for (size_t index = 0; index < list->layout->count; index++) free_writer(&list->writers[index]);
        patchbay_free(list->writers);
        patchbay_free(list->columns);
        patchbay_free(list->words);
        patchbay_free(list->origins);
        patchbay_free(list);
        list = next;
    }
}
