/* A disk that forgets: what a process wrote and did not flush is gone once the power is cut.
 *
 * Loaded before libc (LD_PRELOAD) into a server. Whenever it flushes a file under POWER_CUT_FOLDER, the file
 * as it is then is copied to POWER_CUT_KEPT, before the flush returns. A power cut is SIGKILL, after which
 * whoever sent it puts the kept files in the place of the others (tests/torture/disks.py). A file that was
 * unlinked or renamed is forgotten under its old name only once its folder is flushed: until then the old
 * one comes back.
 *
 * POWER_CUT_FAULT names a file of lines such as "fdatasync EIO": while it is there, that call on a file under
 * the folder fails so, and makes a file beside it, named like it with ".hit" at the end.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;

/* Whether a descriptor is of a file in the folder, or of the folder itself; its path. */
static int watched(int fd, char path[PATH_MAX]) {
    const char *folder = getenv("POWER_CUT_FOLDER");
    char link[64];
    if (!folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    size_t head = strlen(folder);
    return !strncmp(path, folder, head) && (path[head] == '/' || path[head] == '\0');
}

static int planted(const char *call, int fd) {
    const char *name = getenv("POWER_CUT_FAULT");
    char path[PATH_MAX], hit[PATH_MAX], asked[32], error[32];
    int found = 0;
    if (!name || access(name, F_OK) || !watched(fd, path)) return 0;
    FILE *faults = fopen(name, "r");
    if (!faults) return 0;
    while (!found && fscanf(faults, "%31s %31s", asked, error) == 2)
        if (!strcmp(asked, call)) found = strcmp(error, "ENOSPC") ? EIO : ENOSPC;
    fclose(faults);
    if (found) {
        snprintf(hit, sizeof hit, "%s.hit", name);
        close(open(hit, O_CREAT | O_WRONLY, 0600));
        errno = found;
    }
    return found;
}

static void keep_file(const char *from, const char *kept) {
    char to[PATH_MAX], fresh[PATH_MAX], buffer[65536];
    ssize_t got;
    snprintf(to, sizeof to, "%s/%s", kept, strrchr(from, '/') + 1);
    snprintf(fresh, sizeof fresh, "%s.new", to);
    int in = open(from, O_RDONLY), out = open(fresh, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (in >= 0 && out >= 0) {
        while ((got = read(in, buffer, sizeof buffer)) > 0)
            if (REAL(ssize_t, write, int, const void *, size_t)(out, buffer, got) != got) abort();
        if (got < 0 || rename(fresh, to)) abort();
    }
    if (in >= 0) close(in);
    if (out >= 0) close(out);
}

/* What was unlinked or renamed away before its folder was flushed is gone for good. */
static void forget_gone(const char *folder, const char *kept) {
    char there[PATH_MAX], held[PATH_MAX];
    DIR *names = opendir(kept);
    for (struct dirent *one; names && (one = readdir(names));) {
        snprintf(there, sizeof there, "%s/%s", folder, one->d_name);
        snprintf(held, sizeof held, "%s/%s", kept, one->d_name);
        if (one->d_name[0] != '.' && access(there, F_OK)) unlink(held);
    }
    if (names) closedir(names);
}

static void keep(int fd) {
    const char *kept = getenv("POWER_CUT_KEPT");
    char path[PATH_MAX];
    struct stat what;
    if (!kept || !watched(fd, path) || fstat(fd, &what)) return;
    pthread_mutex_lock(&keeping);
    if (S_ISDIR(what.st_mode)) forget_gone(path, kept);
    else if (what.st_nlink) keep_file(path, kept);
    pthread_mutex_unlock(&keeping);
}

static int flush(const char *call, int (*real)(int), int fd) {
    if (planted(call, fd)) return -1;
    int failed = real(fd);
    if (!failed) keep(fd);
    return failed;
}

int fsync(int fd) { return flush("fsync", REAL(int, fsync, int), fd); }

int fdatasync(int fd) { return flush("fdatasync", REAL(int, fdatasync, int), fd); }

ssize_t write(int fd, const void *bytes, size_t count) {
    if (planted("write", fd)) return -1;
    return REAL(ssize_t, write, int, const void *, size_t)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    if (planted("write", fd)) return -1;
    return REAL(ssize_t, pwrite, int, const void *, size_t, off_t)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    if (planted("write", fd)) return -1;
    return REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)(fd, bytes, count, at);
}
