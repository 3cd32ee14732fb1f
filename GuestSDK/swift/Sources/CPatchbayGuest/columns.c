/* Values of columns, where reading them takes more than a load. */
#include "patchbay_guest.h"

patchbay_guest_text patchbay_guest_bytes(const patchbay_column *column, uint32_t row)
{
    const patchbay_guest_text none = {NULL, 0};
    if (column == NULL || !patchbay_guest_is_valid(column, row)) return none;
    if (column->type == PATCHBAY_WORD) {
        row = ((const uint32_t *)patchbay_guest_at(column->values))[row];
        column = (const patchbay_column *)patchbay_guest_at(column->words);
    } else if (column->type != PATCHBAY_UTF8 && column->type != PATCHBAY_BINARY && column->type != PATCHBAY_JSON) {
        return none;
    }
    return patchbay_guest_range(column, row);
}

int patchbay_guest_equals(const patchbay_column *column, uint32_t row, const uint8_t *text, size_t length)
{
    if (column == NULL || !patchbay_guest_is_valid(column, row)) return 0;
    const uint32_t type = column->type;
    if (type == PATCHBAY_WORD) {
        row = ((const uint32_t *)patchbay_guest_at(column->values))[row];
        column = (const patchbay_column *)patchbay_guest_at(column->words);
    } else if (!(1u << type & (1u << PATCHBAY_UTF8 | 1u << PATCHBAY_BINARY | 1u << PATCHBAY_JSON))) {
        return 0;
    }
    const uint32_t start = ((const uint32_t *)patchbay_guest_at(column->values))[row];
    const size_t size = ((const uint32_t *)patchbay_guest_at(column->ends))[row] - start;
    const uint8_t *found = patchbay_guest_at(column->data.address + start);
    return patchbay_guest_text_equals(found, size, text, length, type == PATCHBAY_JSON);
}

/* From a row of a map to its entry under a key; the last one when there are several. */
static patchbay_guest_cell entry(const patchbay_column *map, uint32_t row, const uint8_t *key, size_t length)
{
    patchbay_guest_cell cell = {NULL, 0};
    const patchbay_column *keys = patchbay_guest_at(map->words);
    if (keys == NULL || !patchbay_guest_is_valid(map, row)) return cell;
    const uint32_t first = ((const uint32_t *)patchbay_guest_at(map->values))[row];
    row = ((const uint32_t *)patchbay_guest_at(map->ends))[row];
    while (row-- > first) {
        const patchbay_guest_text name = patchbay_guest_range(keys, row);
        if (name.length == length && __builtin_memcmp(name.start, key, length) == 0)
            return (patchbay_guest_cell){keys + 1, row};
    }
    return cell;
}

patchbay_guest_cell patchbay_guest_cell_at(
    const patchbay_guest_binding *binding, int32_t column, uint32_t row, const uint8_t *name, size_t length)
{
    if (column == PATCHBAY_GUEST_IN_REST) return entry(&binding->columns[binding->rest], row, name, length);
    return (patchbay_guest_cell){column < 0 ? NULL : &binding->columns[column], row};
}

patchbay_guest_cell patchbay_guest_cell_named(
    patchbay_guest_binding *binding, uint32_t row, const uint8_t *name, size_t length)
{
    return patchbay_guest_cell_at(
        binding, patchbay_guest_resolve_literal(binding, name, length), row, name, length);
}
