#include "drivers/vipps/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>

namespace qrvend::vipps {

namespace {

constexpr std::size_t sha256_bytes = 32;
using Digest = std::array<unsigned char, sha256_bytes>;

constexpr std::string_view signature_prefix =
    "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// OpenSSL fails here only where its own set-up is broken; nothing can be verified then.
void require(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string("OpenSSL: ") + what);
    }
}

std::string base64(const Digest& digest) {
    constexpr std::size_t length = (sha256_bytes + 2) / 3 * 4;
    std::string text(length + 1, '\0');  // EVP_EncodeBlock ends its text with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), digest.data(), int{sha256_bytes});
    text.resize(length);
    return text;
}

Digest sha256(std::string_view text) {
    Digest digest{};
    unsigned int size = 0;
    require(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1, "SHA-256");
    return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
    struct Free {
        void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
        void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
    };
    const std::unique_ptr<EVP_MAC, Free> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    require(mac != nullptr, "HMAC");
    const std::unique_ptr<EVP_MAC_CTX, Free> context(EVP_MAC_CTX_new(mac.get()));
    require(context != nullptr, "HMAC context");

    std::array<char, 7> hash_name{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_utf8_string("digest", hash_name.data(), 0),
                                               OSSL_PARAM_construct_end()};
    require(EVP_MAC_init(context.get(), bytes(key), key.size(), parameters.data()) == 1, "HMAC key");
    require(EVP_MAC_update(context.get(), bytes(text), text.size()) == 1, "HMAC text");
    Digest digest{};
    std::size_t size = 0;
    require(EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1, "HMAC end");
    return digest;
}

// The lengths are no secret; the contents are compared in constant time.
bool same(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

std::string content_hash(std::string_view body) {
    return base64(sha256(body));
}

std::string sign(std::string_view secret, std::string_view path_and_query, std::string_view date,
                 std::string_view host, std::string_view hash) {
    std::string text = "POST\n";
    text.append(path_and_query).append("\n");
    text.append(date).append(";").append(host).append(";").append(hash);
    return base64(hmac_sha256(secret, text));
}

std::string authorization(std::string_view signature) {
    return std::string(signature_prefix).append(signature);
}

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::genuine:
            return "genuine";
        case Verdict::no_date:
            return "no_date";
        case Verdict::no_hash:
            return "no_hash";
        case Verdict::no_signature:
            return "no_signature";
        case Verdict::hash_differs:
            return "hash_differs";
        case Verdict::signature_wrong:
            return "signature_wrong";
    }
    return "signature_wrong";
}

Verdict verify(std::string_view secret, std::string_view path_and_query, std::string_view host,
               const HttpRequest& request) {
    const std::string_view date = header_value(request.headers, "x-ms-date");
    if (date.empty()) {
        return Verdict::no_date;
    }
    const std::string_view hash = header_value(request.headers, "x-ms-content-sha256");
    if (hash.empty()) {
        return Verdict::no_hash;
    }
    const std::string_view header = header_value(request.headers, "authorization");
    if (!header.starts_with(signature_prefix)) {
        return Verdict::no_signature;
    }
    if (!same(hash, content_hash(request.body))) {
        return Verdict::hash_differs;
    }
    const std::string expected = sign(secret, path_and_query, date, host, hash);
    const bool genuine = !secret.empty() && same(header.substr(signature_prefix.size()), expected);
    return genuine ? Verdict::genuine : Verdict::signature_wrong;
}

}  // namespace qrvend::vipps
