/* Reading the columns that the host wrote. Inline, so that the loop over the rows of a batch holds it all. */
#ifndef PATCHBAY_GUEST_COLUMNS_H
#define PATCHBAY_GUEST_COLUMNS_H

#include "patchbay_guest_binding.h"
#include "patchbay_plugin.h"

#include <stddef.h>
#include <stdint.h>

/* One value: a row of a column; column NULL for none. */
typedef struct patchbay_guest_cell {
    const patchbay_column *column;
    uint32_t row;
} patchbay_guest_cell;

/* Bytes of a value; start NULL where there is none. */
typedef struct patchbay_guest_text {
    const uint8_t *start;
    size_t length;
} patchbay_guest_text;

static inline const void *patchbay_guest_at(patchbay_address address) { return (const void *)(uintptr_t)address; }

static inline int patchbay_guest_is_valid(const patchbay_column *column, uint32_t row)
{
    const uint8_t *bits = (const uint8_t *)patchbay_guest_at(column->validity);
    return bits == NULL || (bits[row >> 3] >> (row & 7) & 1);
}

/* The bytes of a row of a variable column. */
static inline patchbay_guest_text patchbay_guest_range(const patchbay_column *column, uint32_t row)
{
    uint32_t start = ((const uint32_t *)patchbay_guest_at(column->values))[row];
    uint32_t end = ((const uint32_t *)patchbay_guest_at(column->ends))[row];
    patchbay_guest_text text = {(const uint8_t *)(uintptr_t)(column->data.address + start), end - start};
    /* Empty values need no data. */
    if (text.start == NULL) text.start = (const uint8_t *)column;
    return text;
}

/* The bytes of text, bytes, words and JSON; none for values of other types and where there is no value. */
patchbay_guest_text patchbay_guest_bytes(const patchbay_column *column, uint32_t row);

/* The value of a row in a column; `name` is looked up when the column is IN_REST. */
patchbay_guest_cell patchbay_guest_cell_at(
    const patchbay_guest_binding *binding, int32_t column, uint32_t row, const uint8_t *name, size_t length);

/* The value of a row in the column that a literal names. */
patchbay_guest_cell patchbay_guest_cell_named(
    patchbay_guest_binding *binding, uint32_t row, const uint8_t *name, size_t length);

/* Whether both hold the same bytes. With a constant length nothing is left but a few loads. */
static inline int patchbay_guest_same(const uint8_t *left, const uint8_t *right, size_t length)
{
    if (length >= 8) {
        uint64_t a, b;
        size_t place = 0;
        for (; place + 8 < length; place += 8) {
            __builtin_memcpy(&a, left + place, 8);
            __builtin_memcpy(&b, right + place, 8);
            if (a != b) return 0;
        }
        __builtin_memcpy(&a, left + length - 8, 8);
        __builtin_memcpy(&b, right + length - 8, 8);
        return a == b;
    }
    if (length >= 4) {
        uint32_t a, b, c, d;
        __builtin_memcpy(&a, left, 4);
        __builtin_memcpy(&b, right, 4);
        __builtin_memcpy(&c, left + length - 4, 4);
        __builtin_memcpy(&d, right + length - 4, 4);
        return a == b && c == d;
    }
    if (length >= 2) {
        uint16_t a, b;
        __builtin_memcpy(&a, left, 2);
        __builtin_memcpy(&b, right, 2);
        return a == b && left[length - 1] == right[length - 1];
    }
    return length == 0 || *left == *right;
}

/* Whether a value is text that equals `text`; JSON strings count as what they stand for. */
int patchbay_guest_equals(const patchbay_column *column, uint32_t row, const uint8_t *text, size_t length);

#endif
