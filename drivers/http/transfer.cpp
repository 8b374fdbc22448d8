#include "drivers/http/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include "drivers/http/syntax.hpp"

namespace qrvend::http {

namespace {

// Certificates by name, one file each: libcurl would otherwise read the bundle of all authorities for each
// connection.
constexpr const char* system_certificates = "/etc/ssl/certs";

// The kernel probes an idle connection, so that a middlebox does not forget it and a dead one is noticed. Costs no
// wake-up of this process.
constexpr long keepalive_s = 60;

// How a message begins; libcurl takes it in any case.
constexpr std::string_view protocol = "HTTP/";

std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
        return std::nullopt;
    }
    std::string result(text);
    curl_free(text);
    return result;
}

bool is_this_computer(std::string_view host) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address_v4(host, error);
    return (!error && address.is_loopback()) || host == "[::1]" || equal_names(host, "localhost");
}

bool is_own_header(std::string_view name) {
    constexpr std::array<std::string_view, 4> own = {"Content-Length", "Transfer-Encoding", "Connection", "Expect"};
    return std::ranges::any_of(own, [name](std::string_view each) { return equal_names(name, each); });
}

std::optional<Failure> check_message(const HttpRequest& request) {
    if (!is_token(request.method)) {
        return unsent("bad_request", "not a method: '" + request.method + "'").error();
    }
    for (const auto& header : request.headers) {
        if (!is_token(header.name) || !is_field_value(header.value)) {
            return unsent("bad_request", "not a header: '" + header.name + "'").error();
        }
    }
    return std::nullopt;
}

std::string unsent_code(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return "resolve_failed";
        case CURLE_OPERATION_TIMEDOUT:
            return "connect_timeout";
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_USE_SSL_FAILED:
            return "tls_failed";
        default:
            return "connect_failed";
    }
}

std::string unknown_code(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return "timeout";
        case CURLE_UNSUPPORTED_PROTOCOL:  // not HTTP/1.x at all (HTTP/0.9)
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
            return "garbled";
        default:
            return "connection_lost";
    }
}

}  // namespace

Result<std::unique_ptr<Transfer>> Transfer::make(HttpRequest request, const ClientOptions& options,
                                                 milliseconds deadline) {
    if (auto failure = check_message(request)) {
        return std::unexpected(std::move(*failure));
    }
    Url url(curl_url());
    if (!url) {
        throw std::bad_alloc();
    }
    if (auto failure = check_url(url.get(), request.url)) {
        return std::unexpected(std::move(*failure));
    }
    std::unique_ptr<Transfer> transfer(new Transfer(std::move(request), options, std::move(url)));
    transfer->set_up(deadline, options);
    return transfer;
}

Transfer::Transfer(HttpRequest request, const ClientOptions& options, Url url)
    : request_(std::move(request)),
      origin_(part_of(url.get(), CURLUPART_SCHEME).value_or("") + "://" +
              part_of(url.get(), CURLUPART_HOST).value_or("") + ":" +
              part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("")),
      max_body_bytes_(options.max_body_bytes),
      max_header_bytes_(options.max_header_bytes),
      url_(std::move(url)),
      easy_(curl_easy_init()) {
    if (!easy_) {
        throw std::bad_alloc();
    }
}

// libcurl's own parser decides, so that no URL means one thing here and another there.
std::optional<Failure> Transfer::check_url(CURLU* url, const std::string& text) {
    if (text.contains('\0') || curl_url_set(url, CURLUPART_URL, text.c_str(), 0) != CURLUE_OK ||
        part_of(url, CURLUPART_USER) || part_of(url, CURLUPART_PASSWORD)) {
        return unsent("bad_url", "not a URL of a server, or one with a password in it").error();
    }
    const auto scheme = part_of(url, CURLUPART_SCHEME).value_or("");
    const auto host = part_of(url, CURLUPART_HOST).value_or("");
    if (scheme == "https" || (scheme == "http" && is_this_computer(host))) {
        return std::nullopt;
    }
    return unsent("insecure_url", "only https goes to another computer, not " + scheme + "://" + host).error();
}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
    const auto code = curl_easy_setopt(easy_.get(), option, value);
    if (code != CURLE_OK) {
        throw std::runtime_error("libcurl refuses option " + std::to_string(static_cast<int>(option)) + ": " +
                                 curl_easy_strerror(code));
    }
}

void Transfer::set_up(milliseconds deadline, const ClientOptions& options) {
    const auto time = [](milliseconds duration) {  // 0 would mean libcurl's own default: none, or 300 s
        return static_cast<long>(
            std::clamp<milliseconds::rep>(duration.count(), 1, std::numeric_limits<int>::max()));
    };
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_CURLU, url_.get());
    set(CURLOPT_TIMEOUT_MS, time(deadline));
    set(CURLOPT_CONNECTTIMEOUT_MS, time(std::min(options.connect_timeout, deadline)));
    set(CURLOPT_MAXAGE_CONN, static_cast<long>(options.max_idle.count()));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_TCP_KEEPIDLE, keepalive_s);
    set(CURLOPT_TCP_KEEPINTVL, keepalive_s);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // giving up a request must not wait for the resolver's thread
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_USERAGENT, options.user_agent.c_str());
    set(CURLOPT_PREREQFUNCTION, &on_sending);
    set(CURLOPT_PREREQDATA, this);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, this);
    set_up_security(options);
    set_up_message();
}

void Transfer::set_up_security(const ClientOptions& options) {
    set(CURLOPT_PROTOCOLS_STR, "http,https");  // http only as far as check_url() let it pass
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_CAPATH, system_certificates);
    set(CURLOPT_CAINFO, options.ca_file.empty() ? nullptr : options.ca_file.c_str());
}

void Transfer::set_up_message() {
    const auto& method = request_.method;
    const bool sends_body = !request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
    if (sends_body) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.c_str());
    } else if (method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else {
        set(CURLOPT_HTTPGET, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());

    for (const auto& [name, value] : request_.headers) {
        if (!is_own_header(name)) {
            add_header_line(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
        }
    }
    add_header_line("Expect:");  // never: libcurl sends a request again that a server refuses with 417
    if (sends_body && header_value(request_.headers, "Content-Type").empty()) {
        add_header_line("Content-Type:");  // libcurl would say that it is a form
    }
    set(CURLOPT_HTTPHEADER, header_lines_.get());
}

void Transfer::add_header_line(const std::string& line) {
    header_lines_.reset(curl_slist_append(header_lines_.release(), line.c_str()));
    if (!header_lines_) {
        throw std::bad_alloc();
    }
}

// Everything before the final answer (1xx) is dropped, and so is what follows its body (trailers).
bool Transfer::take_header_line(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_bytes_) {
        too_large_ = true;
        return false;
    }
    while (line.ends_with('\n') || line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (equal_names(line.substr(0, protocol.size()), protocol)) {
        response_.headers.clear();
        headers_complete_ = false;
    } else if (line.empty()) {
        headers_complete_ = true;
    } else if (!headers_complete_) {
        const auto colon = std::min(line.find(':'), line.size());
        const auto value = line.substr(std::min(colon + 1, line.size()));
        response_.headers.push_back(
            {.name = std::string(line.substr(0, colon)), .value = std::string(trim(value))});
    }
    return true;
}

bool Transfer::take_body(std::string_view bytes) {
    if (bytes.size() > max_body_bytes_ - response_.body.size()) {
        too_large_ = true;
        return false;
    }
    response_.body += bytes;
    return true;
}

Result<HttpResponse> Transfer::finish(std::optional<CURLcode> code) {
    if (!code) {
        return sent_ ? unknown("stopped", "the client was ended") : unsent("stopped", "the client was ended");
    }
    if (*code != CURLE_OK) {
        return std::unexpected(failure(*code));
    }
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (!headers_complete_ || status < 200) {  // which is no failure to libcurl
        return unknown("connection_lost", "the connection ended within the answer's headers");
    }
    if (status > 999) {  // three digits it has (RFC 9112, 4), which libcurl counts in HTTP/1.1 only
        return unknown("garbled", "the answer's status is no status");
    }
    response_.status = static_cast<int>(status);
    return std::move(response_);
}

Failure Transfer::failure(CURLcode code) const {
    std::string detail = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
    if (!sent_) {
        return unsent(unsent_code(code), std::move(detail)).error();
    }
    return unknown(too_large_ ? "too_large" : unknown_code(code), std::move(detail)).error();
}

int Transfer::on_sending(void* self, char* /*peer*/, char* /*local*/, int /*peer_port*/, int /*local_port*/) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (std::exchange(transfer.sent_, true)) {
        return CURL_PREREQFUNC_ABORT;
    }
    return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    const auto taken = static_cast<Transfer*>(self)->take_header_line({bytes, size * count});
    return taken ? size * count : 0;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    const auto taken = static_cast<Transfer*>(self)->take_body({bytes, size * count});
    return taken ? size * count : 0;
}

}  // namespace qrvend::http
