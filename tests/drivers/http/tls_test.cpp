// The client over TLS, against a server that has a certificate made for the test.

#include <doctest/doctest.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "drivers/http/client.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/http/loopback.hpp"

using namespace qrvend;
using namespace qrvend::http;

namespace {

constexpr milliseconds long_enough{20'000};
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// A self-signed certificate, which is its own authority.
struct Certificate {
    TemporaryFolder directory;
    std::string key = directory.file("key.pem");
    std::string certificate = directory.file("certificate.pem");

    explicit Certificate(const std::string& names) {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
            " -addext subjectAltName=" +
            names + " -keyout " + key + " -out " + certificate + " 2>/dev/null";
        REQUIRE(std::system(command.c_str()) == 0);
    }
};

// Answers each request on kept connections.
class TlsServer {
public:
    TlsServer(asio::io_context& io, const Certificate& certificate)
        : context_(asio::ssl::context::tls_server),
          server_(io, [this](tcp::socket* socket, int) { return serve(this, socket); }) {
        context_.use_certificate_chain_file(certificate.certificate);
        context_.use_private_key_file(certificate.key, asio::ssl::context::pem);
    }

    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server_.port()) + "/";
    }

    int requests = 0;

    int connections() const { return server_.connections(); }

private:
    static awaitable<void> serve(TlsServer* self, tcp::socket* socket) {
        asio::ssl::stream<tcp::socket&> stream(*socket, self->context_);
        const auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
        std::array<char, 4096> buffer{};
        while (!refused) {
            const auto [error, count] = co_await stream.async_read_some(asio::buffer(buffer), no_throw);
            if (error) {
                break;
            }
            ++self->requests;
            const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
            co_await asio::async_write(stream, asio::buffer(answer), no_throw);
        }
    }

    asio::ssl::context context_;
    RawServer server_;
};

Result<HttpResponse> post(asio::io_context& io, CurlClient& client, std::string url) {
    HttpRequest request{.method = "POST", .url = std::move(url), .headers = {}, .body = "{}"};
    return run(io, client.send(std::move(request), long_enough));
}

void check_refused(const Result<HttpResponse>& result) {
    REQUIRE_FALSE(result.has_value());
    CHECK_MESSAGE(result.error().world == World::unsent, result.error().detail);
    CHECK_MESSAGE(result.error().code == "tls_failed", result.error().detail);
}

}  // namespace

TEST_CASE("tls: a certificate that nobody vouches for is refused, and nothing is sent") {
    asio::io_context io;
    const Certificate certificate("DNS:localhost,IP:127.0.0.1");
    TlsServer server(io, certificate);
    CurlClient client(io);
    check_refused(post(io, client, server.url("localhost")));
    CHECK(server.requests == 0);
}

TEST_CASE("tls: a certificate of a given authority is accepted, and the connection kept") {
    asio::io_context io;
    const Certificate certificate("DNS:localhost,IP:127.0.0.1");
    TlsServer server(io, certificate);
    CurlClient client(io, {.ca_file = certificate.certificate});
    for (const auto* host : {"localhost", "localhost", "127.0.0.1"}) {
        const auto response = post(io, client, server.url(host));
        REQUIRE_MESSAGE(response.has_value(), response.error().detail);
        CHECK(response->body == "secret");
    }
    CHECK(server.requests == 3);
    CHECK(server.connections() == 2);
}

TEST_CASE("tls: a certificate for another name is refused, whoever vouches for it") {
    asio::io_context io;
    const Certificate certificate("DNS:pay.example");
    TlsServer server(io, certificate);
    CurlClient client(io, {.ca_file = certificate.certificate});
    check_refused(post(io, client, server.url("localhost")));
    check_refused(post(io, client, server.url("127.0.0.1")));
    CHECK(server.requests == 0);
}

TEST_CASE("tls: an authority's file that is not there is refused") {
    asio::io_context io;
    const Certificate certificate("DNS:localhost");
    TlsServer server(io, certificate);
    CurlClient client(io, {.ca_file = "/nonexistent/ca.pem"});
    check_refused(post(io, client, server.url("localhost")));
}

TEST_CASE("tls: a server that does not speak TLS is refused before anything is sent") {
    asio::io_context io;
    std::string heard;
    struct Script {
        static awaitable<void> run(tcp::socket* socket, std::string* heard) {
            co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            *heard = co_await read_to_end(socket);
        }
    };
    RawServer server(io, [&heard](tcp::socket* socket, int) { return Script::run(socket, &heard); });
    CurlClient client(io);
    check_refused(post(io, client, "https://127.0.0.1:" + std::to_string(server.port()) + "/"));
    CHECK_FALSE(heard.contains("POST"));
}
