#include "patchbay_json.h"
#include "walker.hpp"

#include <charconv>
#include <memory>
#include <new>
#include <simdjson.h>

namespace {

/// Bytes that simdjson looks at in one go: small enough that text and indexes stay in the cache.
constexpr uint32_t window_size = 256 * 1024;

struct FieldName {
    uint8_t *bytes = nullptr;
    uint32_t length = 0;
};

}  // namespace

struct patchbay_json {
    uint32_t field_count = 0;
    FieldName *fields = nullptr;
    bool keeps_rest = false;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> indexer;
    Walker walker;
    Growable<uint8_t> stack;
    Growable<uint8_t> key;
    /// For the n-th member of an object, the field that it was in the last object; -1 for none.
    int32_t guesses[64];

    Growable<patchbay_json_region> lines;
    Growable<patchbay_json_region> regions;
    Growable<patchbay_json_value> values;
    Growable<patchbay_json_member> members;
    Growable<uint32_t> member_ends;
    uint32_t stride = 0;

    bool index(const uint8_t *window, uint32_t size, bool &is_clean);
    int32_t field_of(const uint8_t *name, uint32_t length, bool has_escapes, uint32_t ordinal);
    bool unescape(const uint8_t *name, uint32_t length);
    bool record(uint32_t offset, uint32_t row, bool &is_good);
    bool line(uint32_t offset, uint32_t start, uint32_t end, uint32_t next, bool has_newline);
    bool skip(uint32_t start, uint32_t end, uint32_t reason);
    bool window(const uint8_t *buffer, uint32_t start, uint32_t end, uint32_t limit, uint32_t &used);
};

/// Lets simdjson index a window. `is_clean` is false when something in it is wrong, or it is empty.
bool patchbay_json::index(const uint8_t *window, uint32_t size, bool &is_clean) {
    if (!indexer || indexer->capacity() < size) {
        uint32_t capacity = size <= window_size ? window_size : size + size / 2;
        indexer.reset();
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, indexer)) return false;
    }
    is_clean = indexer->stage1(window, size, simdjson::stage1_mode::regular) == simdjson::SUCCESS;
    return true;
}

/// Decodes the escapes of a key into `key`, for the comparison with the names of fields.
bool patchbay_json::unescape(const uint8_t *name, uint32_t length) {
    key.count = 0;
    // No escape is shorter than what it stands for in UTF-8.
    if (!key.reserve(length)) return false;
    auto unit = [&](uint32_t at) {
        uint32_t code = 0;
        for (uint32_t digit = at; digit < at + 4; digit++) {
            uint8_t byte = name[digit];
            code = code << 4 | (byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
        }
        return code;
    };
    auto put = [&](uint32_t byte) { key.items[key.count++] = uint8_t(byte); };
    for (uint32_t at = 0; at < length; at++) {
        if (name[at] != '\\') {
            put(name[at]);
            continue;
        }
        switch (name[++at]) {
            case 'b': put('\b'); continue;
            case 'f': put('\f'); continue;
            case 'n': put('\n'); continue;
            case 'r': put('\r'); continue;
            case 't': put('\t'); continue;
            case 'u': break;
            default: put(name[at]); continue;
        }
        uint32_t code = unit(at + 1);
        at += 4;
        if ((code & 0xFC00) == 0xD800 && at + 6 < length && name[at + 1] == '\\' && name[at + 2] == 'u' &&
            (unit(at + 3) & 0xFC00) == 0xDC00) {
            code = 0x10000 + ((code & 0x3FF) << 10) + (unit(at + 3) & 0x3FF);
            at += 6;
        } else if ((code & 0xF800) == 0xD800) {
            code = 0xFFFD;
        }
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0 | code >> 6);
            put(0x80 | (code & 0x3F));
        } else {
            if (code >= 0x10000) put(0xF0 | code >> 18);
            put(code >= 0x10000 ? 0x80 | (code >> 12 & 0x3F) : 0xE0 | code >> 12);
            put(0x80 | (code >> 6 & 0x3F));
            put(0x80 | (code & 0x3F));
        }
    }
    return true;
}

/// The field that a key names, -1 for none, -2 when there is no memory. Objects of one stream tend to have the same
/// members in the same places, so the field found there last time is tried first.
int32_t patchbay_json::field_of(const uint8_t *name, uint32_t length, bool has_escapes, uint32_t ordinal) {
    if (has_escapes) {
        if (!unescape(name, length)) return -2;
        name = key.items;
        length = key.count;
    }
    auto matches = [&](int32_t field) {
        return fields[field].length == length && std::memcmp(fields[field].bytes, name, length) == 0;
    };
    int32_t guess = ordinal < 64 ? guesses[ordinal] : -1;
    if (guess >= 0 && matches(guess)) return guess;
    for (uint32_t field = 0; field < field_count; field++) {
        if (!matches(int32_t(field))) continue;
        if (ordinal < 64) guesses[ordinal] = int32_t(field);
        return int32_t(field);
    }
    return -1;
}

/// The object that the walker stands at becomes row `row`. False when there is no memory; `is_good` says whether the
/// line is one object.
bool patchbay_json::record(uint32_t offset, uint32_t row, bool &is_good) {
    is_good = false;
    if (walker.peek() != '{') return true;
    walker.token++;
    bool is_empty = walker.peek() == '}';
    for (uint32_t ordinal = 0; !is_empty; ordinal++) {
        if (walker.peek() != '"') return true;
        uint32_t start = walker.position(walker.token) + 1;
        bool has_escapes;
        uint32_t end = walker.string_end(has_escapes);
        if (end == 0) return true;
        walker.token++;
        if (walker.peek() != ':') return true;
        walker.token++;
        patchbay_json_value value;
        if (!walker.value(value)) return true;
        value.start += offset;
        value.end += offset;
        int32_t field = field_of(walker.base + start, end - start, has_escapes, ordinal);
        if (field == -2) return false;
        if (field >= 0) {
            values.items[uint64_t(field) * stride + row] = value;
        } else if (keeps_rest) {
            if (!members.append({start + offset, end + offset, has_escapes, value})) return false;
        }
        uint8_t byte = walker.peek();
        if (byte == '}') break;
        if (byte != ',') return true;
        walker.token++;
    }
    walker.token++;
    is_good = walker.position(walker.token) == walker.line_end;
    return true;
}

bool patchbay_json::skip(uint32_t start, uint32_t end, uint32_t reason) {
    if (regions.count > 0) {
        patchbay_json_region &last = regions.items[regions.count - 1];
        if (last.end == start && last.reason == reason) {
            last.end = end;
            return true;
        }
    }
    return regions.append({start, end, reason});
}

/// One line, `start ..< end` relative to the walker's window, which begins at `offset` of the buffer.
bool patchbay_json::line(uint32_t offset, uint32_t start, uint32_t end, uint32_t next, bool has_newline) {
    walker.line_end = end;
    if (walker.peek() == 0 && walker.position(walker.token) == end) {
        return skip(offset + start, offset + next, patchbay_json_blank);
    }
    uint32_t row = lines.count;
    for (uint32_t field = 0; field < field_count; field++) {
        values.items[uint64_t(field) * stride + row].kind = patchbay_json_absent;
    }
    uint32_t member_count = members.count;
    bool is_good;
    if (!record(offset, row, is_good)) return false;
    if (!is_good) {
        members.count = member_count;
        while (walker.token < walker.index_count && walker.indexes[walker.token] < end) walker.token++;
        return skip(offset + start, offset + next, has_newline ? patchbay_json_invalid : patchbay_json_truncated);
    }
    if (keeps_rest && !member_ends.append(members.count)) return false;
    return lines.append({offset + start, offset + end, 0});
}

/// Complete lines, `start ..< end` of the buffer. `used` is where the limit stopped it, or the end.
bool patchbay_json::window(const uint8_t *buffer, uint32_t start, uint32_t end, uint32_t limit, uint32_t &used) {
    bool is_clean;
    if (!index(buffer + start, end - start, is_clean)) return false;
    if (is_clean) walker.begin(buffer + start, end - start, indexer->structural_indexes.get(), indexer->n_structural_indexes);
    used = start;
    while (used < end && lines.count < limit) {
        const void *hit = std::memchr(buffer + used, '\n', end - used);
        uint32_t line_end = hit ? uint32_t(static_cast<const uint8_t *>(hit) - buffer) : end;
        uint32_t next = hit ? line_end + 1 : end;
        if (is_clean) {
            if (!line(start, used - start, line_end - start, next - start, hit != nullptr)) return false;
        } else {
            // Something in the window is wrong. Line by line it hits only the line that it is in.
            bool is_line_clean = false;
            if (line_end > used && !index(buffer + used, line_end - used, is_line_clean)) return false;
            walker.begin(buffer + used, line_end - used, indexer->structural_indexes.get(),
                         is_line_clean ? indexer->n_structural_indexes : 0);
            bool is_blank = true;
            for (uint32_t at = used; at < line_end && is_blank; at++) is_blank = Walker::is_space(buffer[at]);
            if (is_line_clean || is_blank) {
                if (!line(used, 0, line_end - used, next - used, hit != nullptr)) return false;
            } else if (!skip(used, next, hit ? patchbay_json_invalid : patchbay_json_truncated)) {
                return false;
            }
        }
        used = next;
    }
    return true;
}

extern "C" {

patchbay_json *patchbay_json_create(uint32_t field_count, uint32_t max_depth, int keeps_rest) {
    std::unique_ptr<patchbay_json> parser(new (std::nothrow) patchbay_json);
    if (!parser || max_depth == 0 || !parser->stack.reserve(max_depth)) return nullptr;
    parser->fields = field_count ? new (std::nothrow) FieldName[field_count] : nullptr;
    if (field_count && !parser->fields) return nullptr;
    parser->field_count = field_count;
    parser->keeps_rest = keeps_rest != 0;
    parser->walker.max_depth = max_depth;
    parser->walker.stack = parser->stack.items;
    for (int32_t &guess : parser->guesses) guess = -1;
    return parser.release();
}

int patchbay_json_set_field(patchbay_json *parser, uint32_t field, const uint8_t *name, size_t length) {
    if (field >= parser->field_count || length > UINT32_MAX) return -1;
    uint8_t *copy = static_cast<uint8_t *>(std::malloc(length ? length : 1));
    if (!copy) return -1;
    if (length) std::memcpy(copy, name, length);
    std::free(parser->fields[field].bytes);
    parser->fields[field] = {copy, uint32_t(length)};
    return 0;
}

void patchbay_json_destroy(patchbay_json *parser) {
    if (!parser) return;
    for (uint32_t field = 0; field < parser->field_count; field++) std::free(parser->fields[field].bytes);
    delete[] parser->fields;
    delete parser;
}

int patchbay_json_parse(patchbay_json *parser, const uint8_t *buffer, uint32_t start, uint32_t end, int is_last,
                        uint32_t limit, patchbay_json_result *result) {
    parser->lines.count = parser->regions.count = parser->members.count = parser->member_ends.count = 0;
    parser->stride = limit;
    if (!parser->values.reserve(uint64_t(parser->field_count) * limit)) return -1;
    uint32_t at = start;
    while (at < end && parser->lines.count < limit) {
        uint32_t window_end = end - at > window_size ? at + window_size : end;
        // Back to the last complete line of the window, or on to the end of a line that is larger than it.
        uint32_t line_end = window_end;
        while (line_end > at && buffer[line_end - 1] != '\n') line_end--;
        if (line_end == at) {
            const void *hit = std::memchr(buffer + window_end, '\n', end - window_end);
            if (!hit && !is_last) break;
            line_end = hit ? uint32_t(static_cast<const uint8_t *>(hit) - buffer) + 1 : end;
        } else if (is_last && window_end == end) {
            line_end = end;
        }
        if (!parser->window(buffer, at, line_end, limit, at)) return -1;
    }
    *result = {at,
               parser->lines.count,
               parser->lines.items,
               parser->values.items,
               parser->stride,
               parser->members.items,
               parser->member_ends.items,
               parser->regions.items,
               parser->regions.count};
    return 0;
}

void patchbay_json_doubles(const uint8_t *buffer, const patchbay_json_value *values, uint32_t count, double *numbers,
                           uint8_t *is_valid) {
    for (uint32_t index = 0; index < count; index++) {
        numbers[index] = 0;
        is_valid[index] = 0;
        if (values[index].kind != patchbay_json_number) continue;
        const char *text = reinterpret_cast<const char *>(buffer);
        auto parsed = std::from_chars(text + values[index].start, text + values[index].end, numbers[index]);
        is_valid[index] = parsed.ec == std::errc();
    }
}
}
