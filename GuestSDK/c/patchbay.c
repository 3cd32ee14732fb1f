/* See patchbay.h. One file, so that a plugin is built with one command; what a plugin does not use is left out of it. */
#include "patchbay.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/* ------------------------------------------------------------------------------------------------ memory */

#ifdef __wasm__

/* What the compiler may call. `-mbulk-memory` makes most of them single instructions. */
void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
int memcmp(const void *left, const void *right, size_t count);
size_t strlen(const char *text);

__attribute__((weak)) void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    return __builtin_memcpy(to, from, count);
}
__attribute__((weak)) void *memmove(void *to, const void *from, size_t count) {
    return __builtin_memmove(to, from, count);
}
__attribute__((weak)) void *memset(void *to, int value, size_t count) {
    return __builtin_memset(to, value, count);
}
__attribute__((weak, no_builtin)) int memcmp(const void *left, const void *right, size_t count) {
    const uint8_t *a = left, *b = right;
    for (size_t index = 0; index < count; index++) {
        if (a[index] != b[index]) return a[index] < b[index] ? -1 : 1;
    }
    return 0;
}
__attribute__((weak, no_builtin)) size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

/* Blocks of 62 sizes, four to a power of two; each has a list of those that are free. A header of 16 bytes holds the
 * size's number, so that freeing costs a few instructions and waste stays under a quarter. */
extern uint8_t __heap_base;
typedef struct block {
    uint32_t number;
    struct block *next;
    uint64_t padding;
} block;
static block *free_blocks[128];
static uintptr_t heap_next, heap_end;

static uint32_t size_number(uint32_t size) {
    if (size <= 64) return (size + 15) / 16;
    uint32_t shift = 29 - (uint32_t)__builtin_clz(size - 1);
    return 4 * (shift - 3) + ((size - 1) >> shift) - 3;
}
static uint64_t number_size(uint32_t number) {
    if (number <= 4) return 16u * number;
    uint32_t shift = (number - 1) / 4 + 3;
    return (uint64_t)((number - 1) % 4 + 5) << shift;
}

__attribute__((export_name("patchbay_allocate"))) void *patchbay_allocate(uint32_t size) {
    if (size > 0xE0000000u) return NULL;
    uint32_t number = size_number(size ? size : 1);
    block *found = free_blocks[number];
    if (found) {
        free_blocks[number] = found->next;
        return found + 1;
    }
    if (!heap_next) {
        heap_next = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
        heap_end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    }
    uint64_t bytes = number_size(number) + sizeof(block);
    if (bytes > heap_end - heap_next) {
        uint64_t pages = (bytes - (heap_end - heap_next) + 0xFFFF) >> 16;
        if (pages + (heap_end >> 16) > 0xFFFF || __builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
        heap_end += (uintptr_t)pages << 16;
    }
    found = (block *)heap_next;
    heap_next += (uintptr_t)bytes;
    found->number = number;
    return found + 1;
}

__attribute__((export_name("patchbay_free"))) void patchbay_free(void *address) {
    if (!address) return;
    block *freed = (block *)address - 1;
    freed->next = free_blocks[freed->number];
    free_blocks[freed->number] = freed;
}

#else

#include <stdlib.h>
#include <string.h>

void *PATCHBAY_EXPORT(patchbay_allocate)(uint32_t size) {
    return malloc(size ? size : 1);
}
void PATCHBAY_EXPORT(patchbay_free)(void *address) {
    free(address);
}

#endif

void *patchbay_new(size_t size) {
    void *memory = size <= UINT32_MAX ? patchbay_allocate((uint32_t)size) : NULL;
    if (!memory) __builtin_trap();
    return memset(memory, 0, size);
}

void *patchbay_resize(void *memory, size_t old, size_t size) {
    void *grown = patchbay_new(size);
    if (memory) memcpy(grown, memory, old < size ? old : size);
    patchbay_free(memory);
    return grown;
}

/* Memory of one call: blocks in a list, freed when the next call begins. */
typedef struct scratch_block {
    struct scratch_block *next;
    size_t used, size;
    uint64_t padding;
} scratch_block;
static _Thread_local scratch_block *scratch;

void *patchbay_scratch(size_t size) {
    size = (size + 15) & ~(size_t)15;
    if (!scratch || scratch->size - scratch->used < size) {
        size_t capacity = size > 4000 ? size : 4000;
        scratch_block *added = patchbay_new(sizeof(scratch_block) + capacity);
        added->next = scratch;
        added->size = capacity;
        scratch = added;
    }
    void *memory = (uint8_t *)(scratch + 1) + scratch->used;
    scratch->used += size;
    return memory;
}

static void empty_scratch(void) {
    while (scratch) {
        scratch_block *next = scratch->next;
        patchbay_free(scratch);
        scratch = next;
    }
}

/* An array that grows; what is in it stays until the next call, its memory until the instance goes. */
typedef struct growing {
    void *memory;
    size_t capacity; /* bytes */
} growing;

static void *reserve(growing *array, size_t bytes) {
    if (bytes > array->capacity) {
        size_t capacity = array->capacity * 2 > bytes ? array->capacity * 2 : bytes;
        capacity = (capacity + 63) & ~(size_t)63;
        array->memory = patchbay_resize(array->memory, array->capacity, capacity);
        array->capacity = capacity;
    }
    return array->memory;
}

static void *pointer(patchbay_address address) {
    return (void *)(uintptr_t)address;
}
static patchbay_address address(const void *memory) {
    return (patchbay_address)(uintptr_t)memory;
}

/* ------------------------------------------------------------------------------------------------ text */

static patchbay_string string(const char *text) {
    return (patchbay_string){ text, text ? strlen(text) : 0 };
}
static patchbay_string from_bytes(patchbay_bytes bytes) {
    return (patchbay_string){ bytes.address ? pointer(bytes.address) : "", (size_t)bytes.length };
}
static patchbay_bytes to_bytes(patchbay_string text) {
    return (patchbay_bytes){ address(text.bytes), text.length };
}

bool patchbay_same(patchbay_string left, patchbay_string right) {
    return left.bytes && right.bytes && left.length == right.length && !memcmp(left.bytes, right.bytes, left.length);
}
bool patchbay_equals(patchbay_string value, const char *text) {
    return patchbay_same(value, string(text));
}
bool patchbay_contains(patchbay_strings strings, patchbay_string value) {
    for (size_t index = 0; index < strings.count; index++) {
        if (patchbay_same(strings.items[index], value)) return true;
    }
    return false;
}

size_t patchbay_find(const void *bytes, size_t length, uint8_t byte) {
    const uint8_t *at = bytes;
    size_t index = 0;
#ifdef __wasm_simd128__
    v128_t sought = wasm_u8x16_splat(byte);
    for (; length - index >= 16; index += 16) {
        uint32_t hits = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at + index), sought));
        if (hits) return index + (size_t)__builtin_ctz(hits);
    }
#endif
    while (index < length && at[index] != byte) index++;
    return index;
}

/* `parts` one after the other, in scratch memory. */
static patchbay_string join(const patchbay_string *parts, size_t count) {
    size_t length = 0;
    for (size_t index = 0; index < count; index++) length += parts[index].length;
    char *text = patchbay_scratch(length + 1);
    size_t at = 0;
    for (size_t index = 0; index < count; index++) {
        memcpy(text + at, parts[index].bytes, parts[index].length);
        at += parts[index].length;
    }
    return (patchbay_string){ text, length };
}
#define JOIN(...) join((patchbay_string[]){ __VA_ARGS__ }, sizeof((patchbay_string[]){ __VA_ARGS__ }) / sizeof(patchbay_string))

static void skip_blanks(patchbay_string *json) {
    while (json->length && (*json->bytes == ' ' || *json->bytes == '\n' || *json->bytes == '\t' || *json->bytes == '\r')) {
        json->bytes++;
        json->length--;
    }
}

static bool hexadecimal(const char *digits, uint32_t *value) {
    *value = 0;
    for (int index = 0; index < 4; index++) {
        char digit = digits[index];
        uint32_t four = digit >= '0' && digit <= '9' ? (uint32_t)(digit - '0')
            : (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (uint32_t)((digit | 32) - 'a') + 10
                                                         : 16;
        if (four > 15) return false;
        *value = *value << 4 | four;
    }
    return true;
}

static size_t put_scalar(char *to, uint32_t scalar) {
    if (scalar < 0x80) {
        to[0] = (char)scalar;
        return 1;
    }
    size_t count = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
    for (size_t index = count - 1; index > 0; index--) {
        to[index] = (char)(0x80 | (scalar & 0x3F));
        scalar >>= 6;
    }
    to[0] = (char)((0xF00u >> count) | scalar);
    return count;
}

/* What the escapes of a JSON string stand for; a lone surrogate becomes U+FFFD. bytes NULL when they are malformed. */
static patchbay_string unescape(patchbay_string inside) {
    char *to = patchbay_scratch(inside.length + 1);
    size_t length = 0, at = 0;
    while (at < inside.length) {
        char byte = inside.bytes[at++];
        if (byte != '\\') {
            to[length++] = byte;
            continue;
        }
        if (at == inside.length) return (patchbay_string){ NULL, 0 };
        byte = inside.bytes[at++];
        switch (byte) {
        case '"': case '\\': case '/': to[length++] = byte; break;
        case 'b': to[length++] = '\b'; break;
        case 'f': to[length++] = '\f'; break;
        case 'n': to[length++] = '\n'; break;
        case 'r': to[length++] = '\r'; break;
        case 't': to[length++] = '\t'; break;
        case 'u': {
            uint32_t scalar, low;
            if (inside.length - at < 4 || !hexadecimal(inside.bytes + at, &scalar)) return (patchbay_string){ NULL, 0 };
            at += 4;
            if (scalar >> 10 == 0x36 && inside.length - at >= 6 && inside.bytes[at] == '\\'
                && inside.bytes[at + 1] == 'u' && hexadecimal(inside.bytes + at + 2, &low) && low >> 10 == 0x37) {
                scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
                at += 6;
            } else if (scalar >> 11 == 0x1B) {
                scalar = 0xFFFD;
            }
            length += put_scalar(to + length, scalar);
            break;
        }
        default: return (patchbay_string){ NULL, 0 };
        }
    }
    return (patchbay_string){ to, length };
}

/* Takes a JSON string off the front. */
static bool take_json_string(patchbay_string *json, patchbay_string *text) {
    if (!json->length || *json->bytes != '"') return false;
    size_t end = 1;
    bool has_escapes = false;
    while (end < json->length && json->bytes[end] != '"') {
        if (json->bytes[end] == '\\') {
            has_escapes = true;
            end++;
        }
        end++;
    }
    if (end >= json->length) return false;
    *text = (patchbay_string){ json->bytes + 1, end - 1 };
    if (has_escapes) *text = unescape(*text);
    if (!text->bytes) return false;
    json->bytes += end + 1;
    json->length -= end + 1;
    return true;
}

bool patchbay_next_text(patchbay_string *json, patchbay_string *text) {
    skip_blanks(json);
    if (!json->length || (*json->bytes != '[' && *json->bytes != ',')) return false;
    json->bytes++;
    json->length--;
    skip_blanks(json);
    if (!take_json_string(json, text)) return false;
    skip_blanks(json);
    return true;
}

/* The number at the front of JSON text; how many bytes it has, 0 for none. */
static size_t json_number(patchbay_string json, double *number, int64_t *integer, bool *is_integer) {
    static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
        1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    size_t at = 0, digits = 0;
    bool negative = json.length && *json.bytes == '-';
    if (negative) at++;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    bool fits = true, whole = true, fraction = false;
    for (; at < json.length; at++) {
        char byte = json.bytes[at];
        if (byte == '.' && !fraction && digits) {
            fraction = true;
            whole = false;
            continue;
        }
        if (byte < '0' || byte > '9') break;
        digits++;
        if (fits && mantissa <= (UINT64_MAX - 9) / 10) {
            mantissa = mantissa * 10 + (uint64_t)(byte - '0');
            if (fraction) exponent--;
        } else {
            fits = false;
            if (!fraction) exponent++;
        }
    }
    if (!digits) return 0;
    if (at < json.length && (json.bytes[at] | 32) == 'e') {
        size_t next = at + 1;
        bool down = next < json.length && json.bytes[next] == '-';
        if (next < json.length && (json.bytes[next] == '-' || json.bytes[next] == '+')) next++;
        int64_t power = 0;
        for (at = next; at < json.length && json.bytes[at] >= '0' && json.bytes[at] <= '9'; at++) {
            if (power < 100000) power = power * 10 + (json.bytes[at] - '0');
        }
        exponent += down ? -power : power;
        whole = false;
    }
    double value = (double)mantissa;
    for (; exponent > 0 && value != 0 && value < 1e308 * 10; exponent -= exponent > 22 ? 22 : exponent) {
        value *= powers[exponent > 22 ? 22 : exponent];
    }
    for (; exponent < 0 && value != 0; exponent += exponent < -22 ? 22 : -exponent) {
        value /= powers[exponent < -22 ? 22 : -exponent];
    }
    *number = negative ? -value : value;
    *is_integer = whole && fits && mantissa <= (uint64_t)INT64_MAX + negative;
    if (*is_integer) *integer = negative ? (int64_t)(0 - mantissa) : (int64_t)mantissa;
    return at;
}

/* ------------------------------------------------------------------------------------------------ instances */

enum kind { KIND_TEXT, KIND_BYTES, KIND_INT64, KIND_FLOAT64, KIND_BOOL };
enum place { PLACE_KEY, PLACE_VALUE, PLACE_TIME, PLACE_FIELD };

typedef struct input_column {
    enum place place;
    enum kind kind;
    patchbay_string name;
    uint64_t position; /* among the columns of a batch */
    const patchbay_column *column; /* of the batch at hand; NULL when it is absent */
} input_column;

typedef struct output_column {
    enum place place;
    uint32_t type;
    patchbay_string name, summary;
    bool is_made;
    uint64_t position; /* among the columns of a result */
    growing values, ends, data, validity;
    size_t length; /* of the data */
    uint64_t written; /* rows, with the one in progress */
    bool has_nulls;
} output_column;

struct patchbay_rows {
    output_column *columns;
    uint32_t count;
    uint64_t done; /* rows */
    uint64_t limit;
    growing starts, ends; /* views of the input, for parsers */
    bool is_counting; /* BOUNDARY: nothing is made */
};

typedef struct kept_block {
    struct kept_block *next;
    uint64_t padding;
} kept_block;

typedef struct patchbay_instance {
    const patchbay_definition *definition;
    void *state;
    kept_block *kept;
    input_column *inputs;
    uint32_t input_count;
    patchbay_rows rows;
    patchbay_string suffix;
    bool is_bound;
    uint64_t column_count; /* of a result */
    growing origins; /* per column of a result: the input column it inherits, or -1 */
    growing bitmap, result_rows, errors, regions, columns;
    uint64_t error_count, region_count;
} patchbay_instance;

struct patchbay_setup {
    patchbay_instance *instance;
    patchbay_list options;
    int32_t status;
    patchbay_string message;
};

/* Memory that lives as long as the instance. */
static void *keep_memory(patchbay_instance *instance, size_t size) {
    kept_block *added = patchbay_new(sizeof(kept_block) + size);
    added->next = instance->kept;
    instance->kept = added;
    return added + 1;
}

static patchbay_string keep_string(patchbay_instance *instance, patchbay_string text) {
    char *copy = keep_memory(instance, text.length + 1);
    memcpy(copy, text.bytes, text.length);
    return (patchbay_string){ copy, text.length };
}

static int32_t fail(patchbay_call_frame *frame, int32_t status, patchbay_string message) {
    frame->message = to_bytes(message);
    return status;
}

/* ------------------------------------------------------------------------------------------------ options */

static void refuse(patchbay_setup *setup, patchbay_string message) {
    if (setup->status) return;
    setup->status = PATCHBAY_BAD_OPTIONS;
    setup->message = message;
}
void patchbay_refuse(patchbay_setup *setup, const char *message) {
    refuse(setup, string(message));
}

static const patchbay_option *look_up(const patchbay_setup *setup, const char *name) {
    const patchbay_option *options = pointer(setup->options.address);
    for (uint64_t index = 0; index < setup->options.count; index++) {
        if (options[index].kind != PATCHBAY_OPTION_NULL && patchbay_equals(from_bytes(options[index].name), name)) {
            return &options[index];
        }
    }
    return NULL;
}
bool patchbay_has_option(const patchbay_setup *setup, const char *name) {
    return look_up(setup, name) != NULL;
}

static const patchbay_option *option(patchbay_setup *setup, const char *name, uint32_t kinds, const char *what) {
    const patchbay_option *found = look_up(setup, name);
    if (!found) {
        refuse(setup, JOIN(string("the option '"), string(name), string("' is missing")));
        return NULL;
    }
    if (kinds >> found->kind & 1) return found;
    refuse(setup, JOIN(string("the option '"), string(name), string("' is not "), string(what)));
    return NULL;
}

patchbay_string patchbay_option_text(patchbay_setup *setup, const char *name) {
    const patchbay_option *found = option(setup, name, 1u << PATCHBAY_OPTION_TEXT, "text");
    return found ? keep_string(setup->instance, from_bytes(found->text)) : string("");
}
patchbay_string patchbay_option_json(patchbay_setup *setup, const char *name) {
    const patchbay_option *found = option(setup, name, ~0u, "JSON");
    return found ? keep_string(setup->instance, from_bytes(found->text)) : string("null");
}
int64_t patchbay_option_integer(patchbay_setup *setup, const char *name) {
    const patchbay_option *found = option(setup, name, 1u << PATCHBAY_OPTION_INTEGER, "a whole number");
    return found ? found->integer : 0;
}
double patchbay_option_number(patchbay_setup *setup, const char *name) {
    const patchbay_option *found
        = option(setup, name, 1u << PATCHBAY_OPTION_INTEGER | 1u << PATCHBAY_OPTION_NUMBER, "a number");
    if (!found) return 0;
    return found->kind == PATCHBAY_OPTION_INTEGER ? (double)found->integer : found->number;
}
bool patchbay_option_bool(patchbay_setup *setup, const char *name) {
    const patchbay_option *found = option(setup, name, 1u << PATCHBAY_OPTION_BOOL, "true or false");
    return found && found->integer;
}

patchbay_strings patchbay_option_texts(patchbay_setup *setup, const char *name) {
    const char *what = "a list of texts";
    const patchbay_option *found = option(setup, name, 1u << PATCHBAY_OPTION_JSON, what);
    if (!found) return (patchbay_strings){ NULL, 0 };
    patchbay_string rest = from_bytes(found->text), text;
    size_t count = 0;
    while (patchbay_next_text(&rest, &text)) count++;
    /* "[]" has no text, and what follows the last one can only be the end. */
    patchbay_string all = from_bytes(found->text);
    skip_blanks(&all);
    if (!all.length || *all.bytes != '[' || !rest.length || *rest.bytes != ']') {
        refuse(setup, JOIN(string("the option '"), string(name), string("' is not "), string(what)));
        return (patchbay_strings){ NULL, 0 };
    }
    patchbay_string *items = keep_memory(setup->instance, count * sizeof(patchbay_string));
    rest = from_bytes(found->text);
    for (size_t index = 0; index < count && patchbay_next_text(&rest, &text); index++) {
        items[index] = keep_string(setup->instance, text);
    }
    return (patchbay_strings){ items, count };
}

/* ------------------------------------------------------------------------------------------------ columns by name */

static patchbay_input read_column(patchbay_setup *setup, enum place place, enum kind kind, const char *name) {
    patchbay_instance *instance = setup->instance;
    size_t size = instance->input_count * sizeof(input_column);
    instance->inputs = patchbay_resize(instance->inputs, size, size + sizeof(input_column));
    instance->inputs[instance->input_count] = (input_column){ .place = place, .kind = kind, .name = string(name) };
    return instance->input_count++;
}
patchbay_input patchbay_read_value(patchbay_setup *setup) {
    return read_column(setup, PLACE_VALUE, KIND_BYTES, "value");
}
patchbay_input patchbay_read_key(patchbay_setup *setup) {
    return read_column(setup, PLACE_KEY, KIND_BYTES, "key");
}
patchbay_input patchbay_read_time(patchbay_setup *setup) {
    return read_column(setup, PLACE_TIME, KIND_INT64, "time");
}
patchbay_input patchbay_read_text(patchbay_setup *setup, const char *field) {
    return read_column(setup, PLACE_FIELD, KIND_TEXT, field);
}
patchbay_input patchbay_read_bytes(patchbay_setup *setup, const char *field) {
    return read_column(setup, PLACE_FIELD, KIND_BYTES, field);
}
patchbay_input patchbay_read_int64(patchbay_setup *setup, const char *field) {
    return read_column(setup, PLACE_FIELD, KIND_INT64, field);
}
patchbay_input patchbay_read_float64(patchbay_setup *setup, const char *field) {
    return read_column(setup, PLACE_FIELD, KIND_FLOAT64, field);
}
patchbay_input patchbay_read_bool(patchbay_setup *setup, const char *field) {
    return read_column(setup, PLACE_FIELD, KIND_BOOL, field);
}

static patchbay_output make_column(
    patchbay_setup *setup, enum place place, uint32_t type, const char *name, const char *summary) {
    patchbay_rows *rows = &setup->instance->rows;
    size_t size = rows->count * sizeof(output_column);
    rows->columns = patchbay_resize(rows->columns, size, size + sizeof(output_column));
    rows->columns[rows->count]
        = (output_column){ .place = place, .type = type, .name = string(name), .summary = string(summary) };
    return rows->count++;
}
patchbay_output patchbay_make_value(patchbay_setup *setup) {
    return make_column(setup, PLACE_VALUE, PATCHBAY_BINARY, "value", "");
}
patchbay_output patchbay_make_key(patchbay_setup *setup) {
    return make_column(setup, PLACE_KEY, PATCHBAY_BINARY, "key", "");
}
patchbay_output patchbay_make_time(patchbay_setup *setup) {
    return make_column(setup, PLACE_TIME, PATCHBAY_TIMESTAMP, "time", "");
}
patchbay_output patchbay_make_field(
    patchbay_setup *setup, const char *name, patchbay_type type, const char *summary) {
    bool can_be_made = type == PATCHBAY_INT64 || type == PATCHBAY_FLOAT64 || type == PATCHBAY_BOOL || type == PATCHBAY_UTF8
        || type == PATCHBAY_BINARY || type == PATCHBAY_TIMESTAMP || type == PATCHBAY_JSON;
    if (!can_be_made) refuse(setup, JOIN(string("the field '"), string(name), string("' can not have this type")));
    return make_column(setup, PLACE_FIELD, type, name, summary);
}
void patchbay_record_suffix(patchbay_setup *setup, const char *suffix) {
    setup->instance->suffix = string(suffix);
}

/* Where the fields begin in a batch of this schema, and where key, value and time are. */
static uint64_t field_start(uint32_t flags) {
    return (flags & PATCHBAY_SCHEMA_KEY ? 1 : 0) + 1 + (flags & PATCHBAY_SCHEMA_TIME ? 1 : 0);
}
static uint64_t well_known(uint32_t flags, enum place place) {
    uint64_t value = flags & PATCHBAY_SCHEMA_KEY ? 1 : 0;
    return place == PLACE_KEY ? 0 : place == PLACE_VALUE ? value : value + 1;
}

static bool fits(uint32_t type, enum kind kind) {
    switch (kind) {
    case KIND_TEXT: return type == PATCHBAY_UTF8 || type == PATCHBAY_WORD || type == PATCHBAY_JSON;
    case KIND_BYTES:
        return type == PATCHBAY_UTF8 || type == PATCHBAY_WORD || type == PATCHBAY_JSON || type == PATCHBAY_BINARY;
    case KIND_INT64: return type == PATCHBAY_INT64 || type == PATCHBAY_TIMESTAMP || type == PATCHBAY_JSON;
    case KIND_FLOAT64: return type == PATCHBAY_FLOAT64 || type == PATCHBAY_INT64 || type == PATCHBAY_JSON;
    case KIND_BOOL: return type == PATCHBAY_BOOL || type == PATCHBAY_JSON;
    }
    return false;
}

static const char *type_name(uint32_t type) {
    static const char *const names[] = { "absent", "int64", "float64", "bool", "utf8", "binary", "word", "timestamp",
        "json", "map", "json_map" };
    return type <= PATCHBAY_JSON_MAP ? names[type] : "of unknown type";
}
static const char *kind_name(enum kind kind) {
    static const char *const names[] = { "text", "bytes", "a whole number", "a number", "true or false" };
    return names[kind];
}

/* Looks the inputs up in the schema that will arrive. DESCRIBE changes nothing: batches still come as they were bound. */
static int32_t look_up_inputs(patchbay_instance *instance, patchbay_call_frame *frame, bool binds) {
    const patchbay_schema *schema = pointer(frame->input_schema);
    /* Hosts ask what is read before they know what there is. */
    if (!schema) return binds ? fail(frame, PATCHBAY_BAD_SCHEMA, string("there is no input schema")) : PATCHBAY_OK;
    const patchbay_field *fields = pointer(schema->fields.address);
    for (uint32_t index = 0; index < instance->input_count; index++) {
        input_column *input = &instance->inputs[index];
        uint64_t position = 0;
        if (input->place == PLACE_FIELD) {
            while (position < schema->fields.count && !patchbay_same(from_bytes(fields[position].name), input->name)) {
                position++;
            }
            if (position == schema->fields.count) {
                /* Any name may be asked for; it is there when batches come. */
                if (!binds && schema->flags & PATCHBAY_SCHEMA_OPEN) continue;
                return fail(
                    frame, PATCHBAY_BAD_SCHEMA, JOIN(string("there is no field '"), input->name, string("'")));
            }
            if (!fits(fields[position].type, input->kind)) {
                return fail(
                    frame, PATCHBAY_BAD_SCHEMA,
                    JOIN(string("the field '"), input->name, string("' is "),
                        string(type_name(fields[position].type)), string(", not "), string(kind_name(input->kind))));
            }
            position += field_start(schema->flags);
        } else {
            bool is_there = input->place == PLACE_VALUE
                || schema->flags & (input->place == PLACE_KEY ? PATCHBAY_SCHEMA_KEY : PATCHBAY_SCHEMA_TIME);
            if (!is_there) {
                return fail(
                    frame, PATCHBAY_BAD_SCHEMA, JOIN(string("the records have no "), input->name));
            }
            position = well_known(schema->flags, input->place);
        }
        if (binds) input->position = position;
    }
    return PATCHBAY_OK;
}

static uint32_t want_flag(enum place place) {
    return place == PLACE_KEY ? PATCHBAY_WANT_KEY
        : place == PLACE_VALUE ? PATCHBAY_WANT_VALUE
        : place == PLACE_TIME  ? PATCHBAY_WANT_TIME
                               : 0;
}

static const output_column *maker(const patchbay_instance *instance, enum place place, patchbay_string name) {
    for (uint32_t index = 0; index < instance->rows.count; index++) {
        const output_column *column = &instance->rows.columns[index];
        if (column->place == place && (place != PLACE_FIELD || patchbay_same(column->name, name))) return column;
    }
    return NULL;
}

/* What is read here, and for transforms what is read behind and inherited. */
static void ask(const patchbay_instance *instance, patchbay_call_frame *frame, bool inherits) {
    uint64_t behind = inherits ? frame->request.names.count : 0;
    const patchbay_bytes *asked = pointer(frame->request.names.address);
    patchbay_bytes *names = patchbay_scratch((size_t)(behind + instance->input_count) * sizeof(patchbay_bytes));
    uint64_t count = 0;
    uint32_t flags = inherits ? frame->request.flags : 0;
    for (enum place place = PLACE_KEY; place < PLACE_FIELD; place++) {
        if (maker(instance, place, string(""))) flags &= ~want_flag(place);
    }
    for (uint64_t index = 0; index < behind; index++) {
        if (!maker(instance, PLACE_FIELD, from_bytes(asked[index]))) names[count++] = asked[index];
    }
    for (uint32_t index = 0; index < instance->input_count; index++) {
        const input_column *input = &instance->inputs[index];
        flags |= want_flag(input->place);
        if (input->place != PLACE_FIELD) continue;
        uint64_t known = 0;
        while (known < count && !patchbay_same(from_bytes(names[known]), input->name)) known++;
        if (known == count) names[count++] = to_bytes(input->name);
    }
    frame->wanted.flags = flags;
    frame->wanted.names = (patchbay_list){ address(names), count };
}

/* ------------------------------------------------------------------------------------------------ reading records */

static int32_t open_batch(patchbay_instance *instance, patchbay_call_frame *frame) {
    if (!instance->is_bound) return fail(frame, PATCHBAY_FAILED, string("no schema was bound"));
    if (frame->batch.rows > UINT32_MAX) return fail(frame, PATCHBAY_BAD_INPUT, string("the batch is too large"));
    const patchbay_column *columns = pointer(frame->batch.columns.address);
    for (uint32_t index = 0; index < instance->input_count; index++) {
        input_column *input = &instance->inputs[index];
        if (input->position >= frame->batch.columns.count) {
            return fail(frame, PATCHBAY_BAD_INPUT, string("the batch does not have the columns that were agreed"));
        }
        const patchbay_column *column = &columns[input->position];
        input->column = column->type == PATCHBAY_ABSENT ? NULL : column;
    }
    instance->error_count = 0;
    return PATCHBAY_OK;
}

static bool bit(patchbay_address bits, uint64_t row) {
    return ((const uint8_t *)pointer(bits))[row >> 3] >> (row & 7) & 1;
}

static bool has_value(const patchbay_column *column, uint64_t row) {
    return !column->validity || bit(column->validity, row);
}

static patchbay_string range(const patchbay_column *column, uint64_t row) {
    const int32_t *starts = pointer(column->values), *ends = pointer(column->ends);
    return (patchbay_string){ (const char *)pointer(column->data.address) + starts[row], (size_t)(ends[row] - starts[row]) };
}

static const patchbay_column *column_of(const patchbay_record *record, patchbay_input input) {
    if (input >= record->instance->input_count) return NULL;
    const patchbay_column *column = record->instance->inputs[input].column;
    return column && has_value(column, record->row) ? column : NULL;
}

patchbay_string patchbay_text(const patchbay_record *record, patchbay_input input) {
    static const char empty[] = "";
    const patchbay_string none = { NULL, 0 };
    const patchbay_column *column = column_of(record, input);
    if (!column) return none;
    patchbay_string text;
    switch (column->type) {
    case PATCHBAY_UTF8:
    case PATCHBAY_BINARY: text = range(column, record->row); break;
    case PATCHBAY_WORD: {
        const patchbay_column *words = pointer(column->words);
        int32_t word = ((const int32_t *)pointer(column->values))[record->row];
        if (word < 0 || (uint64_t)word >= words->count || !has_value(words, (uint64_t)word)) return none;
        text = range(words, (uint64_t)word);
        break;
    }
    case PATCHBAY_JSON: {
        patchbay_string json = range(column, record->row);
        if (patchbay_equals(json, "null")) return none;
        text = json;
        if (json.length && *json.bytes == '"' && !take_json_string(&json, &text)) return none;
        break;
    }
    default: return none;
    }
    if (!text.bytes) text.bytes = empty;
    return text;
}

bool patchbay_int64(const patchbay_record *record, patchbay_input input, int64_t *value) {
    const patchbay_column *column = column_of(record, input);
    if (!column) return false;
    if (column->type == PATCHBAY_INT64 || column->type == PATCHBAY_TIMESTAMP) {
        *value = ((const int64_t *)pointer(column->values))[record->row];
        return true;
    }
    if (column->type != PATCHBAY_JSON) return false;
    double number;
    int64_t integer = 0;
    bool is_integer = false;
    patchbay_string json = range(column, record->row);
    if (!json.length || json_number(json, &number, &integer, &is_integer) != json.length || !is_integer) return false;
    *value = integer;
    return true;
}

bool patchbay_float64(const patchbay_record *record, patchbay_input input, double *value) {
    const patchbay_column *column = column_of(record, input);
    if (!column) return false;
    switch (column->type) {
    case PATCHBAY_FLOAT64: *value = ((const double *)pointer(column->values))[record->row]; return true;
    case PATCHBAY_INT64: *value = (double)((const int64_t *)pointer(column->values))[record->row]; return true;
    case PATCHBAY_JSON: {
        int64_t integer;
        bool is_integer;
        patchbay_string json = range(column, record->row);
        return json.length && json_number(json, value, &integer, &is_integer) == json.length;
    }
    default: return false;
    }
}

bool patchbay_bool(const patchbay_record *record, patchbay_input input, bool *value) {
    const patchbay_column *column = column_of(record, input);
    if (!column) return false;
    if (column->type == PATCHBAY_BOOL) {
        *value = bit(column->values, record->row);
        return true;
    }
    if (column->type != PATCHBAY_JSON) return false;
    *value = patchbay_equals(range(column, record->row), "true");
    return *value || patchbay_equals(range(column, record->row), "false");
}

patchbay_verdict patchbay_reject(const patchbay_record *record, const char *message) {
    patchbay_instance *instance = record->instance;
    patchbay_record_error *errors
        = reserve(&instance->errors, (size_t)(instance->error_count + 1) * sizeof(patchbay_record_error));
    if (instance->error_count && errors[instance->error_count - 1].row == record->row) return PATCHBAY_REJECTED;
    errors[instance->error_count++] = (patchbay_record_error){ record->row, to_bytes(string(message)) };
    return PATCHBAY_REJECTED;
}

static void report_errors(patchbay_instance *instance, patchbay_call_frame *frame) {
    frame->errors = (patchbay_list){ address(instance->errors.memory), instance->error_count };
}

/* ------------------------------------------------------------------------------------------------ making records */

static output_column *begin_put(patchbay_rows *rows, patchbay_output output) {
    if (output >= rows->count || rows->is_counting) return NULL;
    output_column *column = &rows->columns[output];
    return column->is_made ? column : NULL;
}

static void mark(output_column *column, uint64_t row, bool is_there) {
    if (!is_there && !column->has_nulls) {
        uint8_t *bits = reserve(&column->validity, (size_t)(row / 8 + 1));
        memset(bits, 0xFF, column->validity.capacity);
        column->has_nulls = true;
    }
    if (!column->has_nulls) return;
    size_t known = column->validity.capacity;
    uint8_t *bits = reserve(&column->validity, (size_t)(row / 8 + 1));
    if (column->validity.capacity > known) memset(bits + known, 0xFF, column->validity.capacity - known);
    uint8_t mask = (uint8_t)(1u << (row & 7));
    bits[row >> 3] = is_there ? bits[row >> 3] | mask : bits[row >> 3] & (uint8_t)~mask;
}

static void put_fixed(patchbay_rows *rows, output_column *column, uint64_t bits) {
    ((uint64_t *)reserve(&column->values, (size_t)(rows->done + 1) * 8))[rows->done] = bits;
    mark(column, rows->done, true);
    column->written = rows->done + 1;
}

static void put_truth(patchbay_rows *rows, output_column *column, bool value) {
    uint8_t *bits = reserve(&column->values, (size_t)(rows->done / 8 + 1));
    uint8_t mask = (uint8_t)(1u << (rows->done & 7));
    bits[rows->done >> 3] = value ? bits[rows->done >> 3] | mask : bits[rows->done >> 3] & (uint8_t)~mask;
    mark(column, rows->done, true);
    column->written = rows->done + 1;
}

void patchbay_put_int64(patchbay_rows *rows, patchbay_output output, int64_t value) {
    output_column *column = begin_put(rows, output);
    if (!column) return;
    if (column->type == PATCHBAY_FLOAT64) {
        patchbay_put_float64(rows, output, (double)value);
    } else if (column->type == PATCHBAY_INT64 || column->type == PATCHBAY_TIMESTAMP) {
        put_fixed(rows, column, (uint64_t)value);
    }
}
void patchbay_put_float64(patchbay_rows *rows, patchbay_output output, double value) {
    output_column *column = begin_put(rows, output);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (column && column->type == PATCHBAY_FLOAT64) put_fixed(rows, column, bits);
}
void patchbay_put_bool(patchbay_rows *rows, patchbay_output output, bool value) {
    output_column *column = begin_put(rows, output);
    if (column && column->type == PATCHBAY_BOOL) put_truth(rows, column, value);
}

char *patchbay_put_space(patchbay_rows *rows, patchbay_output output, size_t length) {
    output_column *column = begin_put(rows, output);
    bool takes = column && (column->type == PATCHBAY_UTF8 || column->type == PATCHBAY_BINARY || column->type == PATCHBAY_JSON);
    if (!takes) return patchbay_scratch(length);
    /* A second value for the same record takes the place of the first. */
    int32_t *starts = reserve(&column->values, (size_t)(rows->done + 1) * 4);
    int32_t *ends = reserve(&column->ends, (size_t)(rows->done + 1) * 4);
    size_t start = column->written > rows->done ? (size_t)starts[rows->done] : column->length;
    if (length > INT32_MAX || start > INT32_MAX - length) __builtin_trap();
    char *data = reserve(&column->data, start + length);
    starts[rows->done] = (int32_t)start;
    ends[rows->done] = (int32_t)(start + length);
    column->length = start + length;
    mark(column, rows->done, true);
    column->written = rows->done + 1;
    return data + start;
}
void patchbay_put_bytes(patchbay_rows *rows, patchbay_output output, const void *bytes, size_t length) {
    if (!begin_put(rows, output)) return;
    char *space = patchbay_put_space(rows, output, length);
    if (length) memcpy(space, bytes, length);
}

/* What was not put has no value. */
static void end_row(patchbay_rows *rows) {
    for (uint32_t index = 0; index < rows->count; index++) {
        output_column *column = &rows->columns[index];
        if (!column->is_made || column->written > rows->done) continue;
        switch (column->type) {
        case PATCHBAY_BOOL: put_truth(rows, column, false); break;
        case PATCHBAY_UTF8:
        case PATCHBAY_BINARY:
        case PATCHBAY_JSON: patchbay_put_space(rows, index, 0); break;
        default: put_fixed(rows, column, 0);
        }
        mark(column, rows->done, false);
    }
    rows->done++;
}

/* Takes back what was put for a record that is not kept. */
static void undo_row(patchbay_rows *rows) {
    for (uint32_t index = 0; index < rows->count; index++) {
        output_column *column = &rows->columns[index];
        if (column->written <= rows->done) continue;
        if (column->ends.memory) column->length = (size_t)((int32_t *)column->values.memory)[rows->done];
        column->written = rows->done;
    }
}

static void begin_rows(patchbay_rows *rows, uint64_t limit, bool is_counting) {
    rows->done = 0;
    rows->limit = limit;
    rows->is_counting = is_counting;
    for (uint32_t index = 0; index < rows->count; index++) {
        rows->columns[index].length = 0;
        rows->columns[index].written = 0;
        rows->columns[index].has_nulls = false;
    }
}

static patchbay_column made_column(const output_column *column, uint64_t rows) {
    if (!column->is_made) return (patchbay_column){ .type = PATCHBAY_ABSENT, .count = rows };
    return (patchbay_column){
        .type = column->type,
        .count = rows,
        .validity = column->has_nulls ? address(column->validity.memory) : 0,
        .values = address(column->values.memory),
        .ends = address(column->ends.memory),
        .data = { address(column->data.memory), column->length },
    };
}

/* ------------------------------------------------------------------------------------------------ filters */

int32_t patchbay_run_filter(patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame) {
    if (operation == PATCHBAY_DESCRIBE || operation == PATCHBAY_BIND) {
        int32_t status = look_up_inputs(instance, frame, operation == PATCHBAY_BIND);
        if (status) return status;
        instance->is_bound |= operation == PATCHBAY_BIND;
        ask(instance, frame, false);
        return PATCHBAY_OK;
    }
    if (operation != PATCHBAY_FILTER) return PATCHBAY_UNSUPPORTED;
    int32_t status = open_batch(instance, frame);
    if (status) return status;
    uint64_t rows = frame->batch.rows;
    size_t length = (size_t)((rows + 7) / 8);
    uint8_t *bitmap = reserve(&instance->bitmap, length);
    patchbay_record record = { 0, instance };
    for (size_t byte = 0; byte < length; byte++) {
        uint32_t bits = 0;
        uint32_t count = rows - record.row < 8 ? (uint32_t)(rows - record.row) : 8;
        for (uint32_t index = 0; index < count; index++, record.row++) {
            if (instance->definition->keep(instance->state, &record) == PATCHBAY_KEEP) bits |= 1u << index;
        }
        bitmap[byte] = (uint8_t)bits;
    }
    frame->output = (patchbay_bytes){ address(bitmap), length };
    report_errors(instance, frame);
    return PATCHBAY_OK;
}

/* ------------------------------------------------------------------------------------------------ transforms */

/* The schema of the output, and per column of it which column of the input it inherits. */
static patchbay_schema *derive_schema(patchbay_instance *instance, const patchbay_schema *input, bool binds) {
    patchbay_schema *schema = patchbay_scratch(sizeof(patchbay_schema));
    *schema = *input;
    if (maker(instance, PLACE_KEY, string(""))) schema->flags |= PATCHBAY_SCHEMA_KEY;
    if (maker(instance, PLACE_TIME, string(""))) schema->flags |= PATCHBAY_SCHEMA_TIME;
    uint64_t most = input->fields.count + instance->rows.count;
    patchbay_field *fields = patchbay_scratch((size_t)most * sizeof(patchbay_field));
    int64_t *origins = patchbay_scratch((size_t)(most + 3) * sizeof(int64_t));
    uint64_t first = field_start(schema->flags), count = input->fields.count;
    for (enum place place = PLACE_KEY; place < PLACE_FIELD; place++) {
        uint32_t flag = place == PLACE_KEY ? PATCHBAY_SCHEMA_KEY : PATCHBAY_SCHEMA_TIME;
        if (place != PLACE_VALUE && !(schema->flags & flag)) continue;
        origins[well_known(schema->flags, place)]
            = maker(instance, place, string("")) ? -1 : (int64_t)well_known(input->flags, place);
    }
    for (uint64_t index = 0; index < count; index++) {
        fields[index] = ((const patchbay_field *)pointer(input->fields.address))[index];
        origins[first + index] = (int64_t)(field_start(input->flags) + index);
    }
    for (uint32_t index = 0; index < instance->rows.count; index++) {
        output_column *column = &instance->rows.columns[index];
        uint64_t position = column->place == PLACE_FIELD ? 0 : well_known(schema->flags, column->place);
        if (column->place == PLACE_FIELD) {
            uint64_t at = 0;
            while (at < count && !patchbay_same(from_bytes(fields[at].name), column->name)) at++;
            fields[at] = (patchbay_field){
                .name = to_bytes(column->name), .type = column->type, .summary = to_bytes(column->summary) };
            if (at == count) count++;
            origins[first + at] = -1;
            position = first + at;
        }
        if (binds) {
            column->position = position;
            column->is_made = true;
        }
    }
    schema->fields = (patchbay_list){ address(fields), count };
    if (binds) {
        instance->column_count = first + count;
        memcpy(reserve(&instance->origins, (size_t)(first + count) * sizeof(int64_t)), origins,
            (size_t)(first + count) * sizeof(int64_t));
    }
    return schema;
}

static void hand_over(patchbay_instance *instance, patchbay_call_frame *frame, uint64_t rows) {
    patchbay_column *columns
        = reserve(&instance->columns, (size_t)instance->column_count * sizeof(patchbay_column));
    const int64_t *origins = instance->origins.memory;
    for (uint64_t index = 0; index < instance->column_count; index++) {
        columns[index] = (patchbay_column){
            .type = PATCHBAY_INHERITED, .inherited = (uint32_t)origins[index], .count = rows };
    }
    for (uint32_t index = 0; index < instance->rows.count; index++) {
        const output_column *column = &instance->rows.columns[index];
        columns[column->position] = made_column(column, rows);
    }
    frame->result = (patchbay_batch){ rows, { address(columns), instance->column_count } };
}

int32_t patchbay_run_transform(patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame) {
    if (operation == PATCHBAY_DESCRIBE || operation == PATCHBAY_BIND) {
        int32_t status = look_up_inputs(instance, frame, operation == PATCHBAY_BIND);
        if (status) return status;
        instance->is_bound |= operation == PATCHBAY_BIND;
        if (frame->input_schema) {
            frame->output_schema
                = address(derive_schema(instance, pointer(frame->input_schema), operation == PATCHBAY_BIND));
        }
        /* What is inherited has to be made, and so is asked for; batches need not carry it through this memory. */
        ask(instance, frame, operation == PATCHBAY_DESCRIBE);
        return PATCHBAY_OK;
    }
    if (operation != PATCHBAY_TRANSFORM) return PATCHBAY_UNSUPPORTED;
    int32_t status = open_batch(instance, frame);
    if (status) return status;
    patchbay_rows *rows = &instance->rows;
    begin_rows(rows, UINT64_MAX, false);
    uint32_t *origins = reserve(&instance->result_rows, (size_t)frame->batch.rows * sizeof(uint32_t));
    patchbay_record record = { 0, instance };
    for (; record.row < frame->batch.rows; record.row++) {
        patchbay_verdict verdict = instance->definition->map(instance->state, &record, rows);
        if (verdict == PATCHBAY_KEEP) {
            origins[rows->done] = (uint32_t)record.row;
            end_row(rows);
        } else {
            undo_row(rows);
            if (verdict == PATCHBAY_DROP) frame->dropped++;
        }
    }
    hand_over(instance, frame, rows->done);
    if (rows->done < frame->batch.rows) frame->result_rows = (patchbay_list){ address(origins), rows->done };
    report_errors(instance, frame);
    return PATCHBAY_OK;
}

/* ------------------------------------------------------------------------------------------------ parsers */

bool patchbay_has_room(const patchbay_parser *parser) {
    return parser->rows->done < parser->rows->limit;
}

void patchbay_emit(patchbay_parser *parser, size_t start, size_t length, size_t next) {
    patchbay_rows *rows = parser->rows;
    bool is_inside = start <= parser->length && length <= parser->length - start && next <= parser->length;
    if (!is_inside || next < parser->consumed) __builtin_trap();
    parser->consumed = next;
    if (rows->is_counting) return;
    ((int32_t *)reserve(&rows->starts, (size_t)(rows->done + 1) * 4))[rows->done] = (int32_t)start;
    ((int32_t *)reserve(&rows->ends, (size_t)(rows->done + 1) * 4))[rows->done] = (int32_t)(start + length);
    end_row(rows);
}

/* Parsers run one at a time and thread: this is where the one at work puts its regions. */
static _Thread_local patchbay_instance *parsing;

void patchbay_skip(patchbay_parser *parser, size_t next, patchbay_reason reason) {
    if (next < parser->consumed || next > parser->length) __builtin_trap();
    patchbay_instance *instance = parsing;
    if (!parser->rows->is_counting && next > parser->consumed) {
        patchbay_region *regions
            = reserve(&instance->regions, (size_t)(instance->region_count + 1) * sizeof(patchbay_region));
        regions[instance->region_count++] = (patchbay_region){
            .position = parser->position + parser->consumed, .length = next - parser->consumed, .reason = reason };
    }
    parser->consumed = next;
}

static bool is_requested(const patchbay_call_frame *frame, const output_column *column) {
    if (frame->flags & PATCHBAY_DESCRIBE_ALL) return true;
    uint32_t flag = want_flag(column->place);
    if (flag) return true;
    if (frame->request.flags & PATCHBAY_WANT_ALL) return true;
    const patchbay_bytes *names = pointer(frame->request.names.address);
    for (uint64_t index = 0; index < frame->request.names.count; index++) {
        if (patchbay_same(from_bytes(names[index]), column->name)) return true;
    }
    return false;
}

static void describe_records(patchbay_instance *instance, patchbay_call_frame *frame, bool binds) {
    patchbay_schema *schema = patchbay_scratch(sizeof(patchbay_schema));
    patchbay_field *fields = patchbay_scratch(instance->rows.count * sizeof(patchbay_field));
    schema->record_suffix = to_bytes(instance->suffix);
    if (maker(instance, PLACE_KEY, string(""))) schema->flags |= PATCHBAY_SCHEMA_KEY;
    if (maker(instance, PLACE_TIME, string(""))) schema->flags |= PATCHBAY_SCHEMA_TIME;
    for (uint32_t index = 0; index < instance->rows.count; index++) {
        output_column *column = &instance->rows.columns[index];
        bool is_made = is_requested(frame, column);
        uint64_t position = well_known(schema->flags, column->place);
        if (column->place == PLACE_FIELD && is_made) {
            position = field_start(schema->flags) + schema->fields.count;
            fields[schema->fields.count++] = (patchbay_field){
                .name = to_bytes(column->name), .type = column->type, .summary = to_bytes(column->summary) };
        }
        if (binds) {
            column->is_made = is_made;
            column->position = position;
        }
    }
    schema->fields.address = address(fields);
    frame->output_schema = address(schema);
    if (binds) {
        instance->column_count = field_start(schema->flags) + schema->fields.count;
        instance->is_bound = true;
    }
}

static int32_t parse(patchbay_instance *instance, patchbay_call_frame *frame, bool is_counting) {
    if (!instance->is_bound && !is_counting) return fail(frame, PATCHBAY_FAILED, string("no schema was bound"));
    /* Positions in a result have 31 bits; what is beyond them comes again with the next call. */
    bool is_cut = frame->input.length > INT32_MAX;
    patchbay_parser parser = {
        .bytes = pointer(frame->input.address),
        .length = is_cut ? INT32_MAX : (size_t)frame->input.length,
        .last = frame->flags & PATCHBAY_LAST && !is_cut,
        .discarded = frame->flags & PATCHBAY_DISCARDED,
        .position = frame->position,
        .rows = &instance->rows,
    };
    begin_rows(&instance->rows, is_counting ? UINT64_MAX : frame->limit, is_counting);
    instance->region_count = 0;
    parsing = instance;
    const char *problem = instance->definition->parse(instance->state, &parser);
    if (problem) return fail(frame, PATCHBAY_BAD_INPUT, string(problem));
    frame->consumed = parser.consumed;
    if (parser.still_discarding) frame->flags |= PATCHBAY_STILL_DISCARDING;
    if (is_counting) return PATCHBAY_OK;
    patchbay_rows *rows = &instance->rows;
    patchbay_column *columns
        = reserve(&instance->columns, (size_t)instance->column_count * sizeof(patchbay_column));
    const output_column *key = maker(instance, PLACE_KEY, string(""));
    columns[key ? 1 : 0] = (patchbay_column){
        .type = PATCHBAY_BINARY,
        .count = rows->done,
        .values = address(rows->starts.memory),
        .ends = address(rows->ends.memory),
        .data = { frame->input.address, parser.length },
    };
    for (uint32_t index = 0; index < rows->count; index++) {
        const output_column *column = &rows->columns[index];
        if (column->is_made && column->place != PLACE_VALUE) columns[column->position] = made_column(column, rows->done);
    }
    frame->result = (patchbay_batch){ rows->done, { address(columns), instance->column_count } };
    frame->regions = (patchbay_list){ address(instance->regions.memory), instance->region_count };
    return PATCHBAY_OK;
}

int32_t patchbay_run_parser(patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame) {
    switch (operation) {
    case PATCHBAY_DESCRIBE:
    case PATCHBAY_BIND: describe_records(instance, frame, operation == PATCHBAY_BIND); return PATCHBAY_OK;
    case PATCHBAY_RESET:
        if (instance->definition->reset) instance->definition->reset(instance->state);
        return PATCHBAY_OK;
    case PATCHBAY_PARSE: return parse(instance, frame, false);
    default: return PATCHBAY_UNSUPPORTED;
    }
}

int32_t patchbay_run_splitting_parser(patchbay_instance *instance, int32_t operation, patchbay_call_frame *frame) {
    if (operation == PATCHBAY_BOUNDARY) return parse(instance, frame, true);
    return patchbay_run_parser(instance, operation, frame);
}

/* ------------------------------------------------------------------------------------------------ calls */

static void release(growing *array) {
    patchbay_free(array->memory);
}

static void destroy(patchbay_instance *instance) {
    while (instance->kept) {
        kept_block *next = instance->kept->next;
        patchbay_free(instance->kept);
        instance->kept = next;
    }
    for (uint32_t index = 0; index < instance->rows.count; index++) {
        output_column *column = &instance->rows.columns[index];
        release(&column->values);
        release(&column->ends);
        release(&column->data);
        release(&column->validity);
    }
    growing *arrays[] = { &instance->origins, &instance->bitmap, &instance->result_rows, &instance->errors,
        &instance->regions, &instance->columns, &instance->rows.starts, &instance->rows.ends };
    for (size_t index = 0; index < sizeof(arrays) / sizeof(arrays[0]); index++) release(arrays[index]);
    patchbay_free(instance->rows.columns);
    patchbay_free(instance->inputs);
    patchbay_free(instance->state);
    patchbay_free(instance);
}

/* A capability is named type/name, or by its name alone. */
static bool is_called(const patchbay_definition *definition, patchbay_string name) {
    patchbay_string full = string(definition->capability);
    size_t slash = patchbay_find(full.bytes, full.length, '/');
    return patchbay_same(full, name)
        || patchbay_same((patchbay_string){ full.bytes + slash + 1, full.length - slash - 1 }, name);
}

static int32_t create(patchbay_call_frame *frame) {
    patchbay_string name = from_bytes(frame->name);
    uint32_t index = 0;
    while (index < patchbay_definition_count && !is_called(&patchbay_definitions[index], name)) index++;
    if (index == patchbay_definition_count) {
        return fail(
            frame, PATCHBAY_UNSUPPORTED, JOIN(string("the module has no plugin '"), name, string("'")));
    }
    const patchbay_definition *definition = &patchbay_definitions[index];
    patchbay_instance *instance = patchbay_new(sizeof(patchbay_instance));
    instance->definition = definition;
    instance->state = patchbay_new(definition->size);
    patchbay_setup setup = { .instance = instance, .options = frame->options };
    definition->create(instance->state, &setup);
    if (setup.status) {
        destroy(instance);
        return fail(frame, setup.status, setup.message);
    }
    frame->instance = address(instance);
    return PATCHBAY_OK;
}

#ifdef __wasm__
__attribute__((export_name("patchbay_call")))
#else
__attribute__((visibility("default")))
#endif
int32_t patchbay_call(int32_t operation, patchbay_call_frame *frame) {
    if (frame->size < sizeof(patchbay_call_frame)) return PATCHBAY_UNSUPPORTED;
    empty_scratch();
    if (operation == PATCHBAY_CREATE) return create(frame);
    patchbay_instance *instance = pointer(frame->instance);
    if (!instance) return fail(frame, PATCHBAY_FAILED, string("there is no instance"));
    switch (operation) {
    case PATCHBAY_DESTROY: destroy(instance); return PATCHBAY_OK;
    case PATCHBAY_START:
    case PATCHBAY_STOP:
    case PATCHBAY_HEALTH:
    case PATCHBAY_RELEASE: return PATCHBAY_OK;
    default: break;
    }
    int32_t status = instance->definition->run(instance, operation, frame);
    if (status == PATCHBAY_UNSUPPORTED && !frame->message.address) {
        return fail(frame, status, string("the plugin has no such operation"));
    }
    return status;
}
