/* Modules with several plugins: which one does the host mean? */
#include "patchbay_guest.h"

/* Called once per batch or less: small is better than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

static int same(patchbay_address address, const patchbay_bytes *text)
{
    return __builtin_memcmp(patchbay_guest_at(address), patchbay_guest_at(text->address), (size_t)text->length) == 0;
}

static const char filter[] = "filter", validator[] = "validator";

/* Whether `name`, "type/name", means this plugin; one without a name goes by any. */
static int is_called(const patchbay_guest_plugin *plugin, const patchbay_bytes *name)
{
    patchbay_bytes kind = plugin->type;
    if (kind.length == 0)
        kind = plugin->operation == PATCHBAY_FILTER ? (patchbay_bytes){(uintptr_t)filter, sizeof filter - 1}
                                                    : (patchbay_bytes){(uintptr_t)validator, sizeof validator - 1};
    const size_t type = (size_t)kind.length, own = (size_t)plugin->name.length;
    /* The type may hold both. */
    if (name->length == type && same(name->address, &kind)) return 1;
    if (name->length <= type || !same(name->address, &kind)) return 0;
    return own == 0 || (name->length == type + 1 + own && same(name->address + type + 1, &plugin->name));
}

static int32_t refuse(patchbay_guest_instance *instance, int32_t operation, patchbay_call_frame *frame)
{
    (void)instance, (void)operation, (void)frame;
    return PATCHBAY_UNSUPPORTED;
}

/* What is found when no plugin goes by a name. */
static const patchbay_guest_plugin nobody = {.answer = refuse};

static const patchbay_guest_plugin *find_by_name(const patchbay_bytes *name)
{
    const patchbay_guest_plugin *plugin = patchbay_guest_plugins;
    if (plugin->next != NULL)
        while (plugin != NULL && !is_called(plugin, name)) plugin = plugin->next;
    return plugin != NULL ? plugin : &nobody;
}

patchbay_guest_plugin *patchbay_guest_register_named(
    const uint8_t *type, size_t length, const uint8_t *name, size_t name_length, patchbay_guest_answer answer)
{
    patchbay_guest_plugin *plugin = patchbay_guest_register(0);
    plugin->type = (patchbay_bytes){(uintptr_t)type, length};
    plugin->name = (patchbay_bytes){(uintptr_t)name, name_length};
    plugin->answer = answer;
    patchbay_guest_find = find_by_name;
    return plugin;
}

#pragma clang attribute pop
