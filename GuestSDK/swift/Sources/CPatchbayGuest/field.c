/* Plugins without state that read one field alone: which column it is is found once, and nothing else is kept. */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

static void bind_field(patchbay_guest_instance *instance, const patchbay_schema *schema)
{
    const patchbay_bytes *wanted = &instance->plugin->field;
    const patchbay_field *field = patchbay_guest_at(schema->fields.address);
    /* Fields stand behind value, key and time. */
    int32_t column = 1 + (int32_t)(schema->flags & PATCHBAY_SCHEMA_KEY) + (int32_t)(schema->flags / PATCHBAY_SCHEMA_TIME & 1);
    instance->binding.field = 0;
    for (size_t rest = (size_t)schema->fields.count; rest > 0; rest--, column++, field++)
        if (patchbay_guest_text_equals(
                patchbay_guest_at(field->name.address), (size_t)field->name.length, patchbay_guest_at(wanted->address),
                (size_t)wanted->length, 0))
            instance->binding.field = column;
}

patchbay_guest_plugin *patchbay_guest_register_by(int32_t operation, const uint8_t *field, size_t length)
{
    patchbay_guest_plugin *plugin = patchbay_guest_add(operation);
    plugin->field = (patchbay_bytes){(uintptr_t)field, length};
    plugin->reads.names = (patchbay_list){(uintptr_t)&plugin->field, 1};
    plugin->bind = bind_field;
    return plugin;
}

#pragma clang attribute pop
