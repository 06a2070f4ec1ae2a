// The parts of the operating system that Swift's importer cannot reach by itself: macros, packed structures, variadic
// functions, thread-local storage. Functions return what the system call returns, and errno says why on -1.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

// The event loop that runs on this thread, NULL on any other thread.
extern _Thread_local void *csys_loop_of_thread;
static inline void *csys_current_loop(void) { return csys_loop_of_thread; }
static inline void csys_set_current_loop(void *loop) { csys_loop_of_thread = loop; }

// Nanoseconds of the monotonic clock, and of the one that goes on while the machine sleeps (where there is such a clock); seconds
// of the wall clock since 1970.
int64_t csys_monotonic_nanoseconds(void);
int64_t csys_boot_nanoseconds(void);
int64_t csys_wall_seconds(void);

// Readiness as a set of bits, the same for every poller.
enum {
    CSYS_READ = 1,
    CSYS_WRITE = 2,
    // The peer closed its sending side, or the connection is broken.
    CSYS_HANGUP = 4,
};

typedef struct {
    uint64_t token;
    uint32_t readiness;
} csys_event;

// epoll; every function fails with ENOSYS on systems without it.
int csys_epoll_create(void);
int csys_epoll_add(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token);
int csys_epoll_update(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token);
int csys_epoll_remove(int epoll, int fd);
int csys_epoll_wait(int epoll, csys_event *events, int capacity, int timeout_milliseconds);

// poll(2) over parallel arrays; readiness[i] is set for each descriptor. Returns the number of ready ones.
int csys_poll(const int *fds, const uint32_t *interests, uint32_t *readiness, size_t count, int timeout_milliseconds);

// A descriptor that wakes a loop: an eventfd, or a pipe where there is none. fds[0] is watched, fds[1] is written.
int csys_wake_open(int fds[2]);
void csys_wake_signal(int fd);
void csys_wake_drain(int fd);

// Processors this process may run on by its affinity mask.
int csys_affinity_count(void);
void csys_name_thread(const char *name);

// Stream sockets; all are made non-blocking and close-on-exec.
int csys_socket_stream(int family);
int csys_accept(int listener, struct sockaddr_storage *peer);
int csys_set_reuse_address(int fd);
int csys_set_reuse_port(int fd);
int csys_set_no_delay(int fd);
int csys_set_ipv6_only(int fd);
// Makes close throw unsent bytes away and tell the peer that the connection broke.
int csys_set_reset_on_close(int fd);
// As writev, but a broken connection gives EPIPE instead of a signal.
ssize_t csys_send_vector(int fd, const struct iovec *vectors, int count);

// Raises the soft limit of open files to the hard one and returns what holds afterwards, -1 when unknown.
int64_t csys_raise_open_files(void);

#endif
