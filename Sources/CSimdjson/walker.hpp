#pragma once
#include "growable.hpp"
#include "patchbay_json.h"

/// Checks one line after the other against the grammar of RFC 8259, along the structural indexes that simdjson found
/// in a window of the input. An index stands for each `{ } [ ] : ,` outside strings and for the first byte of each
/// other value; between two of them there is the rest of one value and white space.
///
/// Offsets are relative to `base`. simdjson has checked that the window is UTF-8, that strings are closed and that they
/// hold no control characters; everything else is checked here.
struct Walker {
    const uint8_t *base = nullptr;
    const uint32_t *indexes = nullptr;
    uint32_t index_count = 0;
    /// The token looked at.
    uint32_t token = 0;
    /// Offset of the next backslash; the window's end when there is none.
    uint32_t next_backslash = 0;
    uint32_t window_end = 0;
    /// End of the line without its newline.
    uint32_t line_end = 0;
    uint32_t max_depth = 0;
    uint8_t *stack = nullptr;

    void begin(const uint8_t *window, uint32_t size, const uint32_t *found, uint32_t count) {
        base = window;
        indexes = found;
        index_count = count;
        token = 0;
        window_end = size;
        find_backslash(0);
    }

    void find_backslash(uint32_t from) {
        const void *hit = from < window_end ? std::memchr(base + from, '\\', window_end - from) : nullptr;
        next_backslash = hit ? uint32_t(static_cast<const uint8_t *>(hit) - base) : window_end;
    }

    /// Offset of a token; the line's end when it lies behind it.
    uint32_t position(uint32_t at) const {
        return at < index_count && indexes[at] < line_end ? indexes[at] : line_end;
    }

    /// First byte of the present token; 0 at the line's end.
    uint8_t peek() const {
        uint32_t at = position(token);
        return at < line_end ? base[at] : 0;
    }

    static bool is_space(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }
    static bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

    /// Whether only white space lies between `from` and the next token.
    bool ends_before_next(uint32_t from) const {
        uint32_t next = position(token + 1);
        while (from < next && is_space(base[from])) from++;
        return from >= next;
    }

    /// The string at the present token: its closing quote's offset, 0 when it is none.
    uint32_t string_end(bool &has_escapes) {
        uint32_t start = position(token);
        uint32_t end = position(token + 1);
        while (end > start && is_space(base[end - 1])) end--;
        if (end < start + 2 || base[end - 1] != '"') return 0;
        uint32_t quote = end - 1;
        has_escapes = false;
        if (next_backslash >= quote) return quote;
        // A backslash before this string lies outside all strings, in a line that was found to be invalid.
        if (next_backslash < start) find_backslash(start);
        has_escapes = next_backslash < quote;
        return has_escapes && !check_escapes(quote) ? 0 : quote;
    }

    /// Checks the escapes before `to`, the end of a string, and moves on to the next backslash behind it.
    bool check_escapes(uint32_t to) {
        bool is_good = true;
        while (next_backslash < to) {
            uint32_t at = next_backslash;
            uint32_t length = 2;
            switch (base[at + 1]) {
                case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': break;
                case 'u':
                    length = 6;
                    for (uint32_t digit = at + 2; digit < at + 6; digit++) {
                        uint8_t byte = digit < to ? base[digit] : 0;
                        uint8_t letter = byte | 0x20;
                        if (!is_digit(byte) && !(letter >= 'a' && letter <= 'f')) is_good = false;
                    }
                    break;
                default: is_good = false;
            }
            if (!is_good) break;
            find_backslash(at + length);
        }
        if (next_backslash < to) find_backslash(to);
        return is_good;
    }

    /// The number at the present token: the offset behind it, 0 when it is none.
    uint32_t number_end() const {
        uint32_t at = position(token);
        auto digit = [&] { return at < line_end && is_digit(base[at]); };
        if (base[at] == '-') at++;
        if (!digit()) return 0;
        if (base[at] == '0') {
            at++;
        } else {
            while (digit()) at++;
        }
        if (at < line_end && base[at] == '.') {
            at++;
            if (!digit()) return 0;
            while (digit()) at++;
        }
        if (at < line_end && (base[at] | 0x20) == 'e') {
            at++;
            if (at < line_end && (base[at] == '+' || base[at] == '-')) at++;
            if (!digit()) return 0;
            while (digit()) at++;
        }
        return ends_before_next(at) ? at : 0;
    }

    uint32_t literal_end(const char *word, uint32_t length) const {
        uint32_t at = position(token);
        if (line_end - at < length || std::memcmp(base + at, word, length) != 0) return 0;
        return ends_before_next(at + length) ? at + length : 0;
    }

    /// Any value at the present token; moves behind it. False when it is none.
    bool value(patchbay_json_value &found) {
        found.start = position(token);
        if (found.start >= line_end) return false;
        bool has_escapes = false;
        switch (base[found.start]) {
            case '"': {
                uint32_t quote = string_end(has_escapes);
                if (quote == 0) return false;
                found.end = quote + 1;
                found.kind = has_escapes ? patchbay_json_escaped_string : patchbay_json_string;
                break;
            }
            case '{':
            case '[':
                found.kind = base[found.start] == '{' ? patchbay_json_object : patchbay_json_array;
                return container(found.end);
            case 't': found.kind = patchbay_json_true; found.end = literal_end("true", 4); break;
            case 'f': found.kind = patchbay_json_false; found.end = literal_end("false", 5); break;
            case 'n': found.kind = patchbay_json_null; found.end = literal_end("null", 4); break;
            default: found.kind = patchbay_json_number; found.end = number_end();
        }
        token++;
        return found.end != 0;
    }

    /// The object or array at the present token, with all that is in it; moves behind it.
    bool container(uint32_t &end) {
        enum Step { open, key, element, after };
        uint32_t depth = 0;
        Step next = open;
        auto inside = [&] { return stack[depth - 1] == '}' ? key : element; };
        while (true) {
            uint8_t byte = peek();
            switch (next) {
                case open:
                    if (depth >= max_depth) return false;
                    stack[depth++] = byte == '{' ? '}' : ']';
                    token++;
                    byte = peek();
                    next = byte == stack[depth - 1] ? after : inside();
                    break;
                case key: {
                    bool has_escapes;
                    if (byte != '"' || string_end(has_escapes) == 0) return false;
                    token++;
                    if (peek() != ':') return false;
                    token++;
                    next = element;
                    break;
                }
                case element:
                    if (byte == '{' || byte == '[') {
                        next = open;
                    } else {
                        patchbay_json_value scalar;
                        if (!value(scalar)) return false;
                        next = after;
                    }
                    break;
                case after:
                    if (byte == ',') {
                        next = inside();
                        token++;
                    } else if (byte == stack[depth - 1]) {
                        end = position(token) + 1;
                        token++;
                        if (--depth == 0) return true;
                    } else {
                        return false;
                    }
            }
        }
    }
};
