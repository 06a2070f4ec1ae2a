#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

_Thread_local void *csys_loop_of_thread = NULL;

int64_t csys_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t csys_boot_nanoseconds(void) {
#ifdef CLOCK_BOOTTIME
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
#else
    return csys_monotonic_nanoseconds();
#endif
}

int64_t csys_wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

#ifdef __linux__
static uint32_t epoll_mask(uint32_t interest, bool edge_triggered) {
    uint32_t mask = 0;
    if (interest & CSYS_READ) mask |= EPOLLIN | EPOLLRDHUP;
    if (interest & CSYS_WRITE) mask |= EPOLLOUT;
    if (edge_triggered) mask |= EPOLLET;
    return mask;
}

int csys_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csys_epoll_add(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token) {
    struct epoll_event event = {.events = epoll_mask(interest, edge_triggered), .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int csys_epoll_update(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token) {
    struct epoll_event event = {.events = epoll_mask(interest, edge_triggered), .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int csys_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int csys_epoll_wait(int epoll, csys_event *events, int capacity, int timeout_milliseconds) {
    struct epoll_event ready[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, ready, capacity, timeout_milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t readiness = 0;
        // An error or a full close makes both directions return at once, so both are ready.
        if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) readiness |= CSYS_READ;
        if (ready[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) readiness |= CSYS_WRITE;
        if (ready[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) readiness |= CSYS_HANGUP;
        events[i] = (csys_event){.token = ready[i].data.u64, .readiness = readiness};
    }
    return count;
}
#else
int csys_epoll_create(void) { errno = ENOSYS; return -1; }
int csys_epoll_add(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token) {
    errno = ENOSYS;
    return -1;
}
int csys_epoll_update(int epoll, int fd, uint32_t interest, bool edge_triggered, uint64_t token) {
    errno = ENOSYS;
    return -1;
}
int csys_epoll_remove(int epoll, int fd) { errno = ENOSYS; return -1; }
int csys_epoll_wait(int epoll, csys_event *events, int capacity, int timeout_milliseconds) {
    errno = ENOSYS;
    return -1;
}
#endif

#ifdef POLLRDHUP
#define PEER_CLOSED POLLRDHUP
#else
#define PEER_CLOSED 0
#endif

int csys_poll(const int *fds, const uint32_t *interests, uint32_t *readiness, size_t count, int timeout_milliseconds) {
    struct pollfd few[64];
    struct pollfd *set = count <= 64 ? few : malloc(count * sizeof(struct pollfd));
    if (!set) return -1;
    for (size_t i = 0; i < count; i++) {
        short mask = 0;
        if (interests[i] & CSYS_READ) mask |= POLLIN | PEER_CLOSED;
        if (interests[i] & CSYS_WRITE) mask |= POLLOUT;
        if (interests[i] & CSYS_HANGUP) mask |= PEER_CLOSED;
        set[i] = (struct pollfd){.fd = interests[i] ? fds[i] : -1, .events = mask};
    }
    int result = poll(set, (nfds_t)count, timeout_milliseconds);
    for (size_t i = 0; i < count; i++) {
        short got = result > 0 ? set[i].revents : 0;
        uint32_t ready = 0;
        if (got & (POLLIN | POLLHUP | POLLERR | POLLNVAL | PEER_CLOSED)) ready |= CSYS_READ;
        if (got & (POLLOUT | POLLHUP | POLLERR | POLLNVAL)) ready |= CSYS_WRITE;
        if (got & (POLLHUP | POLLERR | POLLNVAL | PEER_CLOSED)) ready |= CSYS_HANGUP;
        readiness[i] = ready;
    }
    int reason = errno;
    if (set != few) free(set);
    errno = reason;
    return result;
}

static int make_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int csys_wake_open(int fds[2]) {
#ifdef __linux__
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return -1;
    fds[0] = fds[1] = fd;
    return 0;
#else
    if (pipe(fds) < 0) return -1;
    if (make_nonblocking(fds[0]) == 0 && make_nonblocking(fds[1]) == 0) return 0;
    close(fds[0]);
    close(fds[1]);
    return -1;
#endif
}

void csys_wake_signal(int fd) {
    uint64_t one = 1;
    // A full pipe or counter means that the loop is about to wake anyway.
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void csys_wake_drain(int fd) {
    uint64_t bytes[32];
    ssize_t count;
    do {
        count = read(fd, bytes, sizeof bytes);
    } while (count == (ssize_t)sizeof bytes || (count < 0 && errno == EINTR));
}

int csys_affinity_count(void) {
#ifdef __linux__
    // The kernel refuses a mask smaller than its own, so machines with very many processors need a larger one.
    for (int capacity = 1024; capacity <= 1 << 18; capacity *= 4) {
        cpu_set_t *mask = CPU_ALLOC(capacity);
        if (!mask) break;
        size_t size = CPU_ALLOC_SIZE(capacity);
        int count = sched_getaffinity(0, size, mask) == 0 ? CPU_COUNT_S(size, mask) : 0;
        CPU_FREE(mask);
        if (count > 0) return count;
        if (errno != EINVAL) break;
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void csys_name_thread(const char *name) {
#ifdef __linux__
    pthread_setname_np(pthread_self(), name);
#endif
}

int csys_socket_stream(int family) {
#ifdef SOCK_NONBLOCK
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd >= 0 && make_nonblocking(fd) < 0) {
        close(fd);
        return -1;
    }
    return fd;
#endif
}

int csys_accept(int listener, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
#ifdef SOCK_NONBLOCK
    return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    int fd = accept(listener, (struct sockaddr *)peer, &length);
    if (fd >= 0 && make_nonblocking(fd) < 0) {
        close(fd);
        return -1;
    }
    return fd;
#endif
}

static int set_option(int fd, int level, int name) {
    int on = 1;
    return setsockopt(fd, level, name, &on, sizeof on);
}

int csys_set_reuse_address(int fd) { return set_option(fd, SOL_SOCKET, SO_REUSEADDR); }
int csys_set_reuse_port(int fd) { return set_option(fd, SOL_SOCKET, SO_REUSEPORT); }
int csys_set_no_delay(int fd) { return set_option(fd, IPPROTO_TCP, TCP_NODELAY); }
int csys_set_ipv6_only(int fd) { return set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY); }
int csys_set_reset_on_close(int fd) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

ssize_t csys_send_vector(int fd, const struct iovec *vectors, int count) {
    if (count == 1) return send(fd, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL);
    struct msghdr message = {.msg_iov = (struct iovec *)vectors, .msg_iovlen = (size_t)count};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

int64_t csys_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
    if (limit.rlim_cur < limit.rlim_max) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0) limit.rlim_cur = before;
    }
    return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}
