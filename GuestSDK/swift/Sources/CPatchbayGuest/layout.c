/* What the batches that a plugin makes look like. */
#include "patchbay_guest_output.h"

#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

static int same(const patchbay_bytes *left, const patchbay_bytes *right)
{
    return left->length == right->length
        && __builtin_memcmp(patchbay_guest_at(left->address), patchbay_guest_at(right->address), (size_t)left->length) == 0;
}

static int is_wanted(const patchbay_request *request, const patchbay_field *field)
{
    if (request == NULL || (request->flags & PATCHBAY_WANT_ALL && !(field->flags & PATCHBAY_FIELD_ON_DEMAND))) return 1;
    const patchbay_bytes *names = patchbay_guest_at(request->names.address);
    for (size_t index = 0; index < request->names.count; index++)
        if (same(&names[index], &field->name)) return 1;
    return 0;
}

void patchbay_guest_forget_layout(patchbay_guest_layout *layout)
{
    patchbay_guest_unbind(&layout->names);
    patchbay_free((void *)(uintptr_t)patchbay_guest_at(layout->schema.fields.address));
    patchbay_free(layout->types);
    patchbay_free(layout->inputs);
    patchbay_free(layout->wanted);
    __builtin_memset(layout, 0, sizeof *layout);
}

void patchbay_guest_lay_out(
    patchbay_guest_layout *layout, const patchbay_schema *input, uint32_t flags, const patchbay_field *declared,
    size_t count, const patchbay_request *request)
{
    patchbay_guest_forget_layout(layout);
    const size_t most = (input == NULL ? 0 : (size_t)input->fields.count) + count;
    patchbay_field *fields = patchbay_guest_grow(NULL, 0, (most + 1) * sizeof *fields);
    const patchbay_field *old = input == NULL ? NULL : patchbay_guest_at(input->fields.address);
    if (input != NULL) {
        layout->schema = *input;
        flags |= input->flags;
    }
    layout->schema.flags = flags;
    layout->types = patchbay_guest_grow(NULL, 0, (most + 3) * sizeof *layout->types);
    layout->inputs = patchbay_guest_grow(NULL, 0, (most + 3) * sizeof *layout->inputs);
    size_t column = 0, size = 0;
    const uint32_t had = input == NULL ? 0 : input->flags;
    const int32_t value = had & PATCHBAY_SCHEMA_KEY ? 1 : 0;
    if (flags & PATCHBAY_SCHEMA_KEY) {
        layout->types[column] = PATCHBAY_BINARY;
        layout->inputs[column++] = had & PATCHBAY_SCHEMA_KEY ? 0 : PATCHBAY_GUEST_NO_COLUMN;
    }
    layout->types[column] = PATCHBAY_BINARY;
    layout->inputs[column++] = input == NULL ? PATCHBAY_GUEST_NO_COLUMN : value;
    if (flags & PATCHBAY_SCHEMA_TIME) {
        layout->types[column] = PATCHBAY_TIMESTAMP;
        layout->inputs[column++] = had & PATCHBAY_SCHEMA_TIME ? value + 1 : PATCHBAY_GUEST_NO_COLUMN;
    }
    const int32_t first = value + (had & PATCHBAY_SCHEMA_TIME ? 2 : 1);
    for (size_t index = 0; index < (input == NULL ? 0 : input->fields.count); index++, size++) {
        fields[size] = old[index];
        layout->inputs[column + size] = first + (int32_t)index;
        for (size_t other = 0; other < count; other++)
            if (same(&declared[other].name, &old[index].name)) fields[size] = declared[other];
        layout->types[column + size] = fields[size].type;
    }
    const size_t inherited = size;
    for (size_t index = 0; index < count; index++) {
        int is_new = is_wanted(request, &declared[index]);
        for (size_t other = 0; other < inherited; other++)
            if (same(&declared[index].name, &fields[other].name)) is_new = 0;
        if (!is_new) continue;
        fields[size] = declared[index];
        layout->inputs[column + size] = PATCHBAY_GUEST_NO_COLUMN;
        layout->types[column + size] = declared[index].type;
        size++;
    }
    layout->count = column + size;
    layout->schema.fields = (patchbay_list){(uintptr_t)fields, size};
    patchbay_guest_bind(&layout->names, &layout->schema);
    /* Writing goes to columns only. */
    layout->names.rest = PATCHBAY_GUEST_NO_COLUMN;
}

void patchbay_guest_add_inputs(
    patchbay_call_frame *frame, patchbay_guest_layout *layout, const patchbay_field *declared, size_t count)
{
    const patchbay_schema *input = patchbay_guest_schema(frame);
    if (input == NULL || count == 0 || frame->wanted.flags & PATCHBAY_WANT_ALL) return;
    const size_t reads = (size_t)frame->wanted.names.count;
    layout->wanted = patchbay_guest_grow(NULL, 0, (reads + count) * sizeof *layout->wanted);
    size_t size = reads;
    if (reads > 0) __builtin_memcpy(layout->wanted, patchbay_guest_at(frame->wanted.names.address), reads * 16);
    const patchbay_field *fields = patchbay_guest_at(input->fields.address);
    for (size_t index = 0; index < count; index++)
        for (size_t other = 0; other < input->fields.count; other++)
            if (same(&declared[index].name, &fields[other].name)) layout->wanted[size++] = declared[index].name;
    frame->wanted.names = (patchbay_list){(uintptr_t)layout->wanted, size};
}

#pragma clang attribute pop
