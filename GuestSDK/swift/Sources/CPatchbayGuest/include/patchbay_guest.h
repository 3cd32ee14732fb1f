/* What the Swift SDK does in C: the entry points, reading the host's columns, byte scans with 128-bit vectors. */
#ifndef PATCHBAY_GUEST_H
#define PATCHBAY_GUEST_H

#include "patchbay_plugin.h"

#include <stddef.h>
#include <stdint.h>

#include "patchbay_guest_binding.h"
#include "patchbay_guest_columns.h"
#include "patchbay_guest_instance.h"
#include "patchbay_guest_host.h"
#include "patchbay_guest_json.h"
#include "patchbay_guest_output.h"
#include "patchbay_guest_search.h"

/* A block of at least `capacity` bytes that holds the first `used` bytes of `block`, which is given back. Traps when
 * there is no memory. */
void *patchbay_guest_grow(void *block, size_t used, size_t capacity);

/* One character of a JSON string without its quotes, as UTF-8 with its first byte lowest; returns where the next one
 * begins. Half a surrogate pair is U+FFFD; what no escape may be stands for some character. */
const uint8_t *patchbay_guest_json_character(const uint8_t *at, const uint8_t *end, uint32_t *character);

/* Whether bytes are `text`; or, when they are JSON, the string `text`. */
int patchbay_guest_text_equals(const uint8_t *found, size_t size, const uint8_t *text, size_t length, int is_json);

#endif
