#define _GNU_SOURCE
#include "patchbay_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 16, STACK_SIZE = 64 << 10 };

typedef struct {
    const patchbay_program *program;
    pid_t parent;
    // The child shares the parent's memory, so this is how it reports.
    volatile int step;
    volatile int error;
} start_state;

// From here on everything runs in the child, beside the other threads of the host and in its memory: only system calls.

static _Noreturn void give_up(start_state *state, int step, int error) {
    state->step = step;
    state->error = error;
    _exit(127);
}

static void reset_signals(void) {
    struct sigaction action = {0};
    for (int number = 1; number < NSIG; number++) {
        action.sa_handler = SIG_DFL;
        // Those that cannot be set (SIGKILL, SIGSTOP, glibc's own) answer with an error.
        sigaction(number, &action, NULL);
    }
}

static int place_descriptors(const patchbay_program *program) {
    int copies[MOST_DESCRIPTORS];
    // First out of the way, so that none is overwritten before it was copied.
    for (size_t i = 0; i < program->descriptor_count; i++) {
        copies[i] = fcntl(program->descriptors[i].source, F_DUPFD_CLOEXEC, MOST_DESCRIPTORS);
        if (copies[i] < 0) return errno;
    }
    for (size_t i = 0; i < program->descriptor_count; i++) {
        if (dup2(copies[i], (int)i) < 0) return errno;
    }
    unsigned first = (unsigned)program->descriptor_count;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0u, 0) == 0) return 0;
#endif
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
    rlim_t last = limit.rlim_max < (1 << 20) ? limit.rlim_max : (1 << 20);
    for (rlim_t number = first; number < last; number++) close((int)number);
    return 0;
}

static int set_limits(const patchbay_program *program) {
    for (size_t i = 0; i < program->limit_count; i++) {
        int resource = program->limits[i].resource;
        struct rlimit present;
        if (getrlimit(resource, &present) != 0) return errno;
        rlim_t value = (rlim_t)program->limits[i].value;
        // A limit is only ever lowered: raising needs rights and is nobody's wish.
        if (present.rlim_max != RLIM_INFINITY && present.rlim_max < value) value = present.rlim_max;
        struct rlimit wanted = {value, value};
        if (setrlimit(resource, &wanted) != 0) return errno;
    }
    return 0;
}

static int become(void *argument) {
    start_state *state = argument;
    const patchbay_program *program = state->program;
    reset_signals();
    if (program->new_session ? setsid() < 0 : setpgid(0, 0) != 0) give_up(state, PATCHBAY_STEP_GROUP, errno);
    int error = place_descriptors(program);
    if (error) give_up(state, PATCHBAY_STEP_DESCRIPTORS, error);
    if (program->directory && chdir(program->directory) != 0) give_up(state, PATCHBAY_STEP_DIRECTORY, errno);
    if (program->dies_with_thread) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(state, PATCHBAY_STEP_PARENT, errno);
        // The host may have been killed before the line above.
        if (getppid() != state->parent) give_up(state, PATCHBAY_STEP_PARENT, ESRCH);
    }
    error = set_limits(program);
    if (error) give_up(state, PATCHBAY_STEP_LIMITS, error);
    if (program->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        give_up(state, PATCHBAY_STEP_PRIVILEGES, errno);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (program->filter) {
        struct sock_fprog filter = {
            .len = (unsigned short)program->filter_count,
            .filter = (struct sock_filter *)program->filter,
        };
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
            give_up(state, PATCHBAY_STEP_FILTER, errno);
        }
    }
    execve(program->path, program->arguments, program->environment);
    give_up(state, PATCHBAY_STEP_EXECUTE, errno);
}

patchbay_started patchbay_start(const patchbay_program *program) {
    patchbay_started result = {.step = PATCHBAY_STEP_CLONE, .error = EINVAL, .pid = -1, .pidfd = -1};
    if (program->descriptor_count > MOST_DESCRIPTORS || program->filter_count > 4096) return result;
    // A stack of its own with a page in front that nobody may touch: the parent's thread stands still in its.
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        result.error = errno;
        return result;
    }
    mprotect(stack, 4096, PROT_NONE);
    start_state state = {.program = program, .parent = getpid(), .step = PATCHBAY_STEP_NONE, .error = 0};
    // No handler of the host may run in the child, which shares its memory.
    sigset_t all, before;
    sigfillset(&all);
    int cancellation;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int pidfd = -1;
    pid_t pid = clone(become, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &state, &pidfd);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_setcancelstate(cancellation, NULL);
    munmap(stack, STACK_SIZE);
    if (pid < 0) {
        result.error = error;
        return result;
    }
    if (state.step != PATCHBAY_STEP_NONE) {
        // It has ended already; what is left is its entry in the table of processes.
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        close(pidfd);
        result.step = state.step;
        result.error = state.error;
        return result;
    }
    result.step = PATCHBAY_STEP_NONE;
    result.error = 0;
    result.pid = pid;
    result.pidfd = pidfd;
    return result;
}

patchbay_end patchbay_collect(int pidfd, int collect) {
    patchbay_end end = {0, 0};
    siginfo_t info = {0};
    int result;
    do {
        result = waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &info, WEXITED | WNOHANG | (collect ? 0 : WNOWAIT));
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        end.how = 3;
    } else if (info.si_pid != 0) {
        end.how = info.si_code == CLD_EXITED ? 1 : 2;
        end.value = info.si_status;
    }
    return end;
}
