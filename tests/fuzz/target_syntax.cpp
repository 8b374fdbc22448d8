// One text, read in each of the small ways in which texts from outside are read: URL, date, header, reference,
// amount.

#include <chrono>

#include "config/utf8.hpp"
#include "controller/base/money.hpp"
#include "controller/base/url.hpp"
#include "drivers/http/date.hpp"
#include "drivers/http/syntax.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/retry_after.hpp"
#include "drivers/vipps/text.hpp"
#include "drivers/vipps/url.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

constexpr WallTime now{seconds{1795248000}};  // Sat, 21 Nov 2026 08:00:00 GMT

void read_url(std::string_view text) {
    const auto url = parse_url(text);
    if (!url) {
        return;
    }
    const auto again = parse_url(url->scheme + "://" + url->authority() + url->path_and_query);
    must(again && again->authority() == url->authority() && again->path_and_query == url->path_and_query &&
             again->scheme == url->scheme && again->host == url->host,
         "a URL that is put together again is the same");
    must(http::is_field_value(url->authority()), "an authority can be a Host header");
    must(!url->path_and_query.contains(' ') && http::is_field_value(url->path_and_query),
         "a path can stand in a request line");
    must(!(is_public(url->host) && is_loopback(url->host)), "what is public is not this computer");
    must(!(is_public(url->host) && is_private(url->host)), "what is public is not private");
    must(is_address(url->host) || !is_private(url->host), "only addresses are private");
    must(!vipps::may_be_followed(text, "https://api.vipps.no") || url->scheme == "https" || is_loopback(url->host),
         "nothing in the clear is followed to another computer");
}

void read_date(std::string_view text) {
    if (const auto date = vipps::parse_http_date(text)) {
        const std::string written = http::http_date(*date);
        must(vipps::parse_http_date(written) == date, "a date that is written again is the same");
    }
    if (const auto wait = vipps::parse_retry_after(text, now)) {
        must(*wait >= seconds{0} && *wait <= std::chrono::hours{1}, "no wait is longer than an hour");
    }
}

void read_header(std::string_view text) {
    const std::string_view trimmed = http::trim(text);
    must(http::trim(trimmed) == trimmed, "trimmed is trimmed");
    must(!http::is_token(text) || http::is_field_value(text), "a token is a value too");
    must(http::equal_names(text, text), "a name equals itself");
}

void read_text(std::string_view text) {
    const bool is_utf8 = !config::first_non_utf8(text);
    for (const std::size_t most : {0UL, 1UL, 30UL, text.size()}) {
        const std::string cut = vipps::cut_utf8(text, most);
        must(cut.size() <= most && text.starts_with(cut), "a cut text is the beginning of the whole");
        must(!is_utf8 || !config::first_non_utf8(cut), "and does not end within a character");
    }
    const std::string description = vipps::payment_description(text, text);
    must(description.size() <= 100, "a payment's description has at most 100 bytes");
    must(!vipps::is_reference(text) || text.size() <= 64, "a reference has at most 64 characters");
    if (const auto currency = Currency::parse(text)) {
        must(currency->code() == text, "a currency is what its code says");
    }
    if (const auto value = json::parse(text)) {
        must(json::parse(json::dump(*value)) == value, "JSON that is written again is the same");
    }
}

}  // namespace

void syntax(std::string_view bytes) {
    read_url(bytes);
    read_date(bytes);
    read_header(bytes);
    read_text(bytes);
}

}  // namespace qrvend::fuzz
