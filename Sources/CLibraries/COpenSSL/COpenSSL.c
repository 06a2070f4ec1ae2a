#include "COpenSSL.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static int select_protocol(SSL *session, const unsigned char **out, unsigned char *out_length, const unsigned char *in,
                           unsigned int in_length, void *argument) {
    (void)session;
    const unsigned char *name = argument;
    unsigned char *selected = NULL;
    if (SSL_select_next_proto(&selected, out_length, name, name[0] + 1u, in, in_length) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

void copenssl_offer_protocol(SSL_CTX *context, const unsigned char *name) {
    SSL_CTX_set_alpn_select_cb(context, select_protocol, (void *)(uintptr_t)name);
}

static int refuse_passphrase(char *buffer, int size, int for_writing, void *argument) {
    (void)buffer, (void)size, (void)for_writing, (void)argument;
    return -1;
}

void copenssl_never_ask_for_passphrase(SSL_CTX *context) {
    SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
}

static int descriptor_of(BIO *bio) { return (int)(intptr_t)BIO_get_data(bio); }

static int socket_read(BIO *bio, char *bytes, int count) {
    ssize_t result = recv(descriptor_of(bio), bytes, (size_t)count, 0);
    BIO_clear_retry_flags(bio);
    if (result < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    if (result == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)result;
}

static int socket_write(BIO *bio, const char *bytes, int count) {
    ssize_t result = send(descriptor_of(bio), bytes, (size_t)count, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (result < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return (int)result;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default: return 0;
    }
}

static BIO_METHOD *socket_method;
static pthread_once_t socket_method_once = PTHREAD_ONCE_INIT;

static void make_socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gateway socket");
    if (!method) return;
    BIO_meth_set_read(method, socket_read);
    BIO_meth_set_write(method, socket_write);
    BIO_meth_set_ctrl(method, socket_control);
    socket_method = method;
}

int copenssl_attach_socket(SSL *session, int socket) {
    pthread_once(&socket_method_once, make_socket_method);
    BIO *bio = socket_method ? BIO_new(socket_method) : NULL;
    if (!bio) return 0;
    BIO_set_data(bio, (void *)(intptr_t)socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(session, bio, bio);
    return 1;
}

int copenssl_expect_host(SSL *session, const char *host) {
    X509_VERIFY_PARAM *parameters = SSL_get0_param(session);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1) return 1;
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_host(parameters, host, 0) != 1) return 0;
    return (int)SSL_set_tlsext_host_name(session, host);
}
