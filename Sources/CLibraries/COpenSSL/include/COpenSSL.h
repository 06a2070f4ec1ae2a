// OpenSSL's TLS, with functions in place of its macros, which Swift cannot call.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>

// Context settings that OpenSSL has as macros. Each returns 1 on success, as OpenSSL does.

static inline int copenssl_set_minimum_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline void copenssl_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void copenssl_set_read_ahead(SSL_CTX *context) {
    SSL_CTX_set_read_ahead(context, 1);
}

static inline void copenssl_disable_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static const int copenssl_version_1_2 = TLS1_2_VERSION;
static const int copenssl_version_1_3 = TLS1_3_VERSION;
static const long copenssl_mode_partial_write = SSL_MODE_ENABLE_PARTIAL_WRITE;
static const long copenssl_mode_moving_buffer = SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
static const long copenssl_mode_release_buffers = SSL_MODE_RELEASE_BUFFERS;
static const uint64_t copenssl_option_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t copenssl_option_ignore_unexpected_eof = SSL_OP_IGNORE_UNEXPECTED_EOF;

// Makes the context choose this one protocol by ALPN, and refuse clients that offer others only. The name is in the wire
// form, its length first, and must live as long as the context.
void copenssl_offer_protocol(SSL_CTX *context, const unsigned char *name);

// Makes an encrypted key an error in place of a question on the terminal.
void copenssl_never_ask_for_passphrase(SSL_CTX *context);

// Connects a session to a non-blocking socket, whose closing stays the caller's business. Unlike OpenSSL's own socket
// connection this one never raises SIGPIPE. Returns 1 on success.
int copenssl_attach_socket(SSL *session, int socket);

// Makes a client's session ask for that host and take no certificate of any other: a name, or an address in digits, which
// only a certificate for addresses fits. Returns 1 on success.
int copenssl_expect_host(SSL *session, const char *host);

#endif
