// Starts programs, and does the few things around it that need C: a filter of system calls, removal of a directory that
// somebody hostile has filled.
#ifndef PATCHBAY_SPAWN_H
#define PATCHBAY_SPAWN_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A descriptor of the host that the program gets, and the number it has there. Numbers count up from 0 without gaps.
typedef struct {
    int source;
} patchbay_descriptor;

// A limit of setrlimit: RLIMIT_..., soft and hard limit alike.
typedef struct {
    int resource;
    uint64_t value;
} patchbay_limit;

// What a program is started with. Everything is borrowed for the call.
typedef struct {
    // Absolute path of the program.
    const char *path;
    // Arguments, the name first, and variables; both end with NULL.
    char *const *arguments;
    char *const *environment;
    // Working directory; NULL for the host's.
    const char *directory;
    // Descriptor i of the program is descriptors[i]; all others are closed. At most 16.
    const patchbay_descriptor *descriptors;
    size_t descriptor_count;
    const patchbay_limit *limits;
    size_t limit_count;
    // Instructions of a filter of system calls (struct sock_filter); none: NULL.
    const void *filter;
    size_t filter_count;
    // Whether the program gets a session of its own (setsid), not only a process group.
    int new_session;
    // Whether the kernel kills it when the thread that started it ends.
    int dies_with_thread;
    // Whether it and its children can gain no rights by executing files. Needed for a filter unless the host is root.
    int no_new_privileges;
} patchbay_program;

// Where a start failed.
enum patchbay_step {
    PATCHBAY_STEP_NONE,
    PATCHBAY_STEP_CLONE,
    PATCHBAY_STEP_GROUP,
    PATCHBAY_STEP_DESCRIPTORS,
    PATCHBAY_STEP_DIRECTORY,
    PATCHBAY_STEP_PARENT,
    PATCHBAY_STEP_LIMITS,
    PATCHBAY_STEP_PRIVILEGES,
    PATCHBAY_STEP_FILTER,
    PATCHBAY_STEP_EXECUTE,
};

typedef struct {
    // 0 when the program runs; else what failed, and errno.
    int step;
    int error;
    pid_t pid;
    // Readable when the program has ended; close-on-exec.
    int pidfd;
} patchbay_started;

// Starts a program in a process group of its own, with default signal dispositions and no signal blocked. The caller's
// thread stands still until the program is executed, and nothing of the host's memory is copied. When the program could
// not be executed nothing is left behind.
patchbay_started patchbay_start(const patchbay_program *program);

// How a program ended, from waitid(P_PIDFD).
typedef struct {
    // 0: still runs; 1: exited with `value`; 2: killed by the signal `value`; 3: somebody else has collected it.
    int how;
    int value;
} patchbay_end;

// How the program of a pidfd ended, without collecting it when `collect` is 0. Never waits.
patchbay_end patchbay_collect(int pidfd, int collect);

// Writes a filter that refuses, with EPERM, the system calls that reach deep into the kernel or into other processes:
// tracing, mounts, namespaces, modules, kexec, BPF, performance events, key rings, userfaultfd, io_uring and the like.
// Without `network` also sockets other than those of AF_UNIX. Answers the number of instructions, 0 on an architecture it
// does not know; `capacity` must be at least 256.
size_t patchbay_make_filter(void *instructions, size_t capacity, int network);

// Size of an instruction of a filter.
size_t patchbay_filter_instruction_size(void);

// Removes a directory and all that is in it, without following symbolic links, in constant memory and descriptors
// whatever the depth. Stops after `most` entries. 0 when the directory is gone, else errno (EAGAIN: there is more).
int patchbay_remove_tree(const char *path, size_t most);

// What the C library offers to C programs of GNU alone. All descriptors are close-on-exec; -1 is an error in errno.
int patchbay_pipe(int *reads, int *writes);
int patchbay_event(void);
int patchbay_memory_file(void);
// Waits at most `nanoseconds`; UINT64_MAX for ever.
int patchbay_poll(struct pollfd *entries, size_t count, uint64_t nanoseconds);
// The name of a signal without SIG; NULL for a number that is none.
const char *patchbay_signal_name(int number);

#endif
