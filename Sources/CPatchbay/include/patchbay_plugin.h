/* Patchbay's plugin ABI, version 1: one truth for WebAssembly modules and for native plugins behind the same calls.
 *
 * docs/abi.md explains it. All structures have the same layout in a 32-bit guest and in a 64-bit host: little-endian,
 * fixed-size members, addresses as 64-bit numbers (in a wasm32 guest the upper half is zero). Structures grow at the
 * end only; whoever fills one states its size, whoever reads one reads no further than that. */
#ifndef PATCHBAY_PLUGIN_H
#define PATCHBAY_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PATCHBAY_ABI_VERSION 1
/* The custom section of a module that holds its manifest as JSON. */
#define PATCHBAY_MANIFEST_SECTION "patchbay.manifest"

/* An address in the memory of the plugin; 0 for none. */
typedef uint64_t patchbay_address;

/* Bytes in the memory of the plugin. Text is UTF-8. */
typedef struct patchbay_bytes {
    patchbay_address address;
    uint64_t length;
} patchbay_bytes;

/* An array in the memory of the plugin; the member that has this type says of what. */
typedef struct patchbay_list {
    patchbay_address address;
    uint64_t count;
} patchbay_list;

/* ------------------------------------------------------------------------------------------------ columns */

typedef enum patchbay_type {
    PATCHBAY_ABSENT = 0, /* the column was not asked for */
    PATCHBAY_INT64 = 1,
    PATCHBAY_FLOAT64 = 2,
    PATCHBAY_BOOL = 3,
    PATCHBAY_UTF8 = 4,
    PATCHBAY_BINARY = 5,
    PATCHBAY_WORD = 6, /* text that repeats: an index into words */
    PATCHBAY_TIMESTAMP = 7, /* nanoseconds since 1970-01-01T00:00:00Z */
    PATCHBAY_JSON = 8, /* text of one JSON value */
    PATCHBAY_MAP = 9, /* text to text */
    PATCHBAY_JSON_MAP = 10, /* text to JSON */
    PATCHBAY_INHERITED = 255, /* in results: rows of an input column, see patchbay_result_rows */
} patchbay_type;

/* One column of a batch. All arrays are aligned to the size of their elements. */
typedef struct patchbay_column {
    uint32_t type; /* patchbay_type */
    uint32_t inherited; /* PATCHBAY_INHERITED: number of the input column */
    uint64_t count; /* rows */
    patchbay_address validity; /* 0, or one bit per row, least significant first, set where there is a value */
    patchbay_address values; /* int64, float64, timestamp: 8 bytes a row; bool: one bit a row; word: int32 indices;
                                variable types and maps: int32 starts */
    patchbay_address ends; /* variable types and maps: int32 ends. values + 4 where a row ends as the next begins; the
                              array of starts then has count + 1 elements */
    patchbay_bytes data; /* variable types: the bytes that starts and ends count in */
    patchbay_address words; /* word: a patchbay_column of type utf8; map: two of them, keys and values (utf8 or json) */
    uint64_t version; /* word: changes whenever the words change; 0 when the plugin does not keep count */
} patchbay_column;

/* Rows of columns, in this order: key if the schema has one, value, time if the schema has one, then the fields. */
typedef struct patchbay_batch {
    uint64_t rows;
    patchbay_list columns; /* patchbay_column */
} patchbay_batch;

/* ------------------------------------------------------------------------------------------------ schemas */

#define PATCHBAY_SCHEMA_KEY 1u /* records have a key */
#define PATCHBAY_SCHEMA_TIME 2u /* records have a time */
#define PATCHBAY_SCHEMA_OPEN 4u /* any field may be asked for by name; the others travel in the map field "rest" */
#define PATCHBAY_SCHEMA_HIDES_TIME 8u /* outputs that write all columns leave the time out */

#define PATCHBAY_FIELD_ON_DEMAND 1u /* made only when named */

typedef struct patchbay_field {
    patchbay_bytes name;
    uint32_t type;
    uint32_t flags;
    patchbay_list words; /* word: patchbay_bytes, the closed vocabulary in rising order; empty for an open one */
    patchbay_bytes summary;
} patchbay_field;

typedef struct patchbay_schema {
    uint32_t flags;
    uint32_t reserved;
    patchbay_list fields; /* patchbay_field */
    patchbay_bytes text_template; /* how a record looks as a line of text; address 0 for none */
    patchbay_bytes record_suffix; /* what follows each value when records are written in their original form */
} patchbay_schema;

#define PATCHBAY_WANT_ALL 1u /* every field that is not on demand */
#define PATCHBAY_WANT_VALUE 2u
#define PATCHBAY_WANT_KEY 4u
#define PATCHBAY_WANT_TIME 8u

/* Which columns someone reads. */
typedef struct patchbay_request {
    uint32_t flags;
    uint32_t reserved;
    patchbay_list names; /* patchbay_bytes */
} patchbay_request;

/* ------------------------------------------------------------------------------------------------ calls */

/* What patchbay_call is asked to do. "In" and "out" name members of patchbay_call_frame. */
typedef enum patchbay_operation {
    /* In: name = the capability, options. Makes an instance: out: instance. Called before everything else. */
    PATCHBAY_CREATE = 1,
    /* The instance is no longer needed. Modules need not answer: their memory goes away as a whole. */
    PATCHBAY_DESTROY = 2,
    /* What would BIND return? In: input_schema (0 for sources and parsers), request = what is read of the output.
     * Out: output_schema (0 for filters, validators, sinks), wanted = what the plugin reads of its input.
     * The schema of a parser or source is asked for with request flags 0 and PATCHBAY_DESCRIBE_ALL: all that it has. */
    PATCHBAY_DESCRIBE = 3,
    /* The same, and from now on batches have these schemas. May be called again. */
    PATCHBAY_BIND = 4,
    PATCHBAY_START = 5,
    PATCHBAY_STOP = 6,
    PATCHBAY_HEALTH = 7,
    /* Parsers: a new part (file) begins. */
    PATCHBAY_RESET = 8,
    /* Byte sources. In: input = a buffer to fill, flags MAY_WAIT. Out: consumed = how many bytes, flags NOTHING_YET,
     * END_OF_PART or END, which may come with the last bytes; output = name of the part that the bytes belong to, empty
     * when it is still the same. Forwarded bytes go before those in the buffer. */
    PATCHBAY_READ_BYTES = 9,
    /* Sources. Out: result, or flags NOTHING_YET or END. */
    PATCHBAY_READ_BATCH = 10,
    /* Parsers. In: input, position, limit = most records, flags LAST, DISCARDED.
     * Out: result (value views should lie in input), consumed, regions, flags STILL_DISCARDING. */
    PATCHBAY_PARSE = 11,
    /* Splitting parsers: as PARSE with no limit, without making records. Out: consumed, flags STILL_DISCARDING. */
    PATCHBAY_BOUNDARY = 12,
    /* In: batch. Out: output = bitmap of the rows that stay, errors, flags SATURATED. */
    PATCHBAY_FILTER = 13,
    /* In: batch. Out: result, result_rows, dropped, added, errors. Flag MORE: call again for more of the same batch, with
     * the same frame; each of these calls has to bring something, and together they may bring what one call may.
     * Each record that comes in is in the result, dropped or in errors: rows in + added = rows out + dropped + errors. */
    PATCHBAY_TRANSFORM = 14,
    /* In: batch. Out: errors. */
    PATCHBAY_VALIDATE = 15,
    /* Aggregates. In: batch. Out: errors. */
    PATCHBAY_ACCUMULATE = 16,
    /* Aggregates. Out: result, flag MORE: call again. */
    PATCHBAY_FINISH = 17,
    /* Sinks. In: batch. Out: errors. */
    PATCHBAY_WRITE = 18,
    /* Sinks: make durable what was written. */
    PATCHBAY_FLUSH = 19,
    /* Capabilities that a host defines. In: name = the operation, input. Out: output. */
    PATCHBAY_ANSWER = 20,
    /* Out: output = the state, for a checkpoint. */
    PATCHBAY_SAVE = 21,
    /* In: input = a state that SAVE gave to another instance with the same options. Follows CREATE; BIND and START come
     * after it and keep it. */
    PATCHBAY_RESTORE = 22,
    /* In: input = the first bytes of an input. Out: consumed = 0 (not mine) to 100 (certain). Needs CREATE only. */
    PATCHBAY_RECOGNIZE = 23,
    /* In: position = a token. The results that carried it are no longer read. */
    PATCHBAY_RELEASE = 24,
} patchbay_operation;

/* What patchbay_call returns. With anything below 0, `message` says what is wrong. */
typedef enum patchbay_status {
    PATCHBAY_OK = 0,
    PATCHBAY_FAILED = -1, /* a fault of the plugin or of its surroundings */
    PATCHBAY_UNSUPPORTED = -2, /* the plugin has no such operation */
    PATCHBAY_BAD_OPTIONS = -3, /* options that do not fit together */
    PATCHBAY_BAD_SCHEMA = -4, /* the fields that arrive do not fit */
    PATCHBAY_BAD_INPUT = -5, /* the input is not what the plugin reads */
    PATCHBAY_BAD_OUTPUT = -6, /* the destination refuses */
    PATCHBAY_NO_MEMORY = -7,
} patchbay_status;

#define PATCHBAY_LAST 1u /* in: the part ends with the input */
#define PATCHBAY_DISCARDED 2u /* in: the beginning of the record in progress was thrown away */
#define PATCHBAY_MAY_WAIT 4u /* in: up to 100 ms */
#define PATCHBAY_DESCRIBE_ALL 8u /* in */
#define PATCHBAY_STILL_DISCARDING 0x100u /* out: even the end of the input lies in a discarded record */
#define PATCHBAY_NOTHING_YET 0x200u /* out */
#define PATCHBAY_END_OF_PART 0x400u /* out */
#define PATCHBAY_END 0x800u /* out */
#define PATCHBAY_SATURATED 0x1000u /* out: no further record can pass */
#define PATCHBAY_MORE 0x2000u /* out: call again */

typedef enum patchbay_option_kind {
    PATCHBAY_OPTION_NULL = 0,
    PATCHBAY_OPTION_BOOL = 1, /* integer is 0 or 1 */
    PATCHBAY_OPTION_INTEGER = 2,
    PATCHBAY_OPTION_NUMBER = 3,
    PATCHBAY_OPTION_TEXT = 4,
    PATCHBAY_OPTION_JSON = 5, /* a list or a map: text is JSON */
} patchbay_option_kind;

/* One option of the configuration, checked against the manifest, defaults filled in. Lists and maps are JSON text.
 * `text` holds the JSON text of values of every kind but TEXT, whose text it holds as it is. */
typedef struct patchbay_option {
    patchbay_bytes name;
    uint32_t kind;
    uint32_t reserved;
    int64_t integer;
    double number;
    patchbay_bytes text;
} patchbay_option;

/* Why a region of the input became no record. */
typedef enum patchbay_reason {
    PATCHBAY_REASON_DAMAGE = 1,
    PATCHBAY_REASON_TRUNCATED = 2,
    PATCHBAY_REASON_TOO_LARGE = 3,
    PATCHBAY_REASON_INVALID = 4,
    PATCHBAY_REASON_BLANK = 5,
    PATCHBAY_REASON_OWN = 255, /* name holds it, in snake_case */
} patchbay_reason;

typedef struct patchbay_region {
    uint64_t position;
    uint64_t length;
    uint32_t reason;
    uint32_t reserved;
    patchbay_bytes name;
} patchbay_region;

/* A record that could not be processed; a trap would take the whole batch with it. In rising order of rows. */
typedef struct patchbay_record_error {
    uint64_t row;
    patchbay_bytes message;
} patchbay_record_error;

/* The one argument of patchbay_call: made and zeroed by the host before each call, in the memory of the plugin. */
typedef struct patchbay_call_frame {
    uint32_t size; /* of this structure, as the host knows it */
    uint32_t flags;
    uint64_t instance; /* what CREATE put here */
    patchbay_bytes name;
    patchbay_list options; /* patchbay_option */
    patchbay_bytes input;
    uint64_t position;
    uint64_t limit;
    patchbay_address input_schema; /* patchbay_schema */
    patchbay_request request;
    patchbay_batch batch;
    /* out */
    uint64_t consumed;
    uint64_t token; /* not 0: the results stay as they are until RELEASE of this token, which follows once no result that
                       carried it is read any more, also when it came with several calls. 0: until the next call */
    patchbay_bytes output;
    patchbay_batch result;
    patchbay_list result_rows; /* uint32: per row of result the input row that inherited columns take; empty: the same */
    patchbay_list regions; /* patchbay_region, in rising order */
    patchbay_list errors; /* patchbay_record_error */
    uint64_t dropped; /* records left out on purpose */
    uint64_t added; /* records beyond one for each that came in */
    patchbay_address output_schema; /* patchbay_schema */
    patchbay_request wanted;
    patchbay_bytes message;
} patchbay_call_frame;

#ifdef __wasm__
#define PATCHBAY_EXPORT(symbol) __attribute__((export_name(#symbol), visibility("default"))) symbol
#define PATCHBAY_IMPORT(symbol) __attribute__((import_module("patchbay"), import_name(#symbol)))
#else
#define PATCHBAY_EXPORT(symbol) __attribute__((visibility("default"))) symbol
#endif

/* What a module exports, besides its memory. */
int32_t patchbay_call(int32_t operation, patchbay_call_frame *frame);
/* Memory for the host to write to, aligned to 16; NULL when there is none. Freed by the host with patchbay_free. */
void *patchbay_allocate(uint32_t size);
void patchbay_free(void *address);

/* ------------------------------------------------------------------------------------------------ host functions */

/* A call that needs a grant which the operator has not given ends the call of the plugin with an error that names it;
 * patchbay_granted asks first. Functions that return bytes write at most `capacity` of them and return the whole
 * length, or -1 when there is no such thing. */
#ifdef __wasm__

typedef struct patchbay_log_field {
    patchbay_bytes name;
    patchbay_bytes value;
} patchbay_log_field;

enum { PATCHBAY_LOG_ERROR = 0, PATCHBAY_LOG_WARNING = 1, PATCHBAY_LOG_INFO = 2, PATCHBAY_LOG_DEBUG = 3 };
enum { PATCHBAY_CLOCK_WALL = 0, PATCHBAY_CLOCK_MONOTONIC = 1 };
enum { PATCHBAY_OPEN_READ = 0, PATCHBAY_OPEN_WRITE = 1, PATCHBAY_OPEN_APPEND = 2 };

/* 1 when the grant `name` (such as "clock") was given. */
PATCHBAY_IMPORT(granted) int32_t patchbay_granted(const void *name, uint32_t length);
/* Grant "log", given by default. Lines over the permitted rate are counted, and the count is logged. */
PATCHBAY_IMPORT(log)
void patchbay_log(int32_t level, const void *text, uint32_t length, const patchbay_log_field *fields, uint32_t count);
/* Grant "clock". Nanoseconds: since the epoch, or of a clock that never goes back. */
PATCHBAY_IMPORT(clock) int64_t patchbay_clock(int32_t kind);
/* Grant "random". */
PATCHBAY_IMPORT(random) void patchbay_random(void *bytes, uint32_t length);
/* No grant. The text of an option, as in patchbay_option. */
PATCHBAY_IMPORT(config)
int64_t patchbay_config(const void *name, uint32_t length, void *value, uint32_t capacity);
/* An option that the manifest marks as secret; else, with the grant "secret:NAME", the environment variable NAME. */
PATCHBAY_IMPORT(secret)
int64_t patchbay_secret(const void *name, uint32_t length, void *value, uint32_t capacity);
/* Grant "state": values under keys, which outlive the instance and are shared by all instances of the stage. */
PATCHBAY_IMPORT(state_get)
int64_t patchbay_state_get(const void *key, uint32_t length, void *value, uint32_t capacity);
/* value NULL takes the key out. 0, or -1 when the stage's state would grow too large. */
PATCHBAY_IMPORT(state_set)
int32_t patchbay_state_set(const void *key, uint32_t length, const void *value, uint32_t size);
/* Grant "metrics", given by default. */
PATCHBAY_IMPORT(counter) void patchbay_counter(const void *name, uint32_t length, int64_t delta);
PATCHBAY_IMPORT(histogram) void patchbay_histogram(const void *name, uint32_t length, double value);
/* Grant "call:TYPE/NAME". Calls another plugin's capability; -1 when it fails. The answer is that of the latest call:
 * with `output` NULL only its length is returned and patchbay_answer fetches it. */
PATCHBAY_IMPORT(call)
int64_t patchbay_call_capability(
    const void *capability, uint32_t capability_length, const void *operation, uint32_t operation_length,
    const void *input, uint32_t input_length, void *output, uint32_t capacity);
PATCHBAY_IMPORT(answer) int64_t patchbay_answer(void *output, uint32_t capacity);
/* Grant "read:PATH" or "write:PATH" (a file, or a directory with all below it). A handle, or -errno. */
PATCHBAY_IMPORT(open) int32_t patchbay_open(const void *path, uint32_t length, int32_t mode);
/* Grant "connect:HOST:PORT". A handle of a TCP connection, or -errno. */
PATCHBAY_IMPORT(connect) int32_t patchbay_connect(const void *host, uint32_t length, uint32_t port);
/* Bytes read, 0 at the end, or -errno; -11 (EAGAIN) when nothing has come within 100 ms. */
PATCHBAY_IMPORT(read) int64_t patchbay_read(int32_t handle, void *bytes, uint64_t capacity);
/* As patchbay_read, but the bytes go straight into what READ_BYTES has to fill and never through the plugin's memory:
 * appended to what went there in this call. They count in addition to `consumed`. */
PATCHBAY_IMPORT(forward) int64_t patchbay_forward(int32_t handle, uint64_t capacity);
PATCHBAY_IMPORT(write) int64_t patchbay_write(int32_t handle, const void *bytes, uint64_t length);
PATCHBAY_IMPORT(seek) int64_t patchbay_seek(int32_t handle, uint64_t position);
/* Bytes of the file, or -1 for streams. */
PATCHBAY_IMPORT(size) int64_t patchbay_size(int32_t handle);
/* Makes durable what was written; 0 or -errno. */
PATCHBAY_IMPORT(sync) int32_t patchbay_sync(int32_t handle);
PATCHBAY_IMPORT(close) void patchbay_close(int32_t handle);

#endif

#ifdef __cplusplus
}
#endif
#endif
