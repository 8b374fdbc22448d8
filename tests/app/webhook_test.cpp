// Webhooks that come, come twice, come late, are forged or say something else, and strangers at the port: the
// daemon's web server under everything that the internet brings.

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"
#include "tests/support/seeded_random.hpp"

using namespace qrvend;
using namespace qrvend::test;
namespace asio = boost::asio;

namespace {

void require(bool true_one, const std::string& what, const Process& daemon) {
    if (!true_one) {
        throw std::runtime_error(what + ":\n" + daemon.output());
    }
}

// A stand whose daemon hears webhooks.
struct Hearing {
    std::uint16_t port = free_port();
    std::string url = "http://127.0.0.1:" + std::to_string(port) + "/vipps";
    Stand stand{{.more_of_vipps = R"(, "webhook_url": ")" + url + "\"",
                 .more_sections = R"(, "web": { "port": )" + std::to_string(port) + " }"}};
};

void choose(const Stand& stand, Process& daemon) {
    stand.press(12);
    wait_for(daemon, "Requested");
}

void end_sold(const Stand& stand, Process& daemon) {
    require(wait_for(daemon, "Closed").contains("sold"), "not sold", daemon);
    stand.stop(daemon);
    judge(stand);
}

constexpr const char* deaf = R"(,"status":500,"times":1000)";

// Nobody can be asked: what ends the sale is the webhook.
void webhook_alone(const std::string& trouble, const std::string& more, const std::string& logged) {
    const Hearing hearing;
    const Stand& stand = hearing.stand;
    Process daemon = stand.start_daemon();
    require(daemon.output().contains("a webhook is registered"), "no webhook", daemon);
    stand.break_call("get", "status", deaf);
    if (!trouble.empty()) {
        stand.break_webhook(trouble, R"(,"event":"authorized")" + more);
    }
    choose(stand, daemon);
    stand.on_phone("approve");
    wait_for(daemon, "Authorized");
    require(wait_for(daemon, "Closed").contains("sold"), "not sold", daemon);
    require(daemon.output().contains(logged), "not logged: " + logged, daemon);
    stand.mend();
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

// Polling tells it first; what comes afterwards changes nothing.
void late(const std::string& trouble) {
    const Hearing hearing;
    const Stand& stand = hearing.stand;
    Process daemon = stand.start_daemon();
    stand.break_webhook(trouble, R"(,"event":"authorized","delay_ms":3000)");
    choose(stand, daemon);
    stand.on_phone("approve");
    require(wait_for(daemon, "Closed").contains("sold"), "not sold", daemon);
    wait_for(daemon, "a callback about no open sale");
    stand.stop(daemon);
    judge(stand);
}

void lost() {
    const Hearing hearing;
    Process daemon = hearing.stand.start_daemon();
    hearing.stand.break_webhook("lost", R"(,"times":20)");
    choose(hearing.stand, daemon);
    hearing.stand.on_phone("approve");
    end_sold(hearing.stand, daemon);
}

// What a restart must not lose: the secret by which webhooks are known.
void after_a_restart() {
    const Hearing hearing;
    const Stand& stand = hearing.stand;
    {
        Process daemon = stand.start_daemon();
        stand.stop(daemon);
    }
    Process daemon = stand.start_daemon();
    require(!daemon.output().contains("a webhook is registered"), "registered again", daemon);
    stand.break_call("get", "status", deaf);
    choose(stand, daemon);
    stand.on_phone("approve");
    end_sold(stand, daemon);
}

// Somebody says that it is paid.
void impostor() {
    const Hearing hearing;
    const Stand& stand = hearing.stand;
    Process daemon = stand.start_daemon();
    choose(stand, daemon);
    const std::string reference = json::string_at(stand.newest_payment(), "reference").value();
    const std::string claim = R"({"msn":"123456","reference":")" + reference +
                              R"(","pspReference":"1","name":"AUTHORIZED","success":true,)"
                              R"("amount":{"currency":"NOK","value":3500}})";
    require(http("POST", hearing.url, claim).status == 401, "an unsigned webhook was taken", daemon);
    wait_for(daemon, "a callback was refused");
    stand.command_machine("back");
    require(wait_for(daemon, "Closed").contains("not paid"), "ended otherwise", daemon);
    stand.stop(daemon);
    judge(stand);
    require(stand.count(simulated::Deed::What::commanded) == 0, "something dropped", daemon);
}

// What the server says to these bytes, until it hangs up; throws where it does not.
std::string say(std::uint16_t port, const std::string& bytes) {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), port});
    std::string answer;
    bool hung_up = false;
    asio::async_write(socket, asio::buffer(bytes), [&](boost::system::error_code, std::size_t) {
        boost::system::error_code ignored;
        socket.shutdown(asio::socket_base::shutdown_send, ignored);
    });
    asio::async_read(socket, asio::dynamic_buffer(answer),
                     [&](boost::system::error_code, std::size_t) { hung_up = true; });
    io.run_for(std::chrono::seconds(30));
    if (!hung_up) {
        throw std::runtime_error("the server does not hang up on nonsense");
    }
    return answer;
}

}  // namespace

TEST_CASE("a sale by webhooks alone, with every trouble that a webhook can have") {
    const auto alone = [](const std::string& trouble, const std::string& more, const std::string& logged) {
        return Scenario{.name = trouble.empty() ? "genuine" : trouble,
                        .run = [=] { webhook_alone(trouble, more, logged); }};
    };
    run_side_by_side({alone("", "", "Authorized"), alone("duplicate", "", "Authorized"),
                      alone("late", R"(,"delay_ms":1200)", "Authorized"),
                      alone("overtaken", R"(,"delay_ms":1200)", "Authorized"),
                      alone("forged", "", "signature_wrong"), alone("wrong_msn", "", "other_merchant"),
                      alone("wrong_reference", "", "a callback about no open sale"),
                      alone("wrong_amount", "", "Authorized"), alone("wrong_currency", "", "Authorized"),
                      alone("unsuccessful", "", "Authorized")});
}

TEST_CASE("webhooks that come too late, never, after a restart, or from somebody else") {
    run_side_by_side({{.name = "late", .run = [] { late("late"); }},
                      {.name = "overtaken", .run = [] { late("overtaken"); }},
                      {.name = "lost", .run = lost},
                      {.name = "after a restart", .run = after_a_restart},
                      {.name = "an impostor", .run = impostor}});
}

TEST_CASE("strangers at the port are turned away, and the machine sells on") {
    const Hearing hearing;
    Process daemon = hearing.stand.start_daemon();
    CHECK(http("GET", hearing.url).status == 405);
    CHECK(http("POST", hearing.url, "{}").status == 401);
    // One byte too many. (Of a much larger body the server does not wait for the end: who still sends then may see
    // a reset in place of the answer.)
    CHECK(http("POST", hearing.url, std::string(256UL * 1024 + 1, 'x')).status == 413);
    CHECK(
        say(hearing.port, "POST /vipps HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n").contains(" 413 "));
    CHECK(say(hearing.port, "GET / HTTP/1.1\r\n" + std::string(100'000, 'h') + "\r\n\r\n").contains(" 431 "));
    CHECK(say(hearing.port, "\x16\x03\x01\x02").find("200") == std::string::npos);
    SeededRandom random(20261121);
    for (int round = 0; round < 20; ++round) {
        std::string noise(2000, '\0');
        random.fill(std::as_writable_bytes(std::span(noise)));
        CHECK(!say(hearing.port, noise).contains(" 200 "));
    }
    hearing.stand.sell(daemon);
    hearing.stand.stop(daemon);
    judge(hearing.stand);
}
