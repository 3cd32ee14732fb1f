/* Records that could not be processed. */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

typedef struct patchbay_guest_kept {
    struct patchbay_guest_kept *next;
    uint8_t text[];
} patchbay_guest_kept;

static void drop_messages(patchbay_guest_instance *instance)
{
    while (instance->kept != NULL) {
        patchbay_guest_kept *next = instance->kept->next;
        patchbay_free(instance->kept);
        instance->kept = next;
    }
}

void patchbay_guest_fail(patchbay_guest_instance *instance, uint64_t row, const uint8_t *text, size_t length)
{
    patchbay_list *list = &instance->frame->errors;
    const size_t size = sizeof *instance->errors, count = (size_t)list->count;
    /* The host reads the messages of a call before the next one. */
    if (count == 0) drop_messages(instance);
    if (count == instance->error_capacity) {
        instance->error_capacity += count + 16;
        instance->errors = patchbay_guest_grow(instance->errors, count * size, instance->error_capacity * size);
    }
    patchbay_guest_kept *kept = patchbay_guest_grow(NULL, 0, sizeof *kept + length);
    __builtin_memcpy(kept->text, text, length);
    kept->next = instance->kept;
    instance->kept = kept;
    instance->errors[count] = (patchbay_record_error){row, {(uintptr_t)kept->text, length}};
    *list = (patchbay_list){(uintptr_t)instance->errors, count + 1};
}

void patchbay_guest_destroy(patchbay_guest_instance *instance)
{
    drop_messages(instance);
    patchbay_guest_unbind(&instance->binding);
    patchbay_free(instance->selection);
    patchbay_free(instance->errors);
    patchbay_free(instance);
}

#pragma clang attribute pop
