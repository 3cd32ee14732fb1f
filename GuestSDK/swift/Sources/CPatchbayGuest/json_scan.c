/* Reading JSON text in place (RFC 8259): values are stepped over and checked without being made. */
#include "patchbay_guest.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

static size_t skip_space(const uint8_t *bytes, size_t size, size_t place)
{
    while (place < size && bytes[place] <= ' '
           && (bytes[place] == ' ' || bytes[place] == '\n' || bytes[place] == '\t' || bytes[place] == '\r'))
        place++;
    return place;
}

/* Where in a string something other than a plain character lies: a quote, a backslash, a control character. */
static size_t find_special(const uint8_t *bytes, size_t size, size_t place)
{
#ifdef __wasm_simd128__
    const v128_t quote = wasm_u8x16_splat('"'), backslash = wasm_u8x16_splat('\\'), space = wasm_u8x16_splat(' ');
    for (; place + 16 <= size; place += 16) {
        const v128_t text = wasm_v128_load(bytes + place);
        const v128_t hits = wasm_v128_or(
            wasm_u8x16_lt(text, space), wasm_v128_or(wasm_i8x16_eq(text, quote), wasm_i8x16_eq(text, backslash)));
        if (wasm_v128_any_true(hits)) return place + (size_t)__builtin_ctz(wasm_i8x16_bitmask(hits));
    }
#endif
    while (place < size && bytes[place] >= ' ' && bytes[place] != '"' && bytes[place] != '\\') place++;
    return place;
}

size_t patchbay_guest_json_plain(const uint8_t *bytes, size_t size) { return find_special(bytes, size, 0); }

static int is_digit(const uint8_t *bytes, size_t size, size_t place)
{
    return place < size && bytes[place] >= '0' && bytes[place] <= '9';
}

static int is_hexadecimal(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

static int is_escape(uint8_t byte)
{
    return byte == '"' || byte == '\\' || byte == '/' || byte == 'b' || byte == 'f' || byte == 'n' || byte == 'r'
        || byte == 't' || byte == 'u';
}

/* From an opening quote to behind the closing one. */
static int skip_string(const uint8_t *bytes, size_t size, size_t *place)
{
    size_t at = *place + 1;
    for (;;) {
        *place = at = find_special(bytes, size, at);
        if (at >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
        if (bytes[at] == '"') break;
        if (bytes[at] != '\\') return PATCHBAY_GUEST_JSON_BAD_STRING;
        if (++at >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
        if (!is_escape(bytes[at])) return PATCHBAY_GUEST_JSON_BAD_STRING;
        if (bytes[at++] != 'u') continue;
        for (int digit = 0; digit < 4; digit++, at++) {
            if (at >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
            if (!is_hexadecimal(bytes[at])) return PATCHBAY_GUEST_JSON_BAD_STRING;
        }
    }
    *place = at + 1;
    return 0;
}

static int skip_digits(const uint8_t *bytes, size_t size, size_t *place)
{
    if (!is_digit(bytes, size, *place)) return PATCHBAY_GUEST_JSON_BAD_NUMBER;
    while (is_digit(bytes, size, *place)) ++*place;
    return 0;
}

static int skip_number(const uint8_t *bytes, size_t size, size_t *place)
{
    if (bytes[*place] == '-') ++*place;
    if (*place < size && bytes[*place] == '0')
        ++*place;
    else if (skip_digits(bytes, size, place) < 0)
        return PATCHBAY_GUEST_JSON_BAD_NUMBER;
    if (is_digit(bytes, size, *place)) return PATCHBAY_GUEST_JSON_BAD_NUMBER;
    if (*place < size && bytes[*place] == '.') {
        ++*place;
        if (skip_digits(bytes, size, place) < 0) return PATCHBAY_GUEST_JSON_BAD_NUMBER;
    }
    if (*place < size && (bytes[*place] | 0x20) == 'e') {
        ++*place;
        if (*place < size && (bytes[*place] == '+' || bytes[*place] == '-')) ++*place;
        return skip_digits(bytes, size, place);
    }
    return 0;
}

/* A string, a number, true, false or null. */
static int skip_scalar(const uint8_t *bytes, size_t size, size_t *place)
{
    const uint8_t first = bytes[*place];
    if (first == '"') return skip_string(bytes, size, place);
    if (first == '-' || (first >= '0' && first <= '9')) return skip_number(bytes, size, place);
    const char *word = first == 't' ? "true" : first == 'f' ? "false" : first == 'n' ? "null" : NULL;
    if (word == NULL) return PATCHBAY_GUEST_JSON_NO_VALUE;
    const size_t length = first == 'f' ? 5 : 4;
    if (size - *place < length || __builtin_memcmp(bytes + *place, word, length) != 0)
        return PATCHBAY_GUEST_JSON_NO_VALUE;
    *place += length;
    return 0;
}

/* A member's name and its colon. */
static int skip_name(const uint8_t *bytes, size_t size, size_t *place, patchbay_guest_json_entry *entry)
{
    *place = skip_space(bytes, size, *place);
    if (*place >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
    if (bytes[*place] != '"') return PATCHBAY_GUEST_JSON_NO_NAME;
    entry->name_start = *place;
    const int problem = skip_string(bytes, size, place);
    if (problem < 0) return problem;
    entry->name_end = *place;
    *place = skip_space(bytes, size, *place);
    if (*place >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
    if (bytes[*place] != ':') return PATCHBAY_GUEST_JSON_NO_COLON;
    ++*place;
    return 0;
}

int patchbay_guest_json_skip(const uint8_t *bytes, size_t size, size_t *place)
{
    /* One bit for each level: whether it is an object. */
    uint64_t objects[PATCHBAY_GUEST_JSON_DEPTH / 64] = {0};
    patchbay_guest_json_entry name;
    size_t depth = 0;
    int problem;
    for (;;) {
        *place = skip_space(bytes, size, *place);
        if (*place >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
        const uint8_t first = bytes[*place];
        if (first == '{' || first == '[') {
            if (depth == PATCHBAY_GUEST_JSON_DEPTH) return PATCHBAY_GUEST_JSON_TOO_DEEP;
            const uint64_t bit = (uint64_t)1 << (depth & 63);
            objects[depth >> 6] = first == '{' ? objects[depth >> 6] | bit : objects[depth >> 6] & ~bit;
            const size_t inside = skip_space(bytes, size, *place + 1);
            if (inside >= size || bytes[inside] != first + 2) {
                depth++;
                ++*place;
                if (first == '{' && (problem = skip_name(bytes, size, place, &name)) < 0) return problem;
                continue;
            }
            *place = inside + 1;
        } else if ((problem = skip_scalar(bytes, size, place)) < 0) {
            return problem;
        }
        for (;; ++*place, depth--) {
            if (depth == 0) return 0;
            *place = skip_space(bytes, size, *place);
            if (*place >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
            const int is_object = objects[(depth - 1) >> 6] >> ((depth - 1) & 63) & 1;
            if (bytes[*place] == ',') {
                ++*place;
                if (is_object && (problem = skip_name(bytes, size, place, &name)) < 0) return problem;
                break;
            }
            if (bytes[*place] != (is_object ? '}' : ']')) return PATCHBAY_GUEST_JSON_NO_COMMA;
        }
    }
}

int patchbay_guest_json_check(const uint8_t *bytes, size_t size, size_t *place)
{
    *place = 0;
    const int problem = patchbay_guest_json_skip(bytes, size, place);
    if (problem < 0) return problem;
    *place = skip_space(bytes, size, *place);
    return *place < size ? PATCHBAY_GUEST_JSON_TRAILING : 0;
}

int patchbay_guest_json_next(const uint8_t *bytes, size_t size, size_t *place, patchbay_guest_json_entry *entry)
{
    if (size == 0 || (bytes[0] != '{' && bytes[0] != '[')) return PATCHBAY_GUEST_JSON_END;
    const int is_first = *place == 0;
    *place = skip_space(bytes, size, is_first ? 1 : *place);
    if (*place >= size) return PATCHBAY_GUEST_JSON_CUT_OFF;
    if (bytes[*place] == bytes[0] + 2) return PATCHBAY_GUEST_JSON_END;
    if (!is_first && bytes[(*place)++] != ',') {
        --*place;
        return PATCHBAY_GUEST_JSON_NO_COMMA;
    }
    entry->name_start = entry->name_end = 0;
    int problem = bytes[0] == '{' ? skip_name(bytes, size, place, entry) : 0;
    if (problem < 0) return problem;
    *place = entry->start = skip_space(bytes, size, *place);
    problem = patchbay_guest_json_skip(bytes, size, place);
    entry->end = *place;
    return problem < 0 ? problem : PATCHBAY_GUEST_JSON_ENTRY;
}

int patchbay_guest_json_find(
    const uint8_t *bytes, size_t size, const uint8_t *name, size_t length, patchbay_guest_json_entry *entry)
{
    if (size == 0 || bytes[0] != '{') return 0;
    size_t place = 0;
    int is_found = 0, state;
    patchbay_guest_json_entry next;
    while ((state = patchbay_guest_json_next(bytes, size, &place, &next)) == PATCHBAY_GUEST_JSON_ENTRY) {
        const size_t written = next.name_end - next.name_start;
        /* No escape is shorter than what it stands for. */
        if (written < length + 2) continue;
        if (!patchbay_guest_text_equals(bytes + next.name_start, written, name, length, 1)) continue;
        *entry = next;
        is_found = 1;
    }
    return is_found && state == PATCHBAY_GUEST_JSON_END;
}
