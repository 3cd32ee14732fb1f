#define _GNU_SOURCE
#include "patchbay_spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

typedef struct {
    int root;
    size_t left;
    unsigned long hoisted;
} removal;

static int is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

// Opens a directory, also one whose owner took his own rights away.
static int open_directory(int parent, const char *name) {
    int directory = openat(parent, name, FLAGS);
    if (directory < 0 && errno == EACCES) {
        int path = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (path < 0) return -1;
        char proc[64];
        snprintf(proc, sizeof proc, "/proc/self/fd/%d", path);
        chmod(proc, 0700);
        close(path);
        directory = openat(parent, name, FLAGS);
    }
    // One that can be read but not written to.
    if (directory >= 0) fchmod(directory, 0700);
    return directory;
}

// Empties a directory: files go, directories are moved up into the root under new names, so that depth costs nothing.
static int empty(removal *work, int directory) {
    DIR *entries = fdopendir(directory);
    if (!entries) {
        close(directory);
        return errno;
    }
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(entries))) {
        if (is_dots(entry->d_name)) continue;
        if (work->left == 0) {
            result = EAGAIN;
            break;
        }
        work->left--;
        if (unlinkat(dirfd(entries), entry->d_name, 0) == 0 || errno == ENOENT) continue;
        if (unlinkat(dirfd(entries), entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT) continue;
        if (errno != ENOTEMPTY && errno != EEXIST) {
            result = errno;
            break;
        }
        char name[32];
        snprintf(name, sizeof name, ".%lu", work->hoisted++);
        // A name of the plugin's own may be in the way; it goes in its turn.
        if (renameat2(dirfd(entries), entry->d_name, work->root, name, RENAME_NOREPLACE) != 0 && errno != EEXIST) {
            result = errno;
        }
    }
    closedir(entries);
    return result;
}

// One pass over the root: each directory in it is emptied and removed.
static int pass(removal *work) {
    int again = open_directory(work->root, ".");
    if (again < 0) return errno;
    DIR *entries = fdopendir(again);
    if (!entries) {
        close(again);
        return errno;
    }
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(entries))) {
        if (is_dots(entry->d_name)) continue;
        if (work->left == 0) {
            result = EAGAIN;
            break;
        }
        work->left--;
        if (unlinkat(work->root, entry->d_name, 0) == 0 || errno == ENOENT) continue;
        int directory = open_directory(work->root, entry->d_name);
        if (directory < 0) {
            if (errno != ENOENT) result = errno;
            continue;
        }
        result = empty(work, directory);
        if (result == 0 && unlinkat(work->root, entry->d_name, AT_REMOVEDIR) != 0 && errno != ENOENT
            && errno != ENOTEMPTY && errno != EEXIST) {
            result = errno;
        }
    }
    closedir(entries);
    return result;
}

int patchbay_remove_tree(const char *path, size_t most) {
    if (rmdir(path) == 0 || errno == ENOENT) return 0;
    if (errno != ENOTEMPTY && errno != EEXIST) return errno;
    removal work = {.root = open_directory(AT_FDCWD, path), .left = most, .hoisted = 0};
    if (work.root < 0) return errno;
    int result;
    do {
        result = pass(&work);
        if (result == 0 && rmdir(path) == 0) break;
        if (result == 0 && errno != ENOTEMPTY && errno != EEXIST) result = errno;
        if (result == 0 && work.left == 0) result = EAGAIN;
        // Every pass takes something away or counts down `left`.
    } while (result == 0);
    close(work.root);
    return result;
}
