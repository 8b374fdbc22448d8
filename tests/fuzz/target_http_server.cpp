// What a client says to our HTTP server on one connection, until it says no more: once as a whole, and once in
// pieces, which must come to the same.

#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <charconv>
#include <memory>

#include "drivers/http/connection.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/recording_log.hpp"

namespace qrvend::fuzz {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const http::ServerOptions small_limits{.max_body_bytes = 512, .max_header_bytes = 1024};

void check_request(const HttpRequest& request) {
    must(are_sendable({{.name = request.method, .value = request.url}}), "method and target have their form");
    must(request.url.starts_with('/') || request.url == "*", "a target is a path");
    must(are_sendable(request.headers), "headers have their form");
    must(request.body.size() <= small_limits.max_body_bytes, "no body is longer than allowed");
}

/// One connection, without a network: the client's end is a socket that this class writes to and reads.
class Talk {
public:
    Talk() {
        std::array<int, 2> ends{};
        must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0,
             "sockets exist");
        client_ = ends[0];
        const auto connection = std::make_shared<http::Connection>(tcp::socket(io_, tcp::v4(), ends[1]), shared_);
        asio::co_spawn(io_, http::Connection::serve(connection), [this](const std::exception_ptr& error) {
            must(error == nullptr, "a connection ends without an exception");
            over_ = true;
        });
    }
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;
    ~Talk() { ::close(client_); }

    void say(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto count = ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN) {
                return;  // the server has heard enough
            }
            bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
            io_.poll();
            listen();
        }
    }

    void say_no_more() {
        ::shutdown(client_, SHUT_WR);
        while (!over_) {
            must(io_.run_one_for(seconds{20}) > 0, "the server goes when its client has gone");
            listen();
        }
        listen();
    }

    const std::vector<HttpRequest>& heard() const { return heard_; }
    const std::string& answered() const { return answered_; }

private:
    asio::awaitable<HttpResponse> handle(HttpRequest request) {
        check_request(request);
        heard_.push_back(request);
        std::vector<HttpHeader> echo{
            {.name = "X-Echo", .value = std::string(header_value(request.headers, "x-echo"))}};
        co_return HttpResponse{.status = 200, .headers = std::move(echo), .body = std::move(request.body)};
    }

    void listen() {
        std::array<char, 4096> buffer{};
        for (ssize_t count = 1; count > 0;) {
            count = ::recv(client_, buffer.data(), buffer.size(), 0);
            answered_.append(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
        }
    }

    asio::io_context io_;
    test::RecordingLog log_;
    std::shared_ptr<http::ServerShared> shared_{
        new http::ServerShared{.options = small_limits,
                               .handler = [this](HttpRequest request) { return handle(std::move(request)); },
                               .log = log_}};
    int client_ = -1;
    bool over_ = false;
    std::vector<HttpRequest> heard_;
    std::string answered_;
};

/// Reads the answers one after another: each is whole, and nothing stands between them.
void check_answers(const Talk& talk) {
    std::string_view rest = talk.answered();
    std::size_t answers = 0;
    while (!rest.empty()) {
        const auto [head, body] = split(rest, "\r\n\r\n");
        must(head.starts_with("HTTP/1.1 ") && head.size() > 12, "an answer begins with its status");
        must(head.size() < rest.size(), "the head of an answer is whole");
        rest = body;
        if (head.substr(9, 3) == "100") {
            continue;
        }
        const bool is_handled = answers < talk.heard().size();
        must(is_handled == (head.substr(9, 3) == "200"), "what is in order is handled, and nothing else");
        const std::string_view digits = split(head, "\r\nContent-Length: ").after;
        std::size_t length = 0;
        must(std::from_chars(digits.data(), digits.data() + digits.size(), length).ec == std::errc{},
             "an answer says its length");
        length = is_handled && talk.heard()[answers].method == "HEAD" ? 0 : length;
        must(length <= rest.size(), "the body of an answer is whole");
        rest.remove_prefix(length);
        ++answers;
    }
    must(answers == talk.heard().size() || answers == talk.heard().size() + 1,
         "each request has its answer, and a refusal is the last");
}

}  // namespace

void http_server(std::string_view bytes) {
    Talk at_once;
    at_once.say(bytes);
    at_once.say_no_more();
    check_answers(at_once);

    constexpr std::size_t longest_piece = 17;
    const std::size_t piece = 1 + bytes.size() % longest_piece;
    Talk in_pieces;
    for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
        in_pieces.say(rest.substr(0, piece));
    }
    in_pieces.say_no_more();
    check_answers(in_pieces);
    must(in_pieces.heard().size() == at_once.heard().size(), "pieces come to the same requests");
    for (std::size_t each = 0; each < at_once.heard().size(); ++each) {
        const HttpRequest& one = at_once.heard()[each];
        const HttpRequest& other = in_pieces.heard()[each];
        must(one.method == other.method && one.url == other.url && one.headers == other.headers &&
                 one.body == other.body,
             "with the same content");
    }
}

}  // namespace qrvend::fuzz
