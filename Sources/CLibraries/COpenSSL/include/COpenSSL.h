// OpenSSL's TLS and digests, with functions in place of its macros, which Swift cannot call.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>

#endif
