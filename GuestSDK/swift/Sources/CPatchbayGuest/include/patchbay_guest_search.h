/* Searching bytes, sixteen at a time where there are 128-bit vectors. */
#ifndef PATCHBAY_GUEST_SEARCH_H
#define PATCHBAY_GUEST_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/* Where a byte, or one of three, lies first; `size` when it does not. */
size_t patchbay_guest_find_byte(const uint8_t *bytes, size_t size, uint8_t byte);
size_t patchbay_guest_find_any(const uint8_t *bytes, size_t size, uint8_t first, uint8_t second, uint8_t third);
/* Where text lies first; `size` when it does not. */
size_t patchbay_guest_find_text(const uint8_t *bytes, size_t size, const uint8_t *text, size_t length);
/* How often a byte occurs. */
size_t patchbay_guest_count_byte(const uint8_t *bytes, size_t size, uint8_t byte);

#endif
