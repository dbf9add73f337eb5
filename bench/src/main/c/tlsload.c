// A TLS 1.3 load client: one thread, many connections, either a new connection for each request or one kept per slot.
//
//   tlsload new|keep PORT HOST PATH CONNECTIONS SECONDS [RATE]
//
// With a RATE, requests are due that often each second whatever the server does, on kept connections, and an answer's time is
// counted from when its request was due.
//
// It always talks to 127.0.0.1 and names HOST by SNI and Host header. Every response must be a complete 200. One line of
// figures goes to standard output. Certificates are not checked against a root: the caller has done that once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 8192, MAX_SAMPLES = 4000000, SOURCE_ADDRESSES = 50 };

enum stage { CLOSED, HANDSHAKE, IDLE, SEND, RECEIVE };

struct slot {
    enum stage stage;
    int fd;
    SSL *tls;
    double started;
    char in[BUFFER];
    int received;
    int expected;  // length of the whole response, 0 until its head is complete
};

static bool keep;
static double rate;
static struct slot **idle;
static int idle_count;
static int port;
static const char *host;
static char request[1024];
static int request_length;
static SSL_CTX *context;
static int poller;
static long operations, failures, connects;
static float *samples;
static long sample_count;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void disconnect(struct slot *s) {
    if (s->tls) SSL_free(s->tls);
    if (s->fd >= 0) close(s->fd);
    s->tls = NULL;
    s->fd = -1;
    s->stage = CLOSED;
}

static void fail(struct slot *s, const char *what) {
    if (failures++ < 3) {
        fprintf(stderr, "tlsload: %s: %s\n", what, ERR_reason_error_string(ERR_peek_error()));
    }
    ERR_clear_error();
    disconnect(s);
}

static void begin_connection(struct slot *s) {
    s->started = now();
    s->received = s->expected = 0;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // One source address has too few ports for thousands of short connections a second.
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(connects++ % SOURCE_ADDRESSES));
    setsockopt(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(s->fd, (struct sockaddr *)&from, sizeof from) < 0
        || (connect(s->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)) {
        fail(s, strerror(errno));
        return;
    }
    s->tls = SSL_new(context);
    SSL_set_fd(s->tls, s->fd);
    SSL_set_tlsext_host_name(s->tls, host);
    SSL_set_connect_state(s->tls);
    s->stage = HANDSHAKE;
    // Edge-triggered: each wake-up drives the connection until TLS wants more.
    struct epoll_event interest = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = s};
    epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &interest);
}

// Until a request is due.
static void rest(struct slot *s) {
    if (rate <= 0) return;
    s->stage = IDLE;
    idle[idle_count++] = s;
}

static void complete(struct slot *s) {
    operations++;
    if (sample_count < MAX_SAMPLES) samples[sample_count++] = (float)(now() - s->started);
    if (!keep) {
        SSL_shutdown(s->tls);
        disconnect(s);
        return;
    }
    s->started = now();
    s->received = s->expected = 0;
    s->stage = SEND;
    rest(s);
}

static bool read_head(struct slot *s) {
    s->in[s->received] = 0;
    char *end = strstr(s->in, "\r\n\r\n");
    if (!end) return true;
    char *length = strcasestr(s->in, "\r\ncontent-length:");
    if (strncmp(s->in, "HTTP/1.1 200", 12) != 0 || !length || length > end) {
        fprintf(stderr, "tlsload: unexpected answer: %.120s\n", s->in);
        return false;
    }
    s->expected = (int)(end + 4 - s->in) + atoi(length + 17);
    return s->expected < BUFFER;
}

// Whether TLS only waits for the network; anything else ends the connection.
static bool waits(struct slot *s, int result, const char *what) {
    int error = SSL_get_error(s->tls, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return true;
    fail(s, what);
    return false;
}

static void drive(struct slot *s) {
    while (s->stage != CLOSED) {
        int n;
        switch (s->stage) {
            case HANDSHAKE:
                n = SSL_do_handshake(s->tls);
                if (n != 1) {
                    waits(s, n, "handshake");
                    return;
                }
                s->stage = SEND;
                rest(s);
                break;
            case SEND:
                n = SSL_write(s->tls, request, request_length);
                if (n <= 0) {
                    waits(s, n, "write");
                    return;
                }
                s->stage = RECEIVE;
                break;
            case RECEIVE:
                n = SSL_read(s->tls, s->in + s->received, BUFFER - 1 - s->received);
                if (n <= 0) {
                    waits(s, n, "read");
                    return;
                }
                s->received += n;
                if (!s->expected && !read_head(s)) {
                    fail(s, "response");
                    return;
                }
                if (s->expected && s->received >= s->expected) complete(s);
                break;
            case IDLE:
            case CLOSED:
                return;
        }
    }
}

// Sends what is due, as far as connections are free; the rest is late, and its time runs.
static void send_due(double *due) {
    while (*due <= now() && idle_count > 0) {
        struct slot *s = idle[--idle_count];
        s->started = *due;
        s->stage = SEND;
        *due += 1 / rate;
        drive(s);
    }
}

static struct timespec until(double due) {
    double left = due - now();
    if (left < 0 || left > 0.02) left = left < 0 ? 0 : 0.02;
    return (struct timespec){.tv_nsec = (long)(left * 1e9)};
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double percentile(double p) {
    if (sample_count == 0) return 0;
    long i = (long)((double)sample_count * p);
    return samples[i < sample_count ? i : sample_count - 1] * 1e6;
}

static double cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec)
           + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}

int main(int argc, char **argv) {
    if (argc != 7 && argc != 8) {
        fprintf(stderr, "usage: tlsload new|keep PORT HOST PATH CONNECTIONS SECONDS [RATE]\n");
        return 2;
    }
    keep = strcmp(argv[1], "keep") == 0;
    port = atoi(argv[2]);
    host = argv[3];
    int connections = atoi(argv[5]);
    double seconds = atof(argv[6]);
    rate = keep && argc == 8 ? atof(argv[7]) : 0;
    request_length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: tlsload\r\nAccept: */*\r\n\r\n", argv[4], host);

    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x08http/1.1", 9);
    // Without this the last bytes of a closed connection are an error instead of an end.
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);

    struct slot *slots = calloc((size_t)connections, sizeof *slots);
    idle = calloc((size_t)connections, sizeof *idle);
    samples = malloc(MAX_SAMPLES * sizeof *samples);
    poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < connections; i++) slots[i].fd = -1;

    double start = now(), end = start + seconds, due = 0;
    struct epoll_event events[256];
    while (now() < end && failures < 1000) {
        for (int i = 0; i < connections; i++) {
            if (slots[i].stage == CLOSED) begin_connection(&slots[i]);
        }
        struct timespec wait = {.tv_nsec = 20000000};
        if (due == 0 && rate > 0 && idle_count == connections) {
            due = start = now();  // the handshakes are done
            end = start + seconds;
        }
        if (due > 0) {
            send_due(&due);
            wait = idle_count > 0 ? until(due) : wait;
        }
        int n = epoll_pwait2(poller, events, 256, &wait, NULL);
        for (int i = 0; i < n; i++) drive(events[i].data.ptr);
    }
    double took = now() - start;
    qsort(samples, (size_t)sample_count, sizeof *samples, ascending);
    printf("operations=%ld failures=%ld seconds=%.3f p50us=%.0f p99us=%.0f clientcpu=%.3f\n", operations, failures, took,
        percentile(0.5), percentile(0.99), cpu() / took);
    return 0;
}
