/* The filter `odd` written against the ABI alone: how little a guest can do. It is built without the SDK. */
#include "patchbay_plugin.h"

extern uint8_t __heap_base;
static uint32_t next;

void *PATCHBAY_EXPORT(patchbay_allocate)(uint32_t size) {
    if (!next) next = ((uint32_t)(uintptr_t)&__heap_base + 63) & ~63u;
    uint32_t place = next;
    next += (size + 63) & ~63u;
    uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) << 16;
    if (next > end && __builtin_wasm_memory_grow(0, (next - end + 0xFFFF) >> 16) == (uint32_t)-1) return 0;
    return (void *)(uintptr_t)place;
}

void PATCHBAY_EXPORT(patchbay_free)(void *address) {
    (void)address;
}

static uint8_t bitmap[1 << 17];

static int32_t filter(patchbay_call_frame *frame) {
    uint32_t rows = (uint32_t)frame->batch.rows;
    if (rows > sizeof bitmap * 8) return PATCHBAY_NO_MEMORY;
    const patchbay_column *values = (const patchbay_column *)(uintptr_t)frame->batch.columns.address;
    const int32_t *starts = (const int32_t *)(uintptr_t)values->values;
    const uint8_t *data = (const uint8_t *)(uintptr_t)values->data.address;
    for (uint32_t row = 0; row < rows; row += 8) {
        uint32_t count = rows - row < 8 ? rows - row : 8;
        uint8_t bits = 0;
        for (uint32_t bit = 0; bit < count; bit++) bits |= (uint8_t)((data[starts[row + bit]] & 1) << bit);
        bitmap[row >> 3] = bits;
    }
    frame->output.address = (uint32_t)(uintptr_t)bitmap;
    frame->output.length = (rows + 7) / 8;
    return PATCHBAY_OK;
}

int32_t PATCHBAY_EXPORT(patchbay_call)(int32_t operation, patchbay_call_frame *frame) {
    switch (operation) {
    case PATCHBAY_CREATE: frame->instance = 1; return PATCHBAY_OK;
    case PATCHBAY_DESCRIBE:
    case PATCHBAY_BIND: frame->wanted.flags = PATCHBAY_WANT_VALUE; return PATCHBAY_OK;
    case PATCHBAY_START:
    case PATCHBAY_STOP: return PATCHBAY_OK;
    case PATCHBAY_FILTER: return filter(frame);
    default: return PATCHBAY_UNSUPPORTED;
    }
}
