// launch RESULT PROGRAM ARGUMENT...: runs a program and writes wall seconds, CPU seconds and peak memory in bytes, its
// own and that of the children it waited for, to RESULT. The kernel counts the memory that a process had before it
// became another program, too; so the one that starts what is measured must be small, as no interpreter is.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    double start = seconds();
    pid_t child = fork();
    if (child < 0) return 70;
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) return 70;
    double wall = seconds() - start;
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    FILE *result = fopen(arguments[1], "w");
    if (!result) return 73;
    fprintf(result, "%.6f %.6f %ld\n", wall, cpu, usage.ru_maxrss * 1024);
    fclose(result);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
