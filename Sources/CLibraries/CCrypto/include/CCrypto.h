// The few functions of OpenSSL's libcrypto that signing takes. OpenSSL's own headers stay behind them.
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <stddef.h>
#include <stdint.h>

enum { CCRYPTO_SHA256_BYTES = 32 };

// Both write CCRYPTO_SHA256_BYTES to `digest` and return 1 on success.
int ccrypto_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);
int ccrypto_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest);

// Signs with RSASSA-PKCS1-v1_5 over SHA-256 (RFC 8017 section 8.2). `pem` holds an RSA key as PKCS #8 or PKCS #1, not
// encrypted. Returns the bytes written, 0 when the key is no such key, -1 when signing fails or `capacity` is too small.
long ccrypto_rsa_sha256_sign(const uint8_t *pem, size_t pem_count, const uint8_t *bytes, size_t count,
                             uint8_t *signature, size_t capacity);

#endif
