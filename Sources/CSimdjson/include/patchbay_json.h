// JSON lines, a run of them per call: every object of the run is checked in full, and the places of its members come
// back as columns. simdjson finds the structure of the text; the grammar is checked in this module, because what is
// wanted are ranges of the input, not parsed values.
#ifndef PATCHBAY_JSON_H
#define PATCHBAY_JSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Finds and checks JSON lines; keeps its memory from call to call. For one thread at a time.
typedef struct patchbay_json patchbay_json;

/// What a value is.
enum {
    patchbay_json_absent = 0,
    patchbay_json_object,
    patchbay_json_array,
    patchbay_json_string,
    /// A string with at least one escape.
    patchbay_json_escaped_string,
    patchbay_json_number,
    patchbay_json_true,
    patchbay_json_false,
    patchbay_json_null
};

/// Why a region holds no record.
enum {
    /// Lines without anything but white space.
    patchbay_json_blank = 0,
    /// A line that is not one JSON object.
    patchbay_json_invalid,
    /// The same, at the end of the input and without a newline.
    patchbay_json_truncated
};

/// A value, as offsets into the buffer; a string with its quotes.
typedef struct {
    uint32_t start, end;
    uint32_t kind;
} patchbay_json_value;

/// A member that nobody asked for by name.
typedef struct {
    /// The key without its quotes.
    uint32_t key_start, key_end;
    uint32_t key_has_escapes;
    patchbay_json_value value;
} patchbay_json_member;

/// A run of bytes.
typedef struct {
    uint32_t start, end;
    uint32_t reason;
} patchbay_json_region;

/// What a call found; the memory stays valid until the next call.
typedef struct {
    /// Offset behind the last line that was used up.
    uint32_t end;
    /// Number of records.
    uint32_t rows;
    /// Per record the line without its newline.
    const patchbay_json_region *lines;
    /// Values of field f and record r at `f * stride + r`.
    const patchbay_json_value *values;
    uint32_t stride;
    /// The members of all records, and per record the number of members up to its end.
    const patchbay_json_member *members;
    const uint32_t *member_ends;
    /// Regions that hold no record, in order, each with its newline.
    const patchbay_json_region *regions;
    uint32_t region_count;
} patchbay_json_result;

/// A new parser that takes `field_count` members by name out of each object; null when there is no memory. Nested
/// values deeper than `max_depth` make a line invalid. With `keeps_rest` the other members are listed.
patchbay_json *patchbay_json_create(uint32_t field_count, uint32_t max_depth, int keeps_rest);

/// Sets the name of a field, UTF-8, `length` bytes. Returns 0, or -1 when there is no memory or no such field.
int patchbay_json_set_field(patchbay_json *parser, uint32_t field, const uint8_t *name, size_t length);

/// Releases a parser.
void patchbay_json_destroy(patchbay_json *parser);

/// Parses the lines in `start ..< end` of `buffer`, `limit` records at most. The last line counts as complete without a
/// newline when `is_last`. `end` must be below 2^31. Returns 0, or -1 when there is no memory.
int patchbay_json_parse(patchbay_json *parser, const uint8_t *buffer, uint32_t start, uint32_t end, int is_last,
                        uint32_t limit, patchbay_json_result *result);

/// Reads `count` numbers (`values[i]` of a number kind) as doubles; `is_valid[i]` is 0 where there is none.
void patchbay_json_doubles(const uint8_t *buffer, const patchbay_json_value *values, uint32_t count, double *numbers,
                           uint8_t *is_valid);

#ifdef __cplusplus
}
#endif
#endif
