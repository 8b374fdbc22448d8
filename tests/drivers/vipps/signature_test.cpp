#include "drivers/vipps/signature.hpp"

#include <doctest/doctest.h>

using namespace qrvend;
using vipps::Verdict;

namespace {

// The example that Vipps published in 2023, with its secret.
constexpr std::string_view secret =
    "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==";
constexpr std::string_view path = "/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63";
constexpr std::string_view host = "webhook.site";
constexpr std::string_view date = "Thu, 30 Mar 2023 08:38:32 GMT";
constexpr std::string_view body = R"({"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"})";
constexpr std::string_view hash = "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=";
constexpr std::string_view signature = "agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=";

HttpRequest genuine_request() {
    return {.method = "POST",
            .url = std::string(path),
            .headers = {{.name = "X-Ms-Date", .value = std::string(date)},
                        {.name = "x-ms-content-sha256", .value = std::string(hash)},
                        {.name = "Authorization", .value = vipps::authorization(signature)}},
            .body = std::string(body)};
}

HttpRequest without(std::string_view name) {
    HttpRequest request = genuine_request();
    std::erase_if(request.headers, [&](const HttpHeader& header) { return header.name == name; });
    return request;
}

}  // namespace

TEST_CASE("the example that Vipps published verifies") {
    CHECK(vipps::content_hash(body) == hash);
    CHECK(vipps::sign(secret, path, date, host, hash) == signature);
    CHECK(vipps::verify(secret, path, host, genuine_request()) == Verdict::genuine);
}

TEST_CASE("the hash of an empty body is that of no bytes") {
    CHECK(vipps::content_hash("") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST_CASE("one changed character anywhere is noticed") {
    CHECK(vipps::verify("other", path, host, genuine_request()) == Verdict::signature_wrong);
    CHECK(vipps::verify(secret, "/elsewhere", host, genuine_request()) == Verdict::signature_wrong);
    CHECK(vipps::verify(secret, path, "webhook.example", genuine_request()) == Verdict::signature_wrong);

    HttpRequest other_body = genuine_request();
    other_body.body.back() = ' ';
    CHECK(vipps::verify(secret, path, host, other_body) == Verdict::hash_differs);

    HttpRequest other_date = genuine_request();
    other_date.headers[0].value = "Thu, 30 Mar 2023 08:38:33 GMT";
    CHECK(vipps::verify(secret, path, host, other_date) == Verdict::signature_wrong);

    HttpRequest other_body_and_hash = other_body;
    other_body_and_hash.headers[1].value = vipps::content_hash(other_body.body);
    CHECK(vipps::verify(secret, path, host, other_body_and_hash) == Verdict::signature_wrong);

    HttpRequest longer = genuine_request();
    longer.headers[2].value += "A";
    CHECK(vipps::verify(secret, path, host, longer) == Verdict::signature_wrong);
}

TEST_CASE("each missing header is named") {
    CHECK(vipps::verify(secret, path, host, without("X-Ms-Date")) == Verdict::no_date);
    CHECK(vipps::verify(secret, path, host, without("x-ms-content-sha256")) == Verdict::no_hash);
    CHECK(vipps::verify(secret, path, host, without("Authorization")) == Verdict::no_signature);

    HttpRequest bearer = genuine_request();
    bearer.headers[2].value = "Bearer abc";
    CHECK(vipps::verify(secret, path, host, bearer) == Verdict::no_signature);
    CHECK(vipps::to_string(Verdict::no_signature) == "no_signature");
}

TEST_CASE("an empty secret verifies nothing, not even its own signature") {
    HttpRequest request = genuine_request();
    request.headers[2].value = vipps::authorization(vipps::sign("", path, date, host, hash));
    CHECK(vipps::verify("", path, host, request) == Verdict::signature_wrong);
}
