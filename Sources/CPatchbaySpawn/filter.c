#define _GNU_SOURCE
#include "patchbay_spawn.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Numbers that the headers of older systems lack; they are the same on all architectures.
enum {
    CALL_PIDFD_GETFD = 438,
    CALL_IO_URING_SETUP = 425,
    CALL_CLONE3 = 435,
    CALL_OPEN_TREE = 428,
    CALL_MOVE_MOUNT = 429,
    CALL_FSOPEN = 430,
    CALL_FSMOUNT = 432,
    CALL_FSPICK = 433,
    CALL_MOUNT_SETATTR = 442,
};

#ifdef ARCHITECTURE
// Refused with EPERM whatever their arguments are.
static const int refused[] = {
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, CALL_PIDFD_GETFD, SYS_kcmp,
    // The tree of files and its namespaces.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, CALL_OPEN_TREE, CALL_MOVE_MOUNT, CALL_FSOPEN, CALL_FSMOUNT,
    CALL_FSPICK, CALL_MOUNT_SETATTR, SYS_setns, SYS_unshare, SYS_open_by_handle_at, SYS_name_to_handle_at,
    SYS_quotactl, SYS_fanotify_init,
    // The kernel itself.
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_syslog,
    // The machine.
    SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
    SYS_clock_adjtime, SYS_sethostname, SYS_setdomainname, SYS_vhangup, SYS_personality, SYS_nfsservctl,
    SYS_lookup_dcookie,
#ifdef __x86_64__
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

static const unsigned namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER
    | CLONE_NEWPID | CLONE_NEWNET;

static struct sock_filter *add(struct sock_filter *at, unsigned short code, unsigned value, unsigned char yes,
    unsigned char no) {
    *at = (struct sock_filter){code, yes, no, value};
    return at + 1;
}

static struct sock_filter *load(struct sock_filter *at, unsigned offset) {
    return add(at, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static struct sock_filter *answer(struct sock_filter *at, unsigned value) {
    return add(at, BPF_RET | BPF_K, value, 0, 0);
}

// Each test is followed by its answer, so that no jump is longer than one instruction.
static struct sock_filter *refuse(struct sock_filter *at, unsigned number, unsigned error) {
    at = add(at, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    return answer(at, SECCOMP_RET_ERRNO | error);
}
#endif

size_t patchbay_filter_instruction_size(void) { return sizeof(struct sock_filter); }

size_t patchbay_make_filter(void *instructions, size_t capacity, int network) {
#ifdef ARCHITECTURE
    // Two for each call that is refused, and 32 for the rest.
    size_t calls = sizeof refused / sizeof refused[0];
    if (capacity < 2 * calls + 32) return 0;
    struct sock_filter *start = instructions;
    struct sock_filter *at = start;
    at = load(at, offsetof(struct seccomp_data, arch));
    at = add(at, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    at = answer(at, SECCOMP_RET_KILL_PROCESS);
    at = load(at, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The numbers of x32 reach the same calls.
    at = add(at, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    at = answer(at, SECCOMP_RET_ERRNO | ENOSYS);
#endif
    for (size_t i = 0; i < calls; i++) at = refuse(at, (unsigned)refused[i], EPERM);
    // Arguments of clone3 lie in memory, which a filter cannot read; without it libraries use clone. io_uring would make
    // sockets behind the filter's back.
    at = refuse(at, CALL_CLONE3, ENOSYS);
    at = refuse(at, CALL_IO_URING_SETUP, ENOSYS);
    if (!network) {
        at = add(at, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4);
        at = load(at, offsetof(struct seccomp_data, args[0]));
        at = add(at, BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1);
        at = answer(at, SECCOMP_RET_ALLOW);
        at = answer(at, SECCOMP_RET_ERRNO | EPERM);
    }
    at = add(at, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
    at = load(at, offsetof(struct seccomp_data, args[0]));
    at = add(at, BPF_JMP | BPF_JSET | BPF_K, namespaces, 0, 1);
    at = answer(at, SECCOMP_RET_ERRNO | EPERM);
    at = answer(at, SECCOMP_RET_ALLOW);
    return (size_t)(at - start);
#else
    (void)instructions, (void)capacity, (void)network;
    return 0;
#endif
}
