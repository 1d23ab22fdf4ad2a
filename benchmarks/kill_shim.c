/* Counts the calls that leave a mark outside the process, and ends or fails the chosen one.
   how 0: SIGKILL before the call; else: the call fails with that errno. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long at = -1;
static long count;
static int how;

void arm(long when, int error) { count = 0; how = error; at = when; }
long steps(void) { return count; }
void disarm(void) { at = -1; }

static int fails(void) {
    if (at < 0 || __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) != at) return 0;
    if (how == 0) kill(getpid(), SIGKILL);
    errno = how;
    return 1;
}

#define STEP(type, name, parameters, ...)                       \
    type name parameters {                                      \
        static type (*real) parameters;                         \
        if (!real) real = dlsym(RTLD_NEXT, #name);              \
        return fails() ? (type)-1 : real(__VA_ARGS__);          \
    }

STEP(ssize_t, write, (int fd, const void *data, size_t size), fd, data, size)
STEP(ssize_t, writev, (int fd, const struct iovec *data, int size), fd, data, size)
STEP(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t where), fd, data, size, where)
STEP(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t where), fd, data, size, where)
STEP(ssize_t, send, (int fd, const void *data, size_t size, int flags), fd, data, size, flags)
STEP(ssize_t, sendto, (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
     socklen_t length), fd, data, size, flags, to, length)
STEP(ssize_t, sendmsg, (int fd, const struct msghdr *data, int flags), fd, data, flags)
STEP(int, fsync, (int fd), fd)
STEP(int, fdatasync, (int fd), fd)
STEP(int, rename, (const char *from, const char *to), from, to)
STEP(int, unlink, (const char *path), path)
STEP(int, ftruncate, (int fd, off_t size), fd, size)
STEP(int, ftruncate64, (int fd, off64_t size), fd, size)
