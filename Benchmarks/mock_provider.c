// A fast fake provider for benchmarks: one epoll thread, HTTP/1.1 keep-alive, 127.0.0.1 only.
//
//   POST .../chat/completions                OpenAI JSON, or SSE when the body has "stream":true
//   POST .../messages                        Anthropic JSON, or SSE
//   POST /model/.../converse-stream          Bedrock's Converse, as AWS's binary messages
//   GET  /__config?interval_ms=..            changes the pace of streams while running
//   GET  anything else                       a sign of life
//
// Options: --port N --interval-ms F --tokens N --max-seconds N (ends by itself)
//
// Every streamed token is "~" + 15 digits of CLOCK_MONOTONIC nanoseconds + " ": a client on the same machine can tell
// from it how long a frame was under way, whatever format it was converted to. With an interval of 0 every event is
// its own write, sent as fast as the peer takes them.
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

#define STAMP_DIGITS 15
#define MAX_CONN 262144

enum api { API_OPENAI, API_ANTHROPIC, API_CONVERSE, API_COUNT };
enum state { ST_READ, ST_STREAM };

struct conn {
  int fd;
  uint8_t state, api;
  bool stream, want_write;
  char *in;
  size_t in_len, in_cap;
  char *out;
  size_t out_len, out_off, out_cap;
  int next, total;      // next stream event, number of token events
  uint64_t first_ns;    // when the first token event was due
  uint64_t deadline;    // next timer
  int heap_at;          // index in the heap, -1 when not there
};

static struct {
  double interval_ms;
  int tokens, max_seconds, port;
} opt = {0, 64, 600, 9100};

static struct conn *conns[MAX_CONN];
static struct conn **heap;
static int heap_n, heap_cap;
static int ep;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

// ---- timers: a binary heap -------------------------------------------------------------------
static void heap_swap(int a, int b) {
  struct conn *t = heap[a];
  heap[a] = heap[b];
  heap[b] = t;
  heap[a]->heap_at = a;
  heap[b]->heap_at = b;
}
static void heap_up(int i) {
  while (i && heap[i]->deadline < heap[(i - 1) / 2]->deadline) {
    heap_swap(i, (i - 1) / 2);
    i = (i - 1) / 2;
  }
}
static void heap_down(int i) {
  for (;;) {
    int l = 2 * i + 1, m = i;
    if (l < heap_n && heap[l]->deadline < heap[m]->deadline) m = l;
    if (l + 1 < heap_n && heap[l + 1]->deadline < heap[m]->deadline) m = l + 1;
    if (m == i) return;
    heap_swap(i, m);
    i = m;
  }
}
static void timer_set(struct conn *c, uint64_t at) {
  c->deadline = at;
  if (c->heap_at < 0) {
    if (heap_n == heap_cap) {
      heap_cap = heap_cap ? heap_cap * 2 : 1024;
      heap = realloc(heap, sizeof *heap * (size_t)heap_cap);
    }
    heap[heap_n] = c;
    c->heap_at = heap_n++;
    heap_up(c->heap_at);
  } else {
    heap_up(c->heap_at);
    heap_down(c->heap_at);
  }
}
static void timer_clear(struct conn *c) {
  int i = c->heap_at;
  if (i < 0) return;
  c->heap_at = -1;
  if (i != --heap_n) {
    heap[i] = heap[heap_n];
    heap[i]->heap_at = i;
    heap_up(i);
    heap_down(i);
  }
}

// ---- prebuilt answers ------------------------------------------------------------------------
struct event {
  char *data;  // with the chunked-encoding frame already around it
  size_t len;
  size_t stamp_at;  // 0: no stamp
  size_t crc_at;    // of a binary message: where its own check sum stands; 0: none
  size_t body_at;   // and where the message begins
};
#define MAX_HEAD 4
#define MAX_TAIL 5
static struct script {
  struct event head[MAX_HEAD], token, tail[MAX_TAIL];
  int heads, tails;
  char *unary;
  size_t unary_len;
  const char *stream_head;
} scripts[API_COUNT];

static struct event frame(const char *payload) {
  struct event e = {0};
  size_t n = strlen(payload);
  char pre[32];
  int p = snprintf(pre, sizeof pre, "%zx\r\n", n);
  e.len = (size_t)p + n + 2;
  e.data = malloc(e.len + 1);
  memcpy(e.data, pre, (size_t)p);
  memcpy(e.data + p, payload, n);
  memcpy(e.data + p + n, "\r\n", 3);
  char *s = strchr(e.data, '~');
  e.stamp_at = s ? (size_t)(s - e.data) + 1 : 0;
  return e;
}

// ---- AWS's binary messages: big-endian lengths, headers, a payload, each part with its CRC-32 ----
static uint32_t crc_table[256];

static void build_crc_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    crc_table[i] = c;
  }
}

static uint32_t crc32_of(const char *p, size_t n) {
  uint32_t c = 0xFFFFFFFFu;
  for (size_t i = 0; i < n; i++) c = crc_table[(c ^ (uint8_t)p[i]) & 0xFF] ^ (c >> 8);
  return c ^ 0xFFFFFFFFu;
}

static void put32(char *p, uint32_t v) {
  for (int i = 0; i < 4; i++) p[i] = (char)(v >> (24 - 8 * i));
}

static size_t put_header(char *p, const char *name, const char *value) {
  size_t n = strlen(name), v = strlen(value);
  p[0] = (char)n;
  memcpy(p + 1, name, n);
  p[1 + n] = 7;
  p[2 + n] = (char)(v >> 8);
  p[3 + n] = (char)v;
  memcpy(p + 4 + n, value, v);
  return 4 + n + v;
}

static struct event message(const char *type, const char *payload) {
  char b[2048];
  size_t at = 12;
  at += put_header(b + at, ":event-type", type);
  at += put_header(b + at, ":content-type", "application/json");
  at += put_header(b + at, ":message-type", "event");
  size_t headers = at - 12, n = strlen(payload), total = at + n + 4;
  memcpy(b + at, payload, n);
  put32(b, (uint32_t)total);
  put32(b + 4, (uint32_t)headers);
  put32(b + 8, crc32_of(b, 8));
  put32(b + total - 4, crc32_of(b, total - 4));
  struct event e = {0};
  char pre[32];
  size_t p = (size_t)snprintf(pre, sizeof pre, "%zx\r\n", total);
  e.len = p + total + 2;
  e.data = malloc(e.len);
  memcpy(e.data, pre, p);
  memcpy(e.data + p, b, total);
  memcpy(e.data + p + total, "\r\n", 2);
  char *s = memchr(e.data + p + at, '~', n);
  e.stamp_at = s ? (size_t)(s - e.data) + 1 : 0;
  e.body_at = p;
  e.crc_at = p + total - 4;
  return e;
}

#define ZERO "~000000000000000 "
static const char LONGTEXT[] =
    "The quick brown fox jumps over the lazy dog, then explains at some length why benchmarks of "
    "proxies ought to use answers of a realistic size, since most of the work of a gateway is "
    "moving and rewriting JSON and not much else.";

static void set_unary(struct script *s, const char *body) {
  size_t n = strlen(body);
  s->unary = malloc(n + 512);
  int h = sprintf(s->unary,
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                  "x-request-id: req_mock_0001\r\nServer: mock\r\n\r\n",
                  n);
  memcpy(s->unary + h, body, n);
  s->unary_len = (size_t)h + n;
}

static void build(void) {
  char b[4096];
  struct script *s = &scripts[API_OPENAI];
#define OAI "data: {\"id\":\"chatcmpl-mock0123456789abcdef\",\"object\":\"chat.completion.chunk\"," \
            "\"created\":1750000000,\"model\":\"gpt-mock\",\"system_fingerprint\":\"fp_mock\","
  s->head[s->heads++] = frame(OAI "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                  "\"logprobs\":null,\"finish_reason\":null}]}\n\n");
  s->token = frame(OAI "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" ZERO "\"},"
                       "\"logprobs\":null,\"finish_reason\":null}]}\n\n");
  s->tail[s->tails++] = frame(OAI "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
                                  "\"finish_reason\":\"stop\"}]}\n\n");
  snprintf(b, sizeof b,
           OAI "\"choices\":[],\"usage\":{\"prompt_tokens\":42,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n",
           opt.tokens, 42 + opt.tokens);
  s->tail[s->tails++] = frame(b);
  s->tail[s->tails++] = frame("data: [DONE]\n\n");
  snprintf(b, sizeof b,
           "{\"id\":\"chatcmpl-mock0123456789abcdef\",\"object\":\"chat.completion\",\"created\":1750000000,"
           "\"model\":\"gpt-mock\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
           "\"content\":\"%s\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
           "\"usage\":{\"prompt_tokens\":42,\"completion_tokens\":48,\"total_tokens\":90,"
           "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
           "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}},"
           "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_mock\"}",
           LONGTEXT);
  set_unary(s, b);

  s = &scripts[API_ANTHROPIC];
  s->head[s->heads++] = frame(
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_mock0123456789\","
      "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-mock\",\"content\":[],\"stop_reason\":null,"
      "\"stop_sequence\":null,\"usage\":{\"input_tokens\":42,\"cache_creation_input_tokens\":0,"
      "\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\n");
  s->head[s->heads++] = frame(
      "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
      "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
  s->head[s->heads++] = frame("event: ping\ndata: {\"type\":\"ping\"}\n\n");
  s->token = frame(
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
      "\"delta\":{\"type\":\"text_delta\",\"text\":\"" ZERO "\"}}\n\n");
  s->tail[s->tails++] =
      frame("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
  snprintf(b, sizeof b,
           "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
           "\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d}}\n\n",
           opt.tokens);
  s->tail[s->tails++] = frame(b);
  s->tail[s->tails++] = frame("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  snprintf(b, sizeof b,
           "{\"id\":\"msg_mock0123456789\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-mock\","
           "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
           "\"usage\":{\"input_tokens\":42,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
           "\"output_tokens\":48,\"service_tier\":\"standard\"}}",
           LONGTEXT);
  set_unary(s, b);

  scripts[API_OPENAI].stream_head = scripts[API_ANTHROPIC].stream_head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
      "Transfer-Encoding: chunked\r\nx-request-id: req_mock_0001\r\nServer: mock\r\n\r\n";

  build_crc_table();
  s = &scripts[API_CONVERSE];
  s->head[s->heads++] = message("messageStart", "{\"role\":\"assistant\"}");
  s->token = message("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" ZERO "\"},\"p\":\"abcdefgh\"}");
  s->tail[s->tails++] = message("contentBlockStop", "{\"contentBlockIndex\":0}");
  s->tail[s->tails++] = message("messageStop", "{\"stopReason\":\"end_turn\"}");
  snprintf(b, sizeof b,
           "{\"metrics\":{\"latencyMs\":200},\"usage\":{\"inputTokens\":42,\"outputTokens\":%d,\"totalTokens\":%d}}",
           opt.tokens, 42 + opt.tokens);
  s->tail[s->tails++] = message("metadata", b);
  snprintf(b, sizeof b,
           "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"%s\"}]}},"
           "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":42,\"outputTokens\":48,\"totalTokens\":90},"
           "\"metrics\":{\"latencyMs\":200}}",
           LONGTEXT);
  set_unary(s, b);
  s->stream_head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
      "Transfer-Encoding: chunked\r\nx-amzn-requestid: req_mock_0001\r\nServer: mock\r\n\r\n";
}

// ---- connections -----------------------------------------------------------------------------
static void interest(struct conn *c) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | (c->want_write ? EPOLLOUT : 0), .data.fd = c->fd};
  epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void drop(struct conn *c) {
  timer_clear(c);
  conns[c->fd] = NULL;
  close(c->fd);
  free(c->in);
  free(c->out);
  free(c);
}

// Sends or queues; false when the connection is dead (the caller drops it).
static bool emit(struct conn *c, const char *p, size_t n) {
  if (c->out_len == c->out_off) {
    ssize_t w = send(c->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (w < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      w = 0;
    }
    p += w;
    n -= (size_t)w;
    if (!n) return true;
    c->out_len = c->out_off = 0;
  }
  if (c->out_len + n > c->out_cap) {
    c->out_cap = c->out_len + n + 4096;
    c->out = realloc(c->out, c->out_cap);
  }
  memcpy(c->out + c->out_len, p, n);
  c->out_len += n;
  if (!c->want_write) {
    c->want_write = true;
    interest(c);
  }
  return true;
}

static bool emit_event(struct conn *c, const struct event *e) {
  if (!e->stamp_at) return emit(c, e->data, e->len);
  char b[1024];
  memcpy(b, e->data, e->len);
  uint64_t t = now_ns();
  for (int i = STAMP_DIGITS - 1; i >= 0; i--) {
    b[e->stamp_at + (size_t)i] = (char)('0' + t % 10);
    t /= 10;
  }
  if (e->crc_at) put32(b + e->crc_at, crc32_of(b + e->body_at, e->crc_at - e->body_at));
  return emit(c, b, e->len);
}

// Runs the stream until it has to wait for a timer or for the socket.
static bool pump(struct conn *c) {
  struct script *s = &scripts[c->api];
  uint64_t step = (uint64_t)(opt.interval_ms * 1e6);
  while (c->state == ST_STREAM) {
    if (c->out_off != c->out_len) return true;  // EPOLLOUT continues
    if (c->next == 0) {
      if (!emit(c, s->stream_head, strlen(s->stream_head))) return false;
      for (int i = 0; i < s->heads; i++)
        if (!emit_event(c, &s->head[i])) return false;
    }
    if (c->next < c->total) {
      if (step) {
        uint64_t now = now_ns();
        if (c->next == 0) c->first_ns = now;
        uint64_t due = c->first_ns + step * (uint64_t)c->next;
        if (now < due) {
          timer_set(c, due);
          return true;
        }
      }
      if (!emit_event(c, &s->token)) return false;
      c->next++;
      continue;
    }
    for (int i = 0; i < s->tails; i++)
      if (!emit_event(c, &s->tail[i])) return false;
    if (!emit(c, "0\r\n\r\n", 5)) return false;
    c->state = ST_READ;
  }
  return true;
}

static bool respond(struct conn *c) {
  if (c->stream) {
    c->state = ST_STREAM;
    c->next = 0;
    c->total = opt.tokens;
    return pump(c);
  }
  struct script *s = &scripts[c->api];
  return emit(c, s->unary, s->unary_len);
}

static bool simple(struct conn *c, const char *status) {
  char all[256];
  int n = snprintf(all, sizeof all, "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\n{}", status);
  return emit(c, all, (size_t)n);
}

static double query(const char *q, const char *name, double otherwise) {
  size_t n = strlen(name);
  for (const char *p = strchr(q, '?'); p; p = strchr(p, '&')) {
    p++;
    if (!strncmp(p, name, n) && p[n] == '=') return atof(p + n + 1);
  }
  return otherwise;
}

static bool has_stream_true(const char *b, size_t n) {
  const char *end = b + n, *p = b;
  while (p < end && (p = memmem(p, (size_t)(end - p), "\"stream\"", 8))) {
    p += 8;
    const char *q = p;
    while (q < end && (*q == ' ' || *q == '\n' || *q == '\t')) q++;
    if (q < end && *q == ':') {
      q++;
      while (q < end && (*q == ' ' || *q == '\n' || *q == '\t')) q++;
      if (end - q >= 4 && !memcmp(q, "true", 4)) return true;
    }
  }
  return false;
}

static bool dispatch(struct conn *c, const char *method, const char *path, const char *body, size_t body_len) {
  if (strcmp(method, "POST")) {
    if (!strncmp(path, "/__config", 9)) opt.interval_ms = query(path, "interval_ms", opt.interval_ms);
    return simple(c, "200 OK");
  }
  if (!strncmp(path, "/model/", 7)) {
    c->api = API_CONVERSE;
    c->stream = strstr(path, "-stream") != NULL;
    return respond(c);
  }
  // The collector of the gateway's traces.
  if (strstr(path, "/v1/traces")) return simple(c, "200 OK");
  if (strstr(path, "/messages"))
    c->api = API_ANTHROPIC;
  else if (strstr(path, "/chat/completions"))
    c->api = API_OPENAI;
  else
    return simple(c, "404 Not Found");
  c->stream = has_stream_true(body, body_len);
  return respond(c);
}

// One header's value (case-insensitive), or NULL; the head is NUL-terminated.
static const char *header(const char *head, const char *name) {
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

// Parses and answers what is complete in the buffer. False: drop.
static bool process(struct conn *c) {
  while (c->state == ST_READ && c->in_len && c->out_off == c->out_len) {
    char *e = memmem(c->in, c->in_len, "\r\n\r\n", 4);
    if (!e) return c->in_len < 65536;
    size_t head_len = (size_t)(e - c->in) + 4;
    char save = c->in[head_len - 2];
    c->in[head_len - 2] = 0;
    const char *length = header(c->in, "content-length");
    size_t body_len = length ? strtoul(length, NULL, 10) : 0, used = head_len + body_len;
    c->in[head_len - 2] = save;
    if (c->in_len < used) return true;
    char method[8] = "", path[1024] = "";
    if (sscanf(c->in, "%7s %1023s", method, path) != 2) return false;
    if (!dispatch(c, method, path, c->in + head_len, body_len)) return false;
    memmove(c->in, c->in + used, c->in_len - used);
    c->in_len -= used;
  }
  return true;
}

static bool readable(struct conn *c) {
  for (;;) {
    if (c->in_cap - c->in_len < 4096) {
      c->in_cap = c->in_cap ? c->in_cap * 2 : 8192;
      c->in = realloc(c->in, c->in_cap + 1);
    }
    size_t room = c->in_cap - c->in_len;
    ssize_t n = recv(c->fd, c->in + c->in_len, room, MSG_DONTWAIT);
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    c->in_len += (size_t)n;
    if ((size_t)n < room) break;
  }
  return process(c);
}

static bool writable(struct conn *c) {
  if (c->out_off < c->out_len) {
    ssize_t w = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (w < 0) return errno == EAGAIN || errno == EINTR;
    c->out_off += (size_t)w;
    if (c->out_off < c->out_len) return true;
  }
  c->out_len = c->out_off = 0;
  c->want_write = false;
  interest(c);
  if (c->state == ST_STREAM) return pump(c) && process(c);
  return process(c);
}

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *a = argv[i], *v = argv[i + 1];
    if (!strcmp(a, "--port")) opt.port = atoi(v);
    else if (!strcmp(a, "--interval-ms")) opt.interval_ms = atof(v);
    else if (!strcmp(a, "--tokens")) opt.tokens = atoi(v);
    else if (!strcmp(a, "--max-seconds")) opt.max_seconds = atoi(v);
    else {
      fprintf(stderr, "unknown option %s (see the head of mock_provider.c)\n", a);
      return 2;
    }
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_TIMERSLACK, 1000);
  alarm((unsigned)opt.max_seconds);
  signal(SIGPIPE, SIG_IGN);
  struct rlimit rl = {MAX_CONN, MAX_CONN};
  if (setrlimit(RLIMIT_NOFILE, &rl)) {
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
  }
  build();
  int ls = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(ls, (void *)&sa, sizeof sa) || listen(ls, 65535)) {
    perror("mock_provider: listen");
    return 1;
  }
  ep = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event le = {.events = EPOLLIN, .data.fd = ls};
  epoll_ctl(ep, EPOLL_CTL_ADD, ls, &le);
  struct epoll_event ev[512];
  for (;;) {
    struct timespec ts, *tp = NULL;
    if (heap_n) {
      uint64_t now = now_ns(), d = heap[0]->deadline > now ? heap[0]->deadline - now : 0;
      ts.tv_sec = (time_t)(d / 1000000000ull);
      ts.tv_nsec = (long)(d % 1000000000ull);
      tp = &ts;
    }
    int n = epoll_pwait2(ep, ev, 512, tp, NULL);
    for (int i = 0; i < n; i++) {
      int fd = ev[i].data.fd;
      if (fd == ls) {
        for (int k = 0; k < 256; k++) {
          int f = accept4(ls, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
          if (f < 0) break;
          if (f >= MAX_CONN) {
            close(f);
            continue;
          }
          setsockopt(f, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          struct conn *c = calloc(1, sizeof *c);
          c->fd = f;
          c->heap_at = -1;
          conns[f] = c;
          struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = f};
          epoll_ctl(ep, EPOLL_CTL_ADD, f, &e);
        }
        continue;
      }
      struct conn *c = conns[fd];
      if (!c) continue;
      bool ok = !(ev[i].events & (EPOLLERR | EPOLLHUP));
      if (ok && (ev[i].events & (EPOLLIN | EPOLLRDHUP))) ok = readable(c);
      if (ok && (ev[i].events & EPOLLOUT)) ok = writable(c);
      if (!ok) drop(c);
    }
    uint64_t now = now_ns();
    while (heap_n && heap[0]->deadline <= now) {
      struct conn *c = heap[0];
      timer_clear(c);
      bool ok = pump(c);
      if (ok && c->state == ST_READ) ok = process(c);
      if (!ok) drop(c);
    }
  }
}
