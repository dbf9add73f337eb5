// A client that opens TLS 1.3 connections for less than they cost any server, so that a full core of it saturates one.
//
//   handshakes PORT HOST NAMES PATH CONNECTIONS SECONDS RATE
//
// Each operation is a new connection to 127.0.0.1, a full handshake (RFC 8446; X25519, AES-128-GCM-SHA256), one GET, and the
// end. It is cheap because it spends nothing on what a load client need not know: one key share for all connections, no
// verification of signatures and chains. It does check what shows a wrong server: that every record is authentic (so that
// both sides derived the same keys), that the leaf certificate holds the server name, and that the answer is a whole 200.
//
// PATH "-" leaves the request out: the operation ends with the handshake. HOST may hold one %d: it is replaced by a random number below NAMES, written with seven digits. RATE 0 keeps CONNECTIONS
// connections busy; another RATE starts that many a second whatever the server does, and times each from when it was due.
// One line of figures goes to standard output.
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HASH = 32,
    TAG = 16,
    RECORD_HEAD = 5,
    RECORD_MAX = 16384 + 256,
    FLIGHT_MAX = 32768,
    BODY_MAX = 8192,
    MAX_SAMPLES = 4000000,
    SOURCE_ADDRESSES = 50
};

// Record and handshake types.
enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23 };
enum { SERVER_HELLO = 2, CERTIFICATE = 11, FINISHED = 20 };

typedef unsigned char byte;

enum stage { CLOSED, CONNECTING, HELLO_SENT, ENCRYPTED, ANSWER };

// Keys of one direction.
struct direction {
    byte key[16];
    byte iv[12];
    uint64_t sequence;
};

struct slot {
    enum stage stage;
    int fd;
    double started;
    char host[128];
    SHA256_CTX transcript;
    byte handshake_secret[HASH], client_secret[HASH], server_secret[HASH];
    struct direction in, out;
    byte received[2 * RECORD_MAX];
    int received_length;
    byte flight[FLIGHT_MAX];
    int flight_length;
    char answer[BODY_MAX + 1];
    int answer_length;
    int answer_expected;  // 0 until its head is complete
};

static int port, names, connections;
static const char *host, *path;
static double rate;
static int poller;
static struct slot *slots;
static long operations, failures, wrong_names;
static float *samples;
static long sample_count;
static byte hash_of_nothing[HASH], derived_from_early[HASH];
static EVP_CIPHER *gcm;
static EVP_CIPHER_CTX *cipher;
static EVP_PKEY *share;
static byte public_share[32];
static uint64_t state = 88172645463325252ULL;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// xorshift64: uniform enough to pick names by.
static uint32_t chance(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20);
}

// ---- key schedule (RFC 8446 section 7.1)

static void hmac(const byte *key, int key_length, const byte *text, int length, byte *out) {
    byte pad[64] = {0};
    byte inner[HASH];
    SHA256_CTX hash;
    memcpy(pad, key, (size_t)key_length);
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36;
    SHA256_Init(&hash);
    SHA256_Update(&hash, pad, 64);
    SHA256_Update(&hash, text, (size_t)length);
    SHA256_Final(inner, &hash);
    for (int i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
    SHA256_Init(&hash);
    SHA256_Update(&hash, pad, 64);
    SHA256_Update(&hash, inner, HASH);
    SHA256_Final(out, &hash);
}

static void expand_label(
    const byte *secret, const char *label, const byte *context, int context_length, byte *out, int length) {
    byte info[128], full[HASH];
    int n = 0;
    int label_length = (int)strlen(label);
    info[n++] = 0;
    info[n++] = (byte)length;
    info[n++] = (byte)(6 + label_length);
    memcpy(info + n, "tls13 ", 6);
    n += 6;
    memcpy(info + n, label, (size_t)label_length);
    n += label_length;
    info[n++] = (byte)context_length;
    if (context_length > 0) memcpy(info + n, context, (size_t)context_length);
    n += context_length;
    info[n++] = 1;
    hmac(secret, HASH, info, n, full);
    memcpy(out, full, (size_t)length);
}

static void use_secret(struct direction *direction, const byte *secret) {
    expand_label(secret, "key", NULL, 0, direction->key, sizeof direction->key);
    expand_label(secret, "iv", NULL, 0, direction->iv, sizeof direction->iv);
    direction->sequence = 0;
}

static void transcript_hash(const struct slot *s, byte *out) {
    SHA256_CTX copy = s->transcript;
    SHA256_Final(out, &copy);
}

// ---- records (section 5.2)

static void next_nonce(struct direction *direction, byte *nonce) {
    memcpy(nonce, direction->iv, 12);
    for (int i = 0; i < 8; i++) nonce[11 - i] ^= (byte)(direction->sequence >> (8 * i));
    direction->sequence++;
}

// Returns the plaintext's length with its type in *type, or -1 when the record is not authentic.
static int open_record(struct direction *direction, byte *record, int length, byte *out, int *type) {
    byte nonce[12];
    int n, rest;
    if (length < TAG + 1) return -1;
    next_nonce(direction, nonce);
    EVP_DecryptInit_ex(cipher, gcm, NULL, direction->key, nonce);
    EVP_DecryptUpdate(cipher, NULL, &n, record, RECORD_HEAD);
    EVP_DecryptUpdate(cipher, out, &n, record + RECORD_HEAD, length - TAG);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG, record + RECORD_HEAD + length - TAG);
    if (EVP_DecryptFinal_ex(cipher, out + n, &rest) <= 0) return -1;
    while (n > 0 && out[n - 1] == 0) n--;
    if (n == 0) return -1;
    *type = out[n - 1];
    return n - 1;
}

static int seal_record(struct direction *direction, int type, const byte *text, int length, byte *out) {
    byte nonce[12], plain[2048];
    int n, rest;
    int sealed = length + 1 + TAG;
    memcpy(plain, text, (size_t)length);
    plain[length] = (byte)type;
    out[0] = APPLICATION_DATA;
    out[1] = out[2] = 3;
    out[3] = (byte)(sealed >> 8);
    out[4] = (byte)sealed;
    next_nonce(direction, nonce);
    EVP_EncryptInit_ex(cipher, gcm, NULL, direction->key, nonce);
    EVP_EncryptUpdate(cipher, NULL, &n, out, RECORD_HEAD);
    EVP_EncryptUpdate(cipher, out + RECORD_HEAD, &n, plain, length + 1);
    EVP_EncryptFinal_ex(cipher, out + RECORD_HEAD + n, &rest);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, out + RECORD_HEAD + length + 1);
    return RECORD_HEAD + sealed;
}

// ---- the life of a connection

static void disconnect(struct slot *s) {
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
    s->stage = CLOSED;
}

static void fail(struct slot *s, const char *why) {
    if (failures++ < 3) fprintf(stderr, "%s: %s in stage %d\n", s->host, why, s->stage);
    disconnect(s);
}

static void done(struct slot *s) {
    byte close_notify[2] = {1, 0}, record[64];
    int n = seal_record(&s->out, ALERT, close_notify, 2, record);
    if (write(s->fd, record, (size_t)n) < 0) errno = 0;  // the server may have left first
    operations++;
    if (sample_count < MAX_SAMPLES) samples[sample_count++] = (float)(now() - s->started);
    disconnect(s);
}

static byte *extension(byte *at, int type, int length) {
    *at++ = (byte)(type >> 8);
    *at++ = (byte)type;
    *at++ = (byte)(length >> 8);
    *at++ = (byte)length;
    return at;
}

static byte *bytes(byte *at, const void *from, int length) {
    memcpy(at, from, (size_t)length);
    return at + length;
}

static byte *noise(byte *at) {
    for (int i = 0; i < 32; i += 4) {
        uint32_t word = chance();
        at = bytes(at, &word, 4);
    }
    return at;
}

static void send_hello(struct slot *s) {
    static const byte groups[] = {0, 2, 0, 29};  // x25519
    // ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pkcs1_sha256, rsa_pss_rsae_sha384
    static const byte signatures[] = {0, 8, 4, 3, 8, 4, 4, 1, 8, 5};
    static const byte versions[] = {2, 3, 4};
    static const byte modes[] = {1, 1};
    static const byte protocols[] = {0, 9, 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    byte record[1024];
    byte *message = record + RECORD_HEAD;
    byte *at = message + 4;
    int name = (int)strlen(s->host);
    *at++ = 3;
    *at++ = 3;
    at = noise(at);
    *at++ = 32;
    at = noise(at);
    at = bytes(at, "\0\2\x13\1\1\0", 6);  // TLS_AES_128_GCM_SHA256; no compression
    byte *extensions = at;
    at += 2;
    at = extension(at, 0, name + 5);  // server_name
    byte head[] = {(byte)((name + 3) >> 8), (byte)(name + 3), 0, (byte)(name >> 8), (byte)name};
    at = bytes(bytes(at, head, 5), s->host, name);
    at = bytes(extension(at, 10, sizeof groups), groups, sizeof groups);
    at = bytes(extension(at, 13, sizeof signatures), signatures, sizeof signatures);
    at = bytes(extension(at, 43, sizeof versions), versions, sizeof versions);
    at = bytes(extension(at, 45, sizeof modes), modes, sizeof modes);
    at = bytes(extension(at, 16, sizeof protocols), protocols, sizeof protocols);
    at = extension(at, 51, 38);  // key_share
    at = bytes(bytes(at, "\0\44\0\35\0\40", 6), public_share, 32);
    int tail = (int)(at - extensions) - 2;
    extensions[0] = (byte)(tail >> 8);
    extensions[1] = (byte)tail;
    int length = (int)(at - message);
    message[0] = 1;  // client_hello
    message[1] = 0;
    message[2] = (byte)((length - 4) >> 8);
    message[3] = (byte)(length - 4);
    record[0] = HANDSHAKE;
    record[1] = 3;
    record[2] = 1;
    record[3] = (byte)(length >> 8);
    record[4] = (byte)length;
    SHA256_Init(&s->transcript);
    SHA256_Update(&s->transcript, message, (size_t)length);
    s->stage = HELLO_SENT;
    if (write(s->fd, record, (size_t)(length + RECORD_HEAD)) != length + RECORD_HEAD) fail(s, "hello not sent");
}

// The server's key share inside its hello, or NULL.
static const byte *key_share(const byte *message, int length) {
    const byte *at = message + 4 + 2 + 32;
    const byte *end = message + length;
    if (message[0] != SERVER_HELLO || end - at < 40) return NULL;
    at += 1 + at[0];
    if (at[0] != 0x13 || at[1] != 1) return NULL;
    at += 5;
    while (end - at >= 4) {
        int type = at[0] << 8 | at[1], size = at[2] << 8 | at[3];
        if (type == 51) return size == 36 ? at + 8 : NULL;  // shorter: a HelloRetryRequest
        at += 4 + size;
    }
    return NULL;
}

static bool agree(struct slot *s, byte *message, int length) {
    byte secret[32], hash[HASH];
    size_t secret_length = sizeof secret;
    const byte *peer = key_share(message, length);
    if (peer == NULL) return false;
    SHA256_Update(&s->transcript, message, (size_t)length);
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer, 32);
    EVP_PKEY_CTX *derivation = EVP_PKEY_CTX_new(share, NULL);
    bool agreed = key && EVP_PKEY_derive_init(derivation) > 0 && EVP_PKEY_derive_set_peer(derivation, key) > 0 &&
                  EVP_PKEY_derive(derivation, secret, &secret_length) > 0;
    EVP_PKEY_CTX_free(derivation);
    EVP_PKEY_free(key);
    if (!agreed) return false;
    hmac(derived_from_early, HASH, secret, 32, s->handshake_secret);
    transcript_hash(s, hash);
    expand_label(s->handshake_secret, "c hs traffic", hash, HASH, s->client_secret, HASH);
    expand_label(s->handshake_secret, "s hs traffic", hash, HASH, s->server_secret, HASH);
    use_secret(&s->in, s->server_secret);
    use_secret(&s->out, s->client_secret);
    return true;
}

// Sends Finished and the request in one write.
static void finish(struct slot *s) {
    byte hash[HASH], derived[HASH], master[HASH], client[HASH], server[HASH], key[HASH], message[4 + HASH], out[4096];
    const byte zeros[HASH] = {0};
    char request[1024];
    transcript_hash(s, hash);
    expand_label(s->handshake_secret, "derived", hash_of_nothing, HASH, derived, HASH);
    hmac(derived, HASH, zeros, HASH, master);
    expand_label(master, "c ap traffic", hash, HASH, client, HASH);
    expand_label(master, "s ap traffic", hash, HASH, server, HASH);
    expand_label(s->client_secret, "finished", NULL, 0, key, HASH);
    message[0] = FINISHED;
    message[1] = message[2] = 0;
    message[3] = HASH;
    hmac(key, HASH, hash, HASH, message + 4);
    memcpy(out, "\24\3\3\0\1\1", 6);  // change_cipher_spec, for middleboxes
    int n = 6;
    n += seal_record(&s->out, HANDSHAKE, message, sizeof message, out + n);
    use_secret(&s->out, client);
    use_secret(&s->in, server);
    if (strcmp(path, "-") == 0) {
        if (write(s->fd, out, (size_t)n) == n) {
            done(s);
        } else {
            fail(s, "handshake not finished");
        }
        return;
    }
    int length = snprintf(
        request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", path, s->host);
    n += seal_record(&s->out, APPLICATION_DATA, (const byte *)request, length, out + n);
    s->stage = ANSWER;
    s->answer_length = s->answer_expected = 0;
    if (write(s->fd, out, (size_t)n) != n) fail(s, "request not sent");
}

// The server's encrypted messages up to Finished.
static void read_flight(struct slot *s) {
    byte *at = s->flight;
    int left = s->flight_length;
    while (left >= 4) {
        int length = 4 + (at[1] << 16 | at[2] << 8 | at[3]);
        if (left < length) break;
        SHA256_Update(&s->transcript, at, (size_t)length);
        if (at[0] == CERTIFICATE && !memmem(at, (size_t)length, s->host, strlen(s->host))) wrong_names++;
        int type = at[0];
        at += length;
        left -= length;
        if (type == FINISHED) {
            finish(s);
            return;
        }
    }
    memmove(s->flight, at, (size_t)left);
    s->flight_length = left;
}

static void read_answer(struct slot *s, const byte *text, int length) {
    if (s->answer_length + length > BODY_MAX) {
        fail(s, "answer too long");
        return;
    }
    memcpy(s->answer + s->answer_length, text, (size_t)length);
    s->answer_length += length;
    s->answer[s->answer_length] = 0;
    if (s->answer_expected == 0) {
        char *end = strstr(s->answer, "\r\n\r\n");
        if (end == NULL) return;
        char *field = strcasestr(s->answer, "\r\ncontent-length:");
        if (memcmp(s->answer + 9, "200", 3) != 0 || field == NULL) {
            fail(s, "not a 200 with a length");
            return;
        }
        s->answer_expected = (int)(end + 4 - s->answer) + atoi(field + 17);
    }
    if (s->answer_length >= s->answer_expected) done(s);
}

static void read_record(struct slot *s, byte *record, int length) {
    byte plain[RECORD_MAX];
    int type;
    if (record[0] == CHANGE_CIPHER_SPEC) return;
    if (s->stage == HELLO_SENT) {
        if (record[0] != HANDSHAKE || !agree(s, record + RECORD_HEAD, length)) {
            fail(s, record[0] == ALERT ? "refused" : "no agreement");
            return;
        }
        s->stage = ENCRYPTED;
        s->flight_length = 0;
        return;
    }
    int n = open_record(&s->in, record, length, plain, &type);
    if (n < 0 || type == ALERT) {
        fail(s, n < 0 ? "record not authentic" : "alert");
    } else if (s->stage == ENCRYPTED) {
        if (type != HANDSHAKE || s->flight_length + n > FLIGHT_MAX) {
            fail(s, "unexpected record");
            return;
        }
        memcpy(s->flight + s->flight_length, plain, (size_t)n);
        s->flight_length += n;
        read_flight(s);
    } else if (type == APPLICATION_DATA) {
        read_answer(s, plain, n);
    }  // else a session ticket
}

static void readable(struct slot *s) {
    while (s->stage != CLOSED) {
        ssize_t n = read(s->fd, s->received + s->received_length, sizeof s->received - (size_t)s->received_length);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            fail(s, n == 0 ? "closed" : strerror(errno));
            return;
        }
        s->received_length += (int)n;
        int at = 0;
        while (s->stage != CLOSED && s->received_length - at >= RECORD_HEAD) {
            byte *record = s->received + at;
            int length = record[3] << 8 | record[4];
            if (length > RECORD_MAX) {
                fail(s, "record too long");
                return;
            }
            if (s->received_length - at < RECORD_HEAD + length) break;
            at += RECORD_HEAD + length;
            read_record(s, record, length);
        }
        if (s->stage == CLOSED) return;
        memmove(s->received, s->received + at, (size_t)(s->received_length - at));
        s->received_length -= at;
    }
}

static void open_connection(struct slot *s, double due) {
    static int source;
    int one = 1;
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001 + (uint32_t)(source++ % SOURCE_ADDRESSES))};
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(0x7f000001)};
    struct epoll_event interest = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = s};
    s->started = due;
    s->received_length = 0;
    if (names > 0) {
        char number[16];
        const char *mark = strstr(host, "%d");
        snprintf(number, sizeof number, "%07d", (int)(chance() % (uint32_t)names));
        snprintf(s->host, sizeof s->host, "%.*s%s%s", (int)(mark - host), host, number, mark + 2);
    } else {
        snprintf(s->host, sizeof s->host, "%s", host);
    }
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    s->stage = CONNECTING;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    // Several source addresses, or the ports run out.
    if (bind(s->fd, (struct sockaddr *)&local, sizeof local) < 0 ||
        (connect(s->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)) {
        fail(s, strerror(errno));
        return;
    }
    epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &interest);
}

static void event(struct slot *s, uint32_t events) {
    if (s->stage == CONNECTING) {
        int error;
        socklen_t length = sizeof error;
        getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error) {
            fail(s, strerror(error));
            return;
        }
        send_hello(s);
    }
    if (s->stage != CLOSED && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(s);
}

static void prepare(void) {
    const byte zeros[HASH] = {0};
    byte early[HASH];
    size_t length = sizeof public_share;
    SHA256((const byte *)"", 0, hash_of_nothing);
    hmac(zeros, HASH, zeros, HASH, early);
    expand_label(early, "derived", hash_of_nothing, HASH, derived_from_early, HASH);
    gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    cipher = EVP_CIPHER_CTX_new();
    share = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    EVP_PKEY_get_raw_public_key(share, public_share, &length);
    state ^= (uint64_t)getpid() * 7919;
}

static struct slot *free_slot(void) {
    static int hint;
    for (int k = 0; k < connections; k++) {
        struct slot *s = &slots[(hint + k) % connections];
        if (s->stage == CLOSED) {
            hint = (hint + k + 1) % connections;
            return s;
        }
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static double quantile_ms(double share_of) {
    if (sample_count == 0) return 0;
    long index = (long)((double)sample_count * share_of);
    return samples[index < sample_count ? index : sample_count - 1] * 1e3;
}

int main(int count, char **arguments) {
    if (count != 8) {
        fprintf(stderr, "usage: handshakes PORT HOST NAMES PATH CONNECTIONS SECONDS RATE\n");
        return 2;
    }
    port = atoi(arguments[1]);
    host = arguments[2];
    names = atoi(arguments[3]);
    path = arguments[4];
    connections = atoi(arguments[5]);
    double seconds = atof(arguments[6]);
    rate = atof(arguments[7]);
    if (names > 0 && strstr(host, "%d") == NULL) {
        fprintf(stderr, "handshakes: several names need a %%d in HOST\n");
        return 2;
    }
    prepare();
    slots = calloc((size_t)connections, sizeof *slots);
    samples = malloc(MAX_SAMPLES * sizeof *samples);
    poller = epoll_create1(0);
    for (int i = 0; i < connections; i++) slots[i].fd = -1;
    struct epoll_event events[256];
    double begin = now(), end = begin + seconds, due = begin;
    while (now() < end) {
        double time = now();
        struct slot *s;
        if (rate <= 0) {
            while ((s = free_slot()) != NULL) open_connection(s, now());
        } else {
            while (due <= time && (s = free_slot()) != NULL) {
                open_connection(s, due);
                due += 1 / rate;
            }
        }
        double wait = rate > 0 ? (due - now()) * 1e3 : 50;
        int n = epoll_wait(poller, events, 256, wait <= 0 ? 0 : wait > 50 ? 50 : (int)wait);
        for (int i = 0; i < n; i++) {
            struct slot *one = events[i].data.ptr;
            if (one->stage != CLOSED) event(one, events[i].events);
        }
    }
    double elapsed = now() - begin;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    qsort(samples, (size_t)sample_count, sizeof *samples, by_value);
    printf("operations=%ld failures=%ld seconds=%.3f wrong=%ld client_us=%.1f p50_ms=%.3f p99_ms=%.3f max_ms=%.3f\n",
           operations, failures + wrong_names, elapsed, wrong_names, operations ? cpu * 1e6 / (double)operations : 0,
           quantile_ms(.5), quantile_ms(.99), quantile_ms(1));
    return 0;
}
