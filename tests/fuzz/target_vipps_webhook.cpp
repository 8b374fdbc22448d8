// A webhook of Vipps: the message in message.hpp, whose first line is the method, then perhaps a word.
//
//     POST            headers and body as they stand
//     POST present    rightly signed by the registration that counts now: what is behind the signature is reached
//     POST former     by the one that it replaced
//     POST stranger   by somebody who does not know any secret of ours

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "controller/base/http_message.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/callback.hpp"
#include "drivers/vipps/signature.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

constexpr std::size_t sha256_bytes = 32;
using Bytes = std::array<unsigned char, sha256_bytes>;

constexpr std::string_view merchant = "123456";

/// A registration, and what its URL says to sign.
struct Signer {
    vipps::Registration registration;
    std::string path;
    std::string host;
};

const Signer present{.registration = {.id = "w2",
                                      .url = "https://kiosk.example/hooks/vipps?machine=42",
                                      .secret = "c2VjcmV0LXR3bw=="},
                     .path = "/hooks/vipps?machine=42",
                     .host = "kiosk.example"};
const Signer former{.registration = {.id = "w1", .url = "https://old.example:8443", .secret = "c2VjcmV0LW9uZQ=="},
                    .path = "/",
                    .host = "old.example:8443"};
const Signer stranger{.registration = {.id = "w3", .url = present.registration.url, .secret = "Z3Vlc3NlZA=="},
                      .path = present.path,
                      .host = present.host};

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(const Bytes& bytes) {
    std::array<unsigned char, 45> text{};
    return {reinterpret_cast<const char*>(text.data()),
            static_cast<std::size_t>(EVP_EncodeBlock(text.data(), bytes.data(), int{sha256_bytes}))};
}

// By other functions than the ones under test, and written from the documentation anew.
bool is_signed_by(const Signer& signer, const HttpRequest& request) {
    const std::string_view hash = header_value(request.headers, "x-ms-content-sha256");
    Bytes digest{};
    EVP_Digest(request.body.data(), request.body.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    if (hash != base64(digest)) {
        return false;
    }
    std::string text = "POST\n" + signer.path + "\n";
    text += header_value(request.headers, "x-ms-date");
    text += ";" + signer.host + ";" + base64(digest);
    const std::string& secret = signer.registration.secret;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(), digest.data(),
         nullptr);
    return header_value(request.headers, "authorization") ==
           "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" + base64(digest);
}

void sign(HttpRequest& request, const Signer& signer) {
    const std::string date = "Sat, 21 Nov 2026 08:00:00 GMT";
    const std::string hash = vipps::content_hash(request.body);
    const std::string signature = vipps::sign(signer.registration.secret, signer.path, date, signer.host, hash);
    request.headers = {{.name = "x-ms-date", .value = date},
                       {.name = "x-ms-content-sha256", .value = hash},
                       {.name = "authorization", .value = vipps::authorization(signature)}};
}

bool is_reference(std::string_view text) {
    return text.size() >= 8 && text.size() <= 64 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
               std::string_view::npos;
}

// What an event may be made of: a body that holds all of it.
void check_event(const PaymentEvent& event, const std::string& body) {
    const json::Value value = json::Value::parse(body);  // throws where it is not JSON
    must(value.at("msn") == merchant, "an event is about our sales unit");
    must(value.at("reference") == event.reference.text(), "the event's reference is the body's");
    must(is_reference(event.reference.text()), "the reference has the form of a payment reference");
    const bool approves = value.at("name") == "AUTHORIZED" && value.at("success") == true;
    must(event.approved.has_value() == approves, "AUTHORIZED with success, and nothing else, brings an approval");
    if (event.approved) {
        must(event.approved->minor >= 0, "an approved amount is not negative");
        must(value.at("amount").at("value") == event.approved->minor, "the amount approved is the body's");
        must(value.at("amount").at("currency") == event.approved->currency.code(), "and so is its currency");
    }
    must(event.event_id.starts_with(event.reference.text() + "/"), "an event's name begins with its payment's");
}

void check_reply(const Callback& callback) {
    constexpr std::array statuses{200, 400, 401, 405, 413, 503};
    must(std::ranges::find(statuses, callback.reply.status) != statuses.end(), "the status is a documented one");
    must(callback.refused_because.empty() == (callback.reply.status == 200), "200 is the only acceptance");
    must(!callback.event || callback.reply.status == 200, "no event comes out of what is refused");
    must(callback.reply.body.empty() && are_sendable(callback.reply.headers), "the reply repeats nothing foreign");
}

}  // namespace

void vipps_webhook(std::string_view bytes) {
    Message message = read_message(bytes);
    const auto [method, word] = split(message.first_line, " ");
    HttpRequest request{.method = std::string(method),
                        .url = "/behind/a/proxy",
                        .headers = std::move(message.headers),
                        .body = std::move(message.body)};
    for (const auto& [name, signer] :
         {std::pair{"present", &present}, {"former", &former}, {"stranger", &stranger}}) {
        if (word == name) {
            sign(request, *signer);
        }
    }
    const std::array known{present.registration, former.registration};
    const Callback callback = vipps::read_callback(request, known, merchant);
    check_reply(callback);
    const bool is_signed = is_signed_by(present, request) || is_signed_by(former, request);
    const bool was_read = callback.reply.status == 200 || callback.reply.status == 400;
    must(was_read == (is_signed && request.method == "POST" && request.body.size() <= vipps::longest_callback &&
                      !header_value(request.headers, "x-ms-date").empty()),
         "what is signed by a registration of ours is read, and nothing else");
    if (callback.event) {
        check_event(*callback.event, request.body);
    }
    must(!vipps::read_callback(request, {}, merchant).event, "without a registration nothing is believed");
}

}  // namespace qrvend::fuzz
