// The floor of "DLT to text": a bare loop that walks the messages of a file and prints the line that `dlt-convert -a`
// prints. It trusts its input as no program should: storage headers everywhere, little endian, and of the argument types
// only those that the generated file holds. What it costs is what reading, formatting and writing must cost.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { chunk_size = 1 << 20, longest_message = 70000, longest_line = 400000 };

static char output[2 * chunk_size + longest_line];

static char *put_number(char *at, uint64_t value, int width, char fill) {
    char digits[24];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    for (int missing = width - count; missing > 0; missing--) *at++ = fill;
    while (count) *at++ = digits[--count];
    return at;
}

static char *put_text(char *at, const char *text) {
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *put_id(char *at, const uint8_t *id) {
    for (int index = 0; index < 4; index++) *at++ = id[index] ? (char)id[index] : '-';
    return at;
}

static char *put_hex(char *at, const uint8_t *from, const uint8_t *end, char separator) {
    static const char digits[] = "0123456789abcdef";
    for (const uint8_t *byte = from; byte < end; byte++) {
        if (byte > from) *at++ = separator;
        *at++ = digits[*byte >> 4];
        *at++ = digits[*byte & 15];
    }
    return at;
}

static uint64_t load(const uint8_t *from, int size) {
    uint64_t value = 0;
    memcpy(&value, from, (size_t)size);
    return value;
}

static const uint8_t *put_argument(char **at, const uint8_t *from, const uint8_t *end) {
    uint32_t type = (uint32_t)load(from, 4);
    from += 4;
    int size = type & 15 ? 1 << ((type & 15) - 1) : 1;
    if (type & 0x0600) {
        size_t length = load(from, 2);
        from += 2;
        if (type & 0x0800) from += 2 + load(from, 2);
        if (from + length > end) length = (size_t)(end - from);
        if (type & 0x0400) {
            *at = put_hex(*at, from, from + length, '\'');
        } else {
            size_t text = strnlen((const char *)from, length);
            memcpy(*at, from, text);
            for (size_t index = 0; index < text; index++) {
                if ((*at)[index] == '\n') (*at)[index] = ' ';
            }
            *at += text;
        }
        return from + length;
    }
    if (type & 0x0800) from += type & 0x0010 ? 2 + load(from, 2) : 4 + load(from, 2) + load(from + 2, 2);
    if (type & 0x0040) {
        *at = put_number(*at, load(from, size > 8 ? 8 : size), 1, '0');
    } else if (type & 0x0020) {
        int64_t value = (int64_t)load(from, size > 8 ? 8 : size);
        if (size < 8) value = (int64_t)((uint64_t)value << (64 - 8 * size)) >> (64 - 8 * size);
        if (value < 0) *(*at)++ = '-';
        *at = put_number(*at, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 1, '0');
    } else if (type & 0x0080) {
        double number = 0;
        float small;
        if (size == 4) {
            memcpy(&small, from, 4);
            number = (double)small;
        } else {
            memcpy(&number, from, 8);
        }
        *at += sprintf(*at, "%g", number);
    } else {
        *at = put_number(*at, *from, 1, '0');
    }
    return from + size;
}

static char *put_control(char *at, const uint8_t *from, const uint8_t *end, int is_response) {
    static const char *services[] = {"", "set_log_level", "set_trace_status", "get_log_info", "get_default_log_level"};
    static const char *statuses[] = {"ok", "not_supported", "error"};
    if (end - from < 4) return at;
    uint64_t service = load(from, 4);
    from += 4;
    if (service >= 1 && service <= 4) {
        at = put_text(at, services[service]);
    } else if (service == 0x13) {
        at = put_text(at, "get_software_version");
    } else {
        at = put_text(at, "service(");
        at = put_number(at, service, 1, '0');
        *at++ = ')';
    }
    if (from == end) return at;
    at = put_text(at, ", ");
    if (is_response) {
        at = *from < 3 ? put_text(at, statuses[*from]) : put_hex(at, from, from + 1, ' ');
        if (++from == end) return at;
        at = put_text(at, ", ");
    }
    return put_hex(at, from, end, ' ');
}

static char *put_message(char *at, const uint8_t *message, const uint8_t *end, uint64_t number) {
    static const char *types[] = {"log", "app_trace", "nw_trace", "control", "", "", "", ""};
    static const char *levels[] = {"", "fatal", "error", "warn", "info", "debug", "verbose"};
    static const char *directions[] = {"", "request", "response", "time"};
    static const char *networks[] = {"", "ipc", "can", "flexray", "most", "ethernet", "someip"};
    static int64_t known_second = -1;
    static char known_text[32];

    int64_t second = (int64_t)load(message + 4, 4);
    if (second != known_second) {
        time_t moment = (time_t)second;
        struct tm parts;
        strftime(known_text, sizeof known_text, "%Y/%m/%d %H:%M:%S.", gmtime_r(&moment, &parts));
        known_second = second;
    }
    const uint8_t *standard = message + 16, *field = standard + 4, *extended = NULL;
    const uint8_t *ecu = message + 12;
    uint32_t uptime = 0;
    if (*standard & 4) ecu = field, field += 4;
    if (*standard & 8) field += 4;
    if (*standard & 16) uptime = __builtin_bswap32((uint32_t)load(field, 4)), field += 4;
    if (*standard & 1) extended = field, field += 10;

    at = put_number(at, number, 1, ' ');
    *at++ = ' ';
    at = put_text(at, known_text);
    at = put_number(at, load(message + 8, 4), 6, '0');
    *at++ = ' ';
    at = *standard & 16 ? put_number(at, uptime, 10, ' ') : put_text(at, "----------");
    *at++ = ' ';
    at = put_number(at, standard[1], 3, '0');
    *at++ = ' ';
    at = put_id(at, ecu);
    *at++ = ' ';
    if (!extended) {
        at = put_text(at, "---- ---- --- --- N - [");
        at = put_number(at, load(field, 4), 1, '0');
        at = put_text(at, ", ");
        at = put_hex(at, field + 4, end, ' ');
        return put_text(at, "]\n");
    }
    int info = *extended, type = info >> 1 & 7, subtype = info >> 4;
    at = put_id(at, extended + 2);
    *at++ = ' ';
    at = put_id(at, extended + 6);
    *at++ = ' ';
    at = put_text(at, types[type]);
    *at++ = ' ';
    at = put_text(at, type == 3 ? directions[subtype & 3] : (type == 2 ? networks : levels)[subtype % 7]);
    at = put_text(at, info & 1 ? " V " : " N ");
    at = put_number(at, extended[1], 1, '0');
    at = put_text(at, " [");
    if (info & 1) {
        for (int index = 0; index < extended[1] && field + 4 <= end; index++) {
            if (index) *at++ = ' ';
            field = put_argument(&at, field, end);
        }
    } else if (type == 3) {
        at = put_control(at, field, end, subtype == 2);
    } else {
        at = put_number(at, load(field, 4), 1, '0');
        at = put_text(at, ", ");
        if (field + 4 < end) at = put_hex(at, field + 4, end, ' ');
    }
    return put_text(at, "]\n");
}

int main(int count, char **arguments) {
    int file = count == 2 ? open(arguments[1], O_RDONLY) : -1;
    uint8_t *input = malloc(chunk_size + longest_message + 64);
    if (file < 0 || !input) return 1;
    size_t kept = 0;
    uint64_t number = 0;
    for (;;) {
        ssize_t got = read(file, input + kept, chunk_size);
        if (got <= 0) break;
        size_t filled = kept + (size_t)got, position = 0;
        char *at = output;
        while (filled - position >= 20) {
            uint8_t *message = input + position;
            size_t length = 16 + (size_t)(message[18] << 8 | message[19]);
            if (filled - position < length) break;
            at = put_message(at, message, message + length, number++);
            if (at - output > 2 * chunk_size) {
                if (write(STDOUT_FILENO, output, (size_t)(at - output)) < 0) return 1;
                at = output;
            }
            position += length;
        }
        if (write(STDOUT_FILENO, output, (size_t)(at - output)) < 0) return 1;
        kept = filled - position;
        memmove(input, input + position, kept);
    }
    return 0;
}
