#define _GNU_SOURCE
#include "patchbay_spawn.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int patchbay_pipe(int *reads, int *writes) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    *reads = ends[0];
    *writes = ends[1];
    return 0;
}

int patchbay_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int patchbay_memory_file(void) { return memfd_create("patchbay", MFD_CLOEXEC); }

int patchbay_poll(struct pollfd *entries, size_t count, uint64_t nanoseconds) {
    struct timespec span = {
        .tv_sec = (time_t)(nanoseconds / 1000000000),
        .tv_nsec = (long)(nanoseconds % 1000000000),
    };
    return ppoll(entries, (nfds_t)count, nanoseconds == UINT64_MAX ? NULL : &span, NULL);
}

const char *patchbay_signal_name(int number) { return sigabbrev_np(number); }
