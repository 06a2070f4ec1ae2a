// Load generator for benchmarks: one epoll thread, HTTP/1.1 keep-alive, 127.0.0.1 only.
//
//   load --port P --path /v1/chat/completions --body FILE [--header 'K: V']... [--mode stream|unary] [--conns K]
//        [--seconds S] [--warmup S] [--rate REQ_PER_S] [--expect-tokens N] [--hold S] [--answers FILE]
//
// Closed loop (no --rate): K connections, each sends its next request when its answer is complete, until S seconds are
//   over; what is under way is waited for.
// Open loop (--rate): request i is due at start + i/rate whatever the server does, and its latency is counted from that
//   moment, so that a stalled server is charged for the queue it causes. When all K connections are busy the request
//   waits, its clock running.
// --answers: writes a line for each whole answer: CLOCK_MONOTONIC in ns, and its X-Request-ID.
// --hold: opens K streams, and when all have had their first token prints "HELD n" and holds them S seconds.
//
// Stream mode looks for the provider's time stamps ("~" + 15 digits of CLOCK_MONOTONIC ns) in the answer, in whatever
// format they come: it counts them, takes how long each was under way, and requires a final "[DONE]" or "message_stop".
// One JSON object goes to stdout.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;

// ---- a log-linear histogram: 128 steps per power of two (error below 0.8 %) ----------------------
struct hist {
  u64 n, max;
  uint32_t at[64 * 128];
};
static void rec(struct hist *h, u64 v) {
  h->n++;
  if (v > h->max) h->max = v;
  int i;
  if (v < 128) {
    i = (int)v;
  } else {
    int e = 63 - __builtin_clzll(v);
    i = (e - 6) * 128 + (int)((v >> (e - 7)) & 127);
  }
  h->at[i]++;
}
static double pct(const struct hist *h, double p) {  // in milliseconds
  if (!h->n) return 0;
  u64 want = (u64)(p / 100.0 * (double)h->n + 0.5), seen = 0;
  if (want < 1) want = 1;
  for (int i = 0; i < 64 * 128; i++) {
    seen += h->at[i];
    if (seen >= want) {
      if (i < 128) return (double)i / 1e6;
      int e = i / 128 + 6;
      u64 lo = (1ull << e) + ((u64)(i % 128) << (e - 7));
      double v = (double)lo + (double)(1ull << (e - 7)) / 2;
      return (v > (double)h->max ? (double)h->max : v) / 1e6;
    }
  }
  return (double)h->max / 1e6;
}
static void put(const char *name, const struct hist *h) {
  printf(",\"%s\":{\"n\":%lu,\"p50\":%.4f,\"p99\":%.4f}", name, h->n, pct(h, 50), pct(h, 99));
}

static struct hist h_latency, h_transit;

enum { C_CLOSED, C_CONNECTING, C_IDLE, C_SENDING, C_HEAD, C_BODY };
enum { B_LENGTH, B_CHUNKED, B_EOF };

struct conn {
  int fd, state, body;
  bool reused, got_byte, close_after, want_write;
  u64 due, deadline;
  size_t sent_off;
  char head[8192];
  size_t head_len;
  int status;
  u64 left;           // of the body, or of the current HTTP chunk
  int cstate;         // chunked decoder
  int stamps;         // tokens seen in this answer
  int sstate;         // digits seen after '~', -1: none
  u64 sval;
  char tail[64];      // the last bytes of the body
  size_t tail_len;
};

static struct {
  const char *path, *body_file;
  int port, conns, expect, ramp;
  double seconds, rate, hold, timeout, warmup;
  bool stream;
} o = {.path = "/v1/chat/completions", .port = 8080, .conns = 64, .ramp = 256, .timeout = 30, .stream = true};

static char *request;
static size_t request_len;
static struct conn *cs;
static int ep;
static int *idle_stack, idle_n;
static int nconnecting, nclosed, ninflight, nheld;
static u64 started, completed, ok, chunks, coalesced;
static u64 e_connect, e_status, e_reset, e_timeout, e_incomplete, e_count, e_malformed;
static char first_error[200];
static u64 t_start, t_first_record, t_last_done;
static bool recording = true;
static FILE *answers;

static u64 now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}
static void note(const char *what, const char *detail) {
  if (!first_error[0]) snprintf(first_error, sizeof first_error, "%s: %.150s", what, detail);
}
static void watch(struct conn *c, int op) {
  struct epoll_event e = {.events = EPOLLIN | (c->want_write ? EPOLLOUT : 0), .data.u32 = (uint32_t)(c - cs)};
  epoll_ctl(ep, op, c->fd, &e);
}
static void to_closed(struct conn *c) {
  if (c->state == C_CLOSED) return;
  if (c->state == C_CONNECTING) nconnecting--;
  close(c->fd);
  c->fd = -1;
  c->state = C_CLOSED;
  nclosed++;
}
static void to_idle(struct conn *c) {
  c->state = C_IDLE;
  c->reused = true;
  idle_stack[idle_n++] = (int)(c - cs);
}
static void send_more(struct conn *c);

static void begin(struct conn *c, u64 due, u64 now) {
  c->due = due;
  c->deadline = now + (u64)(o.timeout * 1e9);
  c->sent_off = c->head_len = c->tail_len = 0;
  c->got_byte = false;
  c->stamps = 0;
  c->sstate = -1;
  c->state = C_SENDING;
  ninflight++;
  send_more(c);
}

static void fail(struct conn *c, u64 *counter, const char *what, const char *detail) {
  (*counter)++;
  note(what, detail);
  if (c->state >= C_SENDING) {
    ninflight--;
    completed++;
  }
  to_closed(c);
}

static void reconnect(struct conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) {
    e_connect++;
    note("socket", strerror(errno));
    return;
  }
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o.port)};
  sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->state = C_CONNECTING;
  c->reused = false;
  c->want_write = true;
  c->deadline = now_ns() + (u64)(o.timeout * 1e9);
  nconnecting++;
  nclosed--;
  if (connect(c->fd, (void *)&sa, sizeof sa) < 0 && errno != EINPROGRESS) {
    e_connect++;
    note("connect", strerror(errno));
    to_closed(c);
    return;
  }
  watch(c, EPOLL_CTL_ADD);
}

static void send_more(struct conn *c) {
  while (c->sent_off < request_len) {
    ssize_t n = send(c->fd, request + c->sent_off, request_len - c->sent_off, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        if (!c->want_write) {
          c->want_write = true;
          watch(c, EPOLL_CTL_MOD);
        }
        return;
      }
      fail(c, &e_reset, "send", strerror(errno));
      return;
    }
    c->sent_off += (size_t)n;
  }
  if (c->want_write) {
    c->want_write = false;
    watch(c, EPOLL_CTL_MOD);
  }
  c->state = C_HEAD;
}

// Body bytes, transfer decoding removed. `batch` counts stamps seen in this read of the socket.
static void body_bytes(struct conn *c, const char *p, size_t n, u64 now, int *batch) {
  // remember the last bytes, for the terminal marker
  if (n >= sizeof c->tail) {
    memcpy(c->tail, p + n - sizeof c->tail, sizeof c->tail);
    c->tail_len = sizeof c->tail;
  } else {
    size_t keep = c->tail_len + n > sizeof c->tail ? sizeof c->tail - n : c->tail_len;
    memmove(c->tail, c->tail + c->tail_len - keep, keep);
    memcpy(c->tail + keep, p, n);
    c->tail_len = keep + n;
  }
  if (!o.stream) return;
  const char *end = p + n;
  while (p < end) {
    if (c->sstate < 0) {
      p = memchr(p, '~', (size_t)(end - p));
      if (!p) return;
      p++;
      c->sstate = 0;
      c->sval = 0;
      continue;
    }
    if (*p < '0' || *p > '9') {
      c->sstate = -1;
      continue;
    }
    c->sval = c->sval * 10 + (u64)(*p - '0');
    p++;
    if (++c->sstate == 15) {
      c->sstate = -1;
      if (c->stamps == 0 && o.hold > 0) nheld++;
      if (recording) {
        chunks++;
        rec(&h_transit, now > c->sval ? now - c->sval : 0);
        if (++*batch > 1) coalesced++;
      }
      c->stamps++;
    }
  }
}

static const char *field(const char *head, const char *name);

static void done(struct conn *c, u64 now) {
  ninflight--;
  completed++;
  t_last_done = now;
  bool good = true;
  if (c->status < 200 || c->status > 299) {
    e_status++;
    good = false;
    char d[128];
    snprintf(d, sizeof d, "%d %.*s", c->status, (int)c->tail_len, c->tail);
    note("status", d);
  } else if (o.stream) {
    bool terminal = memmem(c->tail, c->tail_len, "[DONE]", 6) ||
                    memmem(c->tail, c->tail_len, "message_stop", 12);
    if (!terminal) {
      e_incomplete++;
      good = false;
      note("no terminal event", c->tail);
    } else if (o.expect && c->stamps != o.expect) {
      e_count++;
      good = false;
      char d[64];
      snprintf(d, sizeof d, "%d of %d tokens", c->stamps, o.expect);
      note("tokens", d);
    }
  }
  if (good) ok++;
  if (good && answers) {
    const char *id = field(c->head, "x-request-id");
    if (id) fprintf(answers, "%lu %.*s\n", now, (int)strcspn(id, "\r\n"), id);
  }
  if (recording && good) rec(&h_latency, now - c->due);
  if (c->close_after)
    to_closed(c);
  else
    to_idle(c);
}

// Chunked decoder. Returns 1 when the body is complete, -1 on nonsense.
static int unchunk(struct conn *c, const char *p, size_t n, u64 now, int *batch) {
  const char *end = p + n;
  while (p < end) {
    switch (c->cstate) {
      case 0: {  // size
        int v = *p >= '0' && *p <= '9' ? *p - '0' : (*p | 32) >= 'a' && (*p | 32) <= 'f' ? (*p | 32) - 'a' + 10 : -1;
        if (v >= 0) {
          c->left = c->left * 16 + (u64)v;
          p++;
        } else {
          c->cstate = 1;
        }
        break;
      }
      case 1:  // to the end of the size line
        if (*p++ == '\n') c->cstate = c->left ? 2 : 4;
        break;
      case 2: {
        size_t k = (size_t)(end - p) < c->left ? (size_t)(end - p) : c->left;
        body_bytes(c, p, k, now, batch);
        p += k;
        c->left -= k;
        if (!c->left) c->cstate = 3;
        break;
      }
      case 3:  // CRLF after data
        if (*p != '\r' && *p != '\n') return -1;
        if (*p++ == '\n') c->cstate = 0;
        break;
      case 4:  // trailer lines
        if (*p == '\n') return 1;
        if (*p++ != '\r') c->cstate = 5;
        break;
      case 5:
        if (*p++ == '\n') c->cstate = 4;
        break;
    }
  }
  return 0;
}

static const char *field(const char *head, const char *name) {
  size_t n = strlen(name);
  for (const char *p = strstr(head, "\r\n"); p; p = strstr(p, "\r\n")) {
    p += 2;
    if (!strncasecmp(p, name, n) && p[n] == ':') {
      p += n + 1;
      while (*p == ' ') p++;
      return p;
    }
  }
  return NULL;
}

static void readable(struct conn *c) {
  static char buf[262144];
  for (int loops = 0; loops < 8; loops++) {
    ssize_t n = recv(c->fd, buf, sizeof buf, 0);
    u64 now = now_ns();
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      if (c->state == C_IDLE) {  // closed by the server between requests
        for (int i = 0; i < idle_n; i++)
          if (idle_stack[i] == (int)(c - cs)) {
            idle_stack[i] = idle_stack[--idle_n];
            break;
          }
        to_closed(c);
        return;
      }
      fail(c, &e_reset, "recv", strerror(errno));
      return;
    }
    if (n == 0) {
      if (c->state == C_BODY && c->body == B_EOF) {
        c->close_after = true;
        done(c, now);
        return;
      }
      if (c->state == C_IDLE) {
        for (int i = 0; i < idle_n; i++)
          if (idle_stack[i] == (int)(c - cs)) {
            idle_stack[i] = idle_stack[--idle_n];
            break;
          }
        to_closed(c);
        return;
      }
      if (c->state >= C_SENDING && c->reused && !c->got_byte) {  // keep-alive race: not the server's fault
        ninflight--;
        to_closed(c);
        started--;
        return;
      }
      fail(c, c->state == C_BODY ? &e_incomplete : &e_reset, "closed early", c->state == C_BODY ? "in body" : "in head");
      return;
    }
    if (c->state == C_IDLE || c->state == C_CONNECTING) {
      fail(c, &e_malformed, "unasked bytes", "");
      return;
    }
    if (!c->got_byte) {
      c->got_byte = true;
    }
    const char *p = buf;
    size_t left = (size_t)n;
    int batch = 0;
    if (c->state == C_HEAD || c->state == C_SENDING) {
      size_t room = sizeof c->head - 1 - c->head_len, take = left < room ? left : room;
      size_t old = c->head_len;
      memcpy(c->head + old, p, take);
      c->head_len += take;
      c->head[c->head_len] = 0;
      char *e = strstr(c->head, "\r\n\r\n");
      if (!e) {
        if (c->head_len >= sizeof c->head - 1) {
          fail(c, &e_malformed, "head too long", "");
          return;
        }
        continue;
      }
      size_t head_size = (size_t)(e - c->head) + 4;
      p += head_size - old;
      left -= head_size - old;
      e[2] = 0;
      c->status = 0;
      sscanf(c->head, "HTTP/1.%*d %d", &c->status);
      if (c->status == 100) {
        c->head_len = 0;
        continue;
      }
      const char *te = field(c->head, "transfer-encoding"), *cl = field(c->head, "content-length"),
                 *co = field(c->head, "connection");
      c->close_after = (co && !strncasecmp(co, "close", 5)) || !strncmp(c->head, "HTTP/1.0", 8);
      c->cstate = 0;
      c->left = 0;
      if (te && !strncasecmp(te, "chunked", 7)) {
        c->body = B_CHUNKED;
      } else if (cl) {
        c->body = B_LENGTH;
        c->left = strtoull(cl, NULL, 10);
      } else {
        c->body = B_EOF;
      }
      c->state = C_BODY;
      if (c->body == B_LENGTH && !c->left) {
        done(c, now);
        return;
      }
    }
    if (left) {
      if (c->body == B_CHUNKED) {
        int r = unchunk(c, p, left, now, &batch);
        if (r < 0) {
          fail(c, &e_malformed, "chunked", "");
          return;
        }
        if (r > 0) {
          done(c, now);
          return;
        }
      } else {
        size_t k = c->body == B_LENGTH && left > c->left ? c->left : left;
        body_bytes(c, p, k, now, &batch);
        if (c->body == B_LENGTH) {
          c->left -= k;
          if (!c->left) {
            done(c, now);
            return;
          }
        }
      }
    }
    if ((size_t)n < sizeof buf) return;
  }
}

int main(int argc, char **argv) {
  static char headers[8192];
  size_t hl = 0;
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (i + 1 >= argc) goto usage;
    const char *v = argv[++i];
    if (!strcmp(a, "--port")) o.port = atoi(v);
    else if (!strcmp(a, "--path")) o.path = v;
    else if (!strcmp(a, "--body")) o.body_file = v;
    else if (!strcmp(a, "--header")) hl += (size_t)snprintf(headers + hl, sizeof headers - hl, "%s\r\n", v);
    else if (!strcmp(a, "--mode")) o.stream = strcmp(v, "unary") != 0;
    else if (!strcmp(a, "--conns")) o.conns = atoi(v);
    else if (!strcmp(a, "--seconds")) o.seconds = atof(v);
    else if (!strcmp(a, "--rate")) o.rate = atof(v);
    else if (!strcmp(a, "--expect-tokens")) o.expect = atoi(v);
    else if (!strcmp(a, "--hold")) o.hold = atof(v);
    else if (!strcmp(a, "--warmup")) o.warmup = atof(v);
    else if (!strcmp(a, "--answers")) answers = fopen(v, "w");
    else goto usage;
  }
  if (!o.body_file || (o.seconds <= 0 && o.hold <= 0)) goto usage;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_TIMERSLACK, 1000);
  signal(SIGPIPE, SIG_IGN);
  struct rlimit rl = {262144, 262144};
  if (setrlimit(RLIMIT_NOFILE, &rl)) {
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
  }
  FILE *f = fopen(o.body_file, "rb");
  if (!f) {
    perror(o.body_file);
    return 2;
  }
  fseek(f, 0, SEEK_END);
  size_t bl = (size_t)ftell(f);
  rewind(f);
  request = malloc(bl + hl + 1024);
  request_len = (size_t)sprintf(request,
                                "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                                "Content-Length: %zu\r\nAccept: */*\r\n%s\r\n",
                                o.path, o.port, bl, headers);
  if (fread(request + request_len, 1, bl, f) != bl) return 2;
  fclose(f);
  request_len += bl;

  cs = calloc((size_t)o.conns, sizeof *cs);
  idle_stack = malloc(sizeof(int) * (size_t)o.conns);
  for (int i = 0; i < o.conns; i++) cs[i].fd = -1;
  nclosed = o.conns;
  ep = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event ev[1024];

  t_start = t_first_record = now_ns();
  u64 warm_until = t_start + (u64)(o.warmup * 1e9), stop_at = 0;
  if (o.seconds > 0) stop_at = warm_until + (u64)(o.seconds * 1e9);
  recording = o.warmup <= 0;
  u64 rate_i = 0, held_at = 0, last_scan = t_start, skip_ok = 0;
  int scan_from = 0;
  bool said_held = false, stopped = false;
  double period = o.rate > 0 ? 1e9 / o.rate : 0;

  for (;;) {
    u64 now = now_ns();
    if (!recording && now >= warm_until) {
      recording = true;
      t_first_record = now;
      skip_ok = ok;
    }
    if (!stopped && stop_at && now >= stop_at) stopped = true;
    if (o.hold > 0) {
      // every connection gets one stream
      stopped = started >= (u64)o.conns;
      if (!said_held && (nheld >= o.conns || (stopped && completed + (u64)nheld >= (u64)o.conns))) {
        printf("HELD %d\n", nheld);
        fflush(stdout);
        said_held = true;
        held_at = now;
      }
      if (said_held && now > held_at + (u64)(o.hold * 1e9)) break;
      if (!said_held && now > t_start + (u64)(o.timeout * 1e9)) {
        printf("HELD %d\n", nheld);
        fflush(stdout);
        said_held = true;
        held_at = now;
      }
    } else if (stopped && ninflight == 0) {
      break;
    }
    if (o.seconds > 0 && now > stop_at + (u64)(o.timeout * 1e9)) {
      e_timeout += (u64)ninflight;
      note("timeout", "still under way at the end");
      break;
    }

    // start what is due
    if (!stopped) {
      for (;;) {
        u64 due = now;
        if (period > 0) {
          if (!rate_i && !idle_n) t_start = now;  // the clock starts with the first connection
          due = t_start + (u64)(period * (double)rate_i);
          if (due > now) break;
        } else if (o.hold > 0 && (started - (u64)nheld - completed) >= (u64)o.ramp) {
          break;
        }
        if (o.hold > 0 && started >= (u64)o.conns) break;
        if (!idle_n) break;
        struct conn *c = &cs[idle_stack[--idle_n]];
        started++;
        rate_i++;
        begin(c, due, now);
        if (period <= 0) now = now_ns();
      }
      // connections: as many as are needed
      int want = 0;
      if (period > 0) {
        u64 behind = now > t_start ? (u64)((double)(now - t_start) / period) + 1 : 1;
        want = behind > rate_i ? (int)((behind - rate_i) < (u64)o.conns ? behind - rate_i : (u64)o.conns) : 0;
        want += 8;  // spare ones, so that no request waits for its connection
      } else {
        want = o.conns;
      }
      want -= idle_n + nconnecting;
      for (int tries = 0; want > 0 && nclosed > 0 && nconnecting < o.ramp && tries < o.conns; tries++) {
        struct conn *c = &cs[scan_from];
        scan_from = (scan_from + 1) % o.conns;
        if (c->state == C_CLOSED) {
          reconnect(c);
          want--;
          if (e_connect > 1000) goto report;
        }
      }
    }

    u64 wake = now + 50000000ull;
    if (!stopped && period > 0 && (idle_n || nclosed)) {
      u64 due = t_start + (u64)(period * (double)rate_i);
      if (due < wake) wake = due;
    }
    now = now_ns();
    struct timespec ts = {0, 0};
    if (wake > now) {
      ts.tv_sec = (time_t)((wake - now) / 1000000000ull);
      ts.tv_nsec = (long)((wake - now) % 1000000000ull);
    }
    int n = epoll_pwait2(ep, ev, 1024, &ts, NULL);
    for (int i = 0; i < n; i++) {
      struct conn *c = &cs[ev[i].data.u32];
      if (c->fd < 0) continue;
      if (c->state == C_CONNECTING) {
        int err = 0;
        socklen_t l = sizeof err;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
        if (err) {
          e_connect++;
          note("connect", strerror(err));
          to_closed(c);
          continue;
        }
        if (!(ev[i].events & EPOLLOUT)) continue;
        nconnecting--;
        c->want_write = false;
        watch(c, EPOLL_CTL_MOD);
        to_idle(c);
        c->reused = false;
        continue;
      }
      if ((ev[i].events & EPOLLOUT) && c->state == C_SENDING) send_more(c);
      if (c->fd >= 0 && (ev[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))) readable(c);
    }
    now = now_ns();
    if (now - last_scan > 200000000ull) {
      last_scan = now;
      for (int i = 0; i < o.conns; i++)
        if (cs[i].state != C_CLOSED && cs[i].state != C_IDLE && now > cs[i].deadline && o.hold <= 0)
          fail(&cs[i], &e_timeout, "timeout", "");
    }
  }
report:;
  u64 end = t_last_done > t_first_record ? t_last_done : now_ns();
  double wall = (double)(end - t_first_record) / 1e9;
  u64 errors = e_connect + e_status + e_reset + e_timeout + e_incomplete + e_count + e_malformed;
  u64 n_ok = ok - skip_ok;
  printf("{\"wall_s\":%.4f,\"ok\":%lu,\"errors\":%lu,\"tokens\":%lu,\"coalesced\":%lu,\"held\":%d", wall, n_ok, errors, chunks,
         coalesced, nheld);
  put("latency_ms", &h_latency);
  if (o.stream) put("transit_ms", &h_transit);
  for (char *p = first_error; *p; p++)
    if (*p == '"' || *p == '\\' || (unsigned char)*p < 32) *p = ' ';
  printf(",\"first_error\":\"%s\"}\n", first_error);
  if (answers) fclose(answers);
  return 0;
usage:
  fprintf(stderr, "usage: see the head of load.c\n");
  return 2;
}
