/* Modules with several plugins: which one does the host mean? */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

static int same(patchbay_address address, const patchbay_bytes *text)
{
    return __builtin_memcmp(patchbay_guest_at(address), patchbay_guest_at(text->address), (size_t)text->length) == 0;
}

/* Whether `name`, "type/name", means this plugin; one without a name goes by any. */
static int is_called(const patchbay_guest_plugin *plugin, const patchbay_bytes *name)
{
    const size_t type = (size_t)plugin->type.length, own = (size_t)plugin->name.length;
    /* The type may hold both. */
    if (name->length == type && same(name->address, &plugin->type)) return 1;
    if (name->length <= type || !same(name->address, &plugin->type)) return 0;
    return own == 0 || (name->length == type + 1 + own && same(name->address + type + 1, &plugin->name));
}

static const patchbay_guest_plugin *find_by_name(const patchbay_bytes *name)
{
    const patchbay_guest_plugin *plugin = patchbay_guest_plugins;
    if (plugin != NULL && plugin->next != NULL)
        while (plugin != NULL && !is_called(plugin, name)) plugin = plugin->next;
    return plugin;
}

patchbay_guest_plugin *patchbay_guest_register_named(
    const uint8_t *type, size_t length, const uint8_t *name, size_t name_length, patchbay_guest_answer answer)
{
    patchbay_guest_plugin *plugin = patchbay_guest_register(type, length, 0);
    plugin->name = (patchbay_bytes){(uintptr_t)name, name_length};
    plugin->answer = answer;
    patchbay_guest_find = find_by_name;
    return plugin;
}

#pragma clang attribute pop
