/* The work of the comparison of hosts for Extism, whose memory is not the plugin's: input and output pass through its
 * host functions, eight bytes a call. */
#include "work.h"

#define HOST(symbol) __attribute__((import_module("extism:host/env"), import_name(#symbol))) symbol
#define EXPORT(symbol) __attribute__((export_name(#symbol))) symbol

uint64_t HOST(input_length)(void);
uint8_t HOST(input_load_u8)(uint64_t offset);
uint64_t HOST(input_load_u64)(uint64_t offset);
uint64_t HOST(alloc)(uint64_t size);
void HOST(store_u8)(uint64_t offset, uint8_t value);
void HOST(store_u64)(uint64_t offset, uint64_t value);
void HOST(output_set)(uint64_t offset, uint64_t length);

enum { most = 1 << 20 };
static _Alignas(8) uint8_t input[most], output[most];

static size_t read_input(void) {
    size_t length = (size_t)input_length();
    if (length > most) __builtin_trap();
    size_t index = 0;
    for (; index + 8 <= length; index += 8) *(uint64_t *)(input + index) = input_load_u64(index);
    for (; index < length; index++) input[index] = input_load_u8(index);
    return length;
}

static void write_output(const uint8_t *bytes, size_t length) {
    uint64_t place = alloc(length);
    size_t index = 0;
    for (; index + 8 <= length; index += 8) store_u64(place + index, *(const uint64_t *)(bytes + index));
    for (; index < length; index++) store_u8(place + index, bytes[index]);
    output_set(place, length);
}

int32_t EXPORT(vowels)(void) {
    uint64_t count = (uint64_t)count_vowels(input, read_input());
    uint64_t place = alloc(sizeof count);
    store_u64(place, count);
    output_set(place, sizeof count);
    return 0;
}

int32_t EXPORT(echo)(void) {
    size_t length = read_input();
    copy_bytes(output, input, length);
    write_output(output, length);
    return 0;
}
