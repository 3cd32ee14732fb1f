#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

void patchbay_guest_unbind(patchbay_guest_binding *binding)
{
    patchbay_free(binding->names);
    __builtin_memset(binding, 0, sizeof *binding);
}

static void add(patchbay_guest_binding *binding, const void *text, size_t length)
{
    const size_t place = binding->names_size;
    binding->names_size = place + length + 4;
    binding->names = patchbay_guest_grow(binding->names, place, binding->names_size);
    const uint32_t size = (uint32_t)length;
    __builtin_memcpy(binding->names + place, &size, 4);
    __builtin_memcpy(binding->names + place + 4, text, length);
}

void patchbay_guest_bind(patchbay_guest_binding *binding, const patchbay_schema *schema)
{
    patchbay_guest_unbind(binding);
    binding->rest = PATCHBAY_GUEST_NO_COLUMN;
    if (schema == NULL) return;
    binding->flags = schema->flags;
    if (binding->flags & PATCHBAY_SCHEMA_KEY) add(binding, "key", 3);
    add(binding, "value", 5);
    if (binding->flags & PATCHBAY_SCHEMA_TIME) add(binding, "time", 4);
    const patchbay_field *field = patchbay_guest_at(schema->fields.address);
    for (size_t count = (size_t)schema->fields.count; count > 0; count--, field++)
        add(binding, patchbay_guest_at(field->name.address), (size_t)field->name.length);
    if (binding->flags & PATCHBAY_SCHEMA_OPEN)
        binding->rest = patchbay_guest_resolve(binding, (const uint8_t *)"rest", 4);
}

static void bind_everything(patchbay_guest_instance *instance, const patchbay_schema *schema)
{
    patchbay_guest_bind(&instance->binding, schema);
}

patchbay_guest_plugin *patchbay_guest_register(int32_t operation)
{
    patchbay_guest_plugin *plugin = patchbay_guest_add(operation);
    plugin->reads.flags = PATCHBAY_WANT_ALL | PATCHBAY_WANT_VALUE | PATCHBAY_WANT_KEY | PATCHBAY_WANT_TIME;
    plugin->bind = bind_everything;
    return plugin;
}

int32_t patchbay_guest_resolve(const patchbay_guest_binding *binding, const uint8_t *text, size_t length)
{
    int32_t found = binding->rest < 0 ? PATCHBAY_GUEST_NO_COLUMN : PATCHBAY_GUEST_IN_REST;
    const uint8_t *name = binding->names, *end = name + binding->names_size;
    /* Fields stand behind the well-known columns, and so win. */
    for (int32_t column = 0; name < end; column++) {
        uint32_t size;
        __builtin_memcpy(&size, name, 4);
        name += 4;
        if (size == length && __builtin_memcmp(name, text, length) == 0) found = column;
        name += size;
    }
    return found;
}

int32_t patchbay_guest_resolve_literal(patchbay_guest_binding *binding, const uint8_t *text, size_t length)
{
    const uint32_t address = (uint32_t)(uintptr_t)text;
    patchbay_guest_slot *slot = &binding->slots[(address ^ address >> 6) % PATCHBAY_GUEST_SLOTS];
    if (slot->text != text || slot->length != length)
        *slot = (patchbay_guest_slot){text, (uint32_t)length, patchbay_guest_resolve(binding, text, length)};
    return slot->column;
}

#pragma clang attribute pop
