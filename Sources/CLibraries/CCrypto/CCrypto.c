#include "CCrypto.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

int ccrypto_sha256(const uint8_t *bytes, size_t count, uint8_t *digest) {
    return EVP_Digest(bytes, count, digest, NULL, EVP_sha256(), NULL) == 1;
}

int ccrypto_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *digest) {
    unsigned length = 0;
    if (key_count > INT_MAX) return 0;
    // A NULL key would mean the key of the call before.
    return HMAC(EVP_sha256(), key ? key : (const uint8_t *)"", (int)key_count, bytes, count, digest, &length) != NULL;
}

static int refuse_passphrase(char *buffer, int size, int for_writing, void *argument) {
    (void)buffer, (void)size, (void)for_writing, (void)argument;
    return -1;
}

static EVP_PKEY *rsa_key(const uint8_t *pem, size_t count) {
    if (count > INT_MAX) return NULL;
    BIO *bio = BIO_new_mem_buf(pem, (int)count);
    if (!bio) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
    BIO_free(bio);
    if (key && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static long sign(EVP_PKEY *key, const uint8_t *bytes, size_t count, uint8_t *signature, size_t capacity) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = 0;
    long result = -1;
    if (context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestSign(context, NULL, &length, bytes, count) == 1 && length <= capacity &&
        EVP_DigestSign(context, signature, &length, bytes, count) == 1) {
        result = (long)length;
    }
    EVP_MD_CTX_free(context);
    return result;
}

long ccrypto_rsa_sha256_sign(const uint8_t *pem, size_t pem_count, const uint8_t *bytes, size_t count,
                             uint8_t *signature, size_t capacity) {
    EVP_PKEY *key = rsa_key(pem, pem_count);
    long result = key ? sign(key, bytes, count, signature, capacity) : 0;
    EVP_PKEY_free(key);
    // What went wrong here must not be found by the next one who asks this thread's queue.
    ERR_clear_error();
    return result;
}
