#include "tests/soak/shop.hpp"

#include <boost/asio/write.hpp>
#include <csignal>
#include <stdexcept>

namespace qrvend::soak {

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// The longest that the config allows: of a minute, a fifth of a second is left.
constexpr const char* patient = R"(, "deadlines": { "token_ms": 60000, "create_ms": 60000, "query_ms": 60000,
    "adjust_ms": 60000, "receipt_ms": 60000, "webhooks_ms": 60000, "picture_ms": 60000 })";

constexpr auto patience = 30s;
constexpr auto patience_in_background = 500ms;
constexpr int vend_ms = 3000;

constexpr int screen_edge_px = 480;

void require(bool done, const std::string& otherwise) {
    if (!done) {
        throw std::runtime_error(otherwise);
    }
}

}  // namespace

Shop::Shop(const Options& options)
    : speed_(options.speed),
      random_(options.seed),
      monitor_(options.screen ? std::optional<test::Monitor>(std::in_place, screen_edge_px, screen_edge_px)
                              : std::nullopt),
      web_port_(test::free_port()),
      preloading_(options.speed),
      stand_(settings()),
      heap_(stand_.folder() / "heap"),
      daemon_(start_daemon()),
      diary_(daemon_) {}

test::StandSettings Shop::settings() const {
    const std::string port = std::to_string(web_port_);
    return {.vend_ms = vend_ms,
            .more_of_vipps = std::string(patient) + R"(, "webhook_url": "http://127.0.0.1:)" + port + R"(/vipps")",
            .more_sections = R"(, "web": { "port": )" + port + " }",
            .display = monitor_ ? monitor_->display() : std::string{},
            .state_directory = {}};
}

test::Process Shop::start_daemon() {
    test::Process daemon = stand_.start_daemon();
    heap_.started();
    return daemon;
}

int Shop::draw(int least, int most) {
    return std::uniform_int_distribution(least, most)(random_);
}

void Shop::pause(seconds time) {
    diary_.read_for(std::chrono::milliseconds(time) / speed_);
}

bool Shop::choose(int slot) {
    diary_.wait(patience, [&] { return diary_.in_service(); });
    const std::int64_t before = diary_.opened();
    stand_.press(slot);
    if (!diary_.wait(patience_in_background, [&] { return diary_.opened() > before; })) {
        return false;
    }
    diary_.wait(patience, [&] { return diary_.latest().requested || diary_.latest().over; });
    return diary_.latest().requested && !diary_.latest().over;
}

void Shop::in_app(const std::string& action, const std::string& body) {
    test::http("POST", stand_.sandbox_url() + "/control/payments/" + diary_.latest().reference + "/" + action,
               body);
}

void Shop::settle() {
    diary_.wait(patience, [&] { return diary_.latest().over; });
    diary_.wait(patience_in_background, [&] { return diary_.latest().closed; });
}

void Shop::let_stranger_in() {
    stranger_.emplace(io_);
    stranger_->connect({asio::ip::address_v4::loopback(), web_port_});
    asio::write(*stranger_, asio::buffer(std::string_view("POST /vipps HTTP/1.1\r\nContent-Length: 100\r\n")));
}

Footprint Shop::measure() {
    heap_.ask();
    stand_.command_machine("works");  // says nothing new, but wakes the loop
    require(diary_.wait(patience, [&] { return heap_.answer().has_value(); }),
            "the daemon tells nothing of its heap");
    Footprint footprint = footprint_of(daemon_.id(), stand_.state());
    footprint.heap_bytes = static_cast<std::int64_t>(heap_.answer().value());
    return footprint;
}

void Shop::stop_and_start_again() {
    daemon_.signal(SIGTERM);
    const int code = test::wait_for_end(daemon_);
    require(code == 0, "the daemon ended with " + std::to_string(code));
    const std::string secret = test::secret_in(daemon_.output());
    require(secret.empty(), "the log holds the secret " + secret);
    test::Process next = stand_.start_daemon();
    require(!next.output().contains("an open sale is taken up"), "a sale was left open");
    stand_.stop(next);
}

}  // namespace qrvend::soak
