#pragma once
// The signature on a Vipps MobilePay webhook: HMAC-SHA256 over method, path, date, host and the body's hash.
// Source: Vipps' webhooks documentation, "Authenticating webhooks"; its published example is in the tests.
//
//     POST\n<path and query>\n<x-ms-date>;<host>;<x-ms-content-sha256>
//
// The key is the secret's bytes as given, although they look like base64. Path and host are those of the registered
// URL: what arrives here may have passed a proxy that changed both. Vipps documents no limit on the date's age and
// repeats a delivery for seven days, so the date is signed but not judged; a repeated delivery does no harm.

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/base/http_message.hpp"

namespace qrvend::vipps {

/// base64(SHA-256(body)), the value of x-ms-content-sha256.
std::string content_hash(std::string_view body);

/// base64(HMAC-SHA256(secret, string to sign)) for a POST.
std::string sign(std::string_view secret, std::string_view path_and_query, std::string_view date,
                 std::string_view host, std::string_view hash);

/// The value of the Authorization header that carries `signature`.
std::string authorization(std::string_view signature);

enum class Verdict : std::uint8_t {
    genuine,
    no_date,          ///< x-ms-date is missing
    no_hash,          ///< x-ms-content-sha256 is missing
    no_signature,     ///< Authorization is missing or of another form
    hash_differs,     ///< the body is not the one that was hashed
    signature_wrong,  ///< another secret, path or host, or a forgery
};

/// For logs and counters: lower case with underscores.
std::string_view to_string(Verdict verdict);

/// Compares in constant time. `path_and_query` and `host` are those of the registered URL. An empty secret verifies
/// nothing.
Verdict verify(std::string_view secret, std::string_view path_and_query, std::string_view host,
               const HttpRequest& request);

}  // namespace qrvend::vipps
