// What a server answers to our HTTP client: the first line is the request's method, the rest the bytes that come
// back until the connection ends.

#include <curl/curl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "drivers/http/syntax.hpp"
#include "drivers/http/transfer.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

const http::ClientOptions small_limits{.max_body_bytes = 2000, .max_header_bytes = 2000};

/// A server on a socket without a network, which says its answer to the one who connects and no more.
class Server {
public:
    Server() : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        const std::string name = "qrvend-fuzz-" + std::to_string(::getpid());
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        name.copy(&address.sun_path[1], name.size());  // a name of Linux' own that begins with a NUL: no file
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        must(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), size) == 0, "the socket has a name");
        must(::listen(listening_, 1) == 0, "and listens");
        name_ = name;
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() { ::close(listening_); }

    const std::string& name() const { return name_; }

    /// The one who has connected, with the answer said; -1 where nobody has.
    int answer(std::string_view bytes) const {
        const int client = ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            const auto count = ::send(client, bytes.data(), bytes.size(), 0);
            must(count == static_cast<ssize_t>(bytes.size()), "the answer fits into the socket");
            ::shutdown(client, SHUT_WR);
        }
        return client;
    }

private:
    int listening_;
    std::string name_;
};

/// What came of a request, and how it looked to the server.
struct Outcome {
    CURLcode code = CURLE_OK;
    std::string request;
};

Outcome perform(CURL* easy, std::string_view answer) {
    static const Server server;
    curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, server.name().c_str());
    CURLM* multi = curl_multi_init();
    curl_multi_add_handle(multi, easy);
    int client = -1;
    for (int running = 1; running > 0;) {
        curl_multi_perform(multi, &running);
        client = client < 0 ? server.answer(answer) : client;
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi, &left);
    Outcome outcome{.code = message->data.result, .request = {}};
    curl_multi_remove_handle(multi, easy);
    std::array<char, 4096> buffer{};
    for (ssize_t count = 1; count > 0;) {
        count = ::recv(client, buffer.data(), buffer.size(), 0);
        outcome.request.append(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    ::close(client);
    curl_multi_cleanup(multi);
    return outcome;
}

void check_answer(const HttpResponse& answer, std::string_view method, std::string_view bytes) {
    must(answer.status >= 200 && answer.status <= 999, "an answer has a final status");
    must(http::equal_names(bytes.substr(0, 5), "HTTP/"), "only HTTP is an answer");
    must(answer.body.size() <= small_limits.max_body_bytes, "no body is longer than allowed");
    must(method != "HEAD" || answer.body.empty(), "HEAD has no body");
    for (const HttpHeader& header : answer.headers) {
        must(!header.name.contains(':') && !header.name.contains('\n') && !header.value.contains('\n'),
             "a header is one line");
        must(http::trim(header.value) == header.value, "and its value is trimmed");
    }
    const std::string_view digits = header_value(answer.headers, "content-length");
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const auto count = [&](std::string_view name) {
        return std::ranges::count_if(
            answer.headers, [&](const HttpHeader& header) { return http::equal_names(header.name, name); });
    };
    const bool has_length =
        count("content-length") == 1 && error == std::errc{} && end == digits.data() + digits.size();
    const bool has_body = method != "HEAD" && answer.status != 204 && answer.status != 304;
    const bool is_coded = count("transfer-encoding") > 0;
    must(!has_length || !has_body || is_coded || answer.body.size() == length, "an answer cut short is none");
}

}  // namespace

void http_answer(std::string_view bytes) {
    constexpr std::size_t most_bytes = 16UL * 1024;  // what a socket holds by itself
    const auto [method, answer] = split(bytes.substr(0, most_bytes), "\n");
    HttpRequest request{.method = std::string(method), .url = "http://127.0.0.1/path", .headers = {}, .body = {}};
    const bool is_method = method == "GET" || method == "HEAD" || method == "POST" || method == "DELETE";
    request.method = is_method ? request.method : "GET";
    const std::string sent_as = request.method;

    const auto transfer = http::Transfer::make(std::move(request), small_limits, seconds{20});
    must(transfer.has_value(), "a request in order is taken");
    const auto [code, said] = perform((*transfer)->easy(), answer);
    const auto result = (*transfer)->finish(code);
    const auto first_line = sent_as + " /path HTTP/1.1\r\n";
    must(said.starts_with(first_line) && said.find(first_line, 1) == std::string::npos, "a request leaves once");
    if (result) {
        check_answer(*result, sent_as, answer);
    } else {
        must(result.error().world == World::unknown, "what was sent may have happened");
        must(!result.error().code.empty() && result.error().code != "timeout",
             "a connection that has ended is no timeout");
    }
}

}  // namespace qrvend::fuzz
