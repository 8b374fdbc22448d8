#pragma once
// The reverse proxy that stands before a machine's web server: passes bytes on as they are, and notes when a
// callback passes. In a thread of its own, so that the event loop under measurement has no part in it.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <thread>

namespace qrvend::bench {

using Steady = std::chrono::steady_clock;

class Relay {
public:
    /// Notes the time of every piece that holds `marker`.
    explicit Relay(std::string marker);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Where the relay listens on the loopback.
    std::uint16_t port() const { return port_; }

    /// Where it passes connections on to; before the first one comes.
    void set_target(std::uint16_t port) { target_ = port; }

    /// The instant before the newest piece with the marker went on to the target; the epoch where there was none.
    Steady::time_point passed_at() const { return Steady::time_point(Steady::duration(passed_at_.load())); }

private:
    using Socket = boost::asio::ip::tcp::socket;
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> connect(Socket from);
    boost::asio::awaitable<void> pass_on(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to);

    std::string marker_;
    std::atomic<std::uint16_t> target_{0};
    std::atomic<Steady::rep> passed_at_{0};
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::thread thread_;  // last: it uses all the others
};

}  // namespace qrvend::bench
