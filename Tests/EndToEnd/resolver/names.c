// Preloaded into gatewayd by tests of the image guard: answers for names under `.test` as the file FAKE_NAMES says, and leads
// connections to a public address to loopback, so that "the public internet" is on this machine.
//
// The file has a line `name address address ...` for each look-up, in order; the last line of a name is its answer from then on.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int asked = 0;

// Writes the answer to that look-up; returns 0 when the file has none.
static int answer(const char *name, char *line, size_t size) {
    const char *path = getenv("FAKE_NAMES");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file) return 0;
    char read[512];
    int place = 0, found = 0;
    size_t length = strlen(name);
    while (fgets(read, sizeof read, file)) {
        if (strncmp(read, name, length) != 0 || read[length] != ' ') continue;
        if (place++ > asked) break;
        snprintf(line, size, "%s", read + length + 1);
        found = 1;
    }
    fclose(file);
    asked++;
    return found;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t length = node ? strlen(node) : 0;
    if (length < 5 || strcmp(node + length - 5, ".test") != 0) return real(node, service, hints, result);
    char line[512] = "";
    pthread_mutex_lock(&lock);
    int found = answer(node, line, sizeof line);
    pthread_mutex_unlock(&lock);
    if (!found) return EAI_NONAME;
    struct addrinfo *first = NULL, *last = NULL;
    char *rest = NULL;
    for (char *word = strtok_r(line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
        struct addrinfo *one = NULL;
        struct addrinfo digits = hints ? *hints : (struct addrinfo){0};
        digits.ai_flags = AI_NUMERICHOST;
        digits.ai_family = AF_UNSPEC;
        if (real(word, service, &digits, &one) != 0) continue;
        if (last) last->ai_next = one; else first = one;
        for (last = one; last->ai_next; last = last->ai_next) {}
    }
    *result = first;
    return first ? 0 : EAI_NONAME;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    if (address->sa_family != AF_INET || v4->sin_addr.s_addr != inet_addr("93.184.216.34")) return real(fd, address, length);
    struct sockaddr_in here = *v4;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return real(fd, (const struct sockaddr *)&here, sizeof here);
}
