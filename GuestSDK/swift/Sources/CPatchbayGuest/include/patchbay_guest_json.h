/* Reading JSON text (RFC 8259) in place. Strings may hold any bytes from 0x20 up: UTF-8 is not checked. */
#ifndef PATCHBAY_GUEST_JSON_H
#define PATCHBAY_GUEST_JSON_H

#include <stddef.h>
#include <stdint.h>

/* What is wrong with JSON text. */
enum {
    PATCHBAY_GUEST_JSON_ENTRY = 1, /* nothing: there is another member or element */
    PATCHBAY_GUEST_JSON_END = 0, /* nothing */
    PATCHBAY_GUEST_JSON_NO_VALUE = -1,
    PATCHBAY_GUEST_JSON_BAD_STRING = -2,
    PATCHBAY_GUEST_JSON_BAD_NUMBER = -3,
    PATCHBAY_GUEST_JSON_CUT_OFF = -4,
    PATCHBAY_GUEST_JSON_TOO_DEEP = -5,
    PATCHBAY_GUEST_JSON_NO_COMMA = -6,
    PATCHBAY_GUEST_JSON_NO_NAME = -7,
    PATCHBAY_GUEST_JSON_NO_COLON = -8,
    PATCHBAY_GUEST_JSON_TRAILING = -9,
};

/* How deep arrays and objects may lie in each other. */
enum { PATCHBAY_GUEST_JSON_DEPTH = 256 };

/* A member of an object (name with its quotes) or an element of an array (without a name). */
typedef struct patchbay_guest_json_entry {
    size_t name_start, name_end;
    size_t start, end;
} patchbay_guest_json_entry;

/* Steps over one value that begins at *place (space in front of it is skipped). *place is then where it ends, or what is
 * wrong. */
int patchbay_guest_json_skip(const uint8_t *bytes, size_t size, size_t *place);

/* Checks text that is to be one value with nothing but space around it. */
int patchbay_guest_json_check(const uint8_t *bytes, size_t size, size_t *place);

/* The next entry of the array or object that begins at bytes[0]; *place is 0 at first, then kept by the caller. */
int patchbay_guest_json_next(const uint8_t *bytes, size_t size, size_t *place, patchbay_guest_json_entry *entry);

/* The member called `name` (unescaped); the last one when there are several. 1 when there is one. */
int patchbay_guest_json_find(
    const uint8_t *bytes, size_t size, const uint8_t *name, size_t length, patchbay_guest_json_entry *entry);

/* How many bytes at the beginning may stand in a JSON string as they are. */
size_t patchbay_guest_json_plain(const uint8_t *bytes, size_t size);

#endif
