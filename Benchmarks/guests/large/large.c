/* A module of some 100 KB: a filter, and code of the ordinary kind (loops, switches, calls, a little arithmetic) beside
 * it that a record could reach, so that it is compiled, and never does. */
#include "patchbay.h"

#define CASE(seed, step)                                                                                               \
    case step: state = (state << (1 + (seed + step) % 29)) ^ (value + (seed) * 2654435761u) / (step + 3);              \
        if (state & (1u << step)) state += table[(state >> 7) % 64] * (seed + step);                                   \
        break;

/* One function: a loop over the bytes with a switch in it. */
#define FUNCTION(seed)                                                                                                 \
    static uint32_t work_##seed(const uint8_t *bytes, size_t length, uint32_t *table) {                                \
        uint32_t state = 0x9E3779B9u * (1##seed##u);                                                                   \
        for (size_t index = 0; index < length; index++) {                                                              \
            uint32_t value = bytes[index];                                                                             \
            switch ((value ^ state) % 8) {                                                                             \
                CASE(1##seed##u, 0) CASE(1##seed##u, 1) CASE(1##seed##u, 2) CASE(1##seed##u, 3)                        \
                CASE(1##seed##u, 4) CASE(1##seed##u, 5) CASE(1##seed##u, 6) CASE(1##seed##u, 7)                        \
            }                                                                                                          \
            table[state % 64] = value + index;                                                                         \
        }                                                                                                              \
        return state;                                                                                                  \
    }
#define TEN(use, tens)                                                                                                 \
    use(tens##0) use(tens##1) use(tens##2) use(tens##3) use(tens##4) use(tens##5) use(tens##6) use(tens##7)            \
    use(tens##8) use(tens##9)
#define ALL(use)                                                                                                       \
    TEN(use, 0) TEN(use, 1) TEN(use, 2) TEN(use, 3) TEN(use, 4) TEN(use, 5) TEN(use, 6) TEN(use, 7) TEN(use, 8)        \
    TEN(use, 9) TEN(use, 10) TEN(use, 11) TEN(use, 12) TEN(use, 13) TEN(use, 14) TEN(use, 15) TEN(use, 16)             \
    TEN(use, 17) TEN(use, 18) TEN(use, 19)
#define ENTRY(seed) work_##seed,

ALL(FUNCTION)

typedef uint32_t work(const uint8_t *bytes, size_t length, uint32_t *table);
static work *const works[] = { ALL(ENTRY) };

static void create(void *self, patchbay_setup *setup) {
    *(patchbay_input *)self = patchbay_read_value(setup);
}

static patchbay_verdict keep(void *self, patchbay_record *record) {
    patchbay_string value = patchbay_text(record, *(patchbay_input *)self);
    if (!value.length || value.bytes[0] != '!') return PATCHBAY_KEEP;
    uint32_t table[64] = { 0 };
    uint32_t number = (uint32_t)value.length % (sizeof works / sizeof works[0]);
    return works[number]((const uint8_t *)value.bytes, value.length, table) & 1;
}

PATCHBAY_PLUGINS(PATCHBAY_FILTER_PLUGIN("large", patchbay_input, create, keep))
