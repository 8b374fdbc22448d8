#pragma once
// Everything that one soak has: the sandbox, the daemon, its log as it goes on, the books, and the hands of
// customers. Time in here is that of the soaked programs, `speed` times as fast as ours, except for patience: how
// long to wait at most for something that must come, however slow the computer is.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <random>
#include <string>

#include "tests/app/monitor.hpp"
#include "tests/app/stand.hpp"
#include "tests/soak/books.hpp"
#include "tests/soak/diary.hpp"
#include "tests/soak/footprint.hpp"
#include "tests/soak/preloading.hpp"

namespace qrvend::soak {

struct Options {
    int speed = 300;
    double minutes = 5;      ///< of real time, unless `sales` is given
    std::int64_t sales = 0;  ///< after the warm-up; 0: as many as there is time for
    std::uint64_t seed = 0;
    std::string visit;    ///< only those of this name come, after the warm-up; empty: all
    bool screen = false;  ///< the daemon paints on an X server in memory
};

class Shop {
public:
    explicit Shop(const Options& options);

    test::Stand& stand() { return stand_; }
    test::Process& daemon() { return daemon_; }
    Diary& diary() { return diary_; }
    Books& books() { return books_; }

    /// From `least` to `most`, both included.
    int draw(int least, int most);

    /// Lets time pass.
    void pause(seconds time);

    /// Chooses a product, and waits for the code. False where none came: the machine is out of service, or the
    /// payment system in trouble.
    bool choose(int slot);
    bool choose() { return choose(draw(0, 1) == 0 ? 12 : 13); }

    /// What the customer of the latest sale does in the app. The payment may be over by then.
    void in_app(const std::string& action, const std::string& body = {});

    /// Waits until the machine is free again, and a little for the sale's end: what takes longer is settled in the
    /// background, while others are served.
    void settle();

    /// Enters what the sandbox knows into the books.
    void do_the_books() { books_.enter(stand_.payments()); }

    /// Somebody connects to the daemon's web server, says half a thing, and stays until the next one comes.
    void let_stranger_in();

    std::uint16_t web_port() const { return web_port_; }

    /// What the daemon takes now, at a moment of rest.
    Footprint measure();

    /// Throws std::runtime_error where the daemon does not end in order, has told a secret, or leaves an open sale
    /// to the next one.
    void stop_and_start_again();

private:
    test::StandSettings settings() const;
    test::Process start_daemon();

    int speed_;
    std::mt19937_64 random_;
    std::optional<test::Monitor> monitor_;
    std::uint16_t web_port_;
    Preloading preloading_;
    test::Stand stand_;
    HeapWatch heap_;
    test::Process daemon_;
    Diary diary_;
    Books books_;
    boost::asio::io_context io_;
    std::optional<boost::asio::ip::tcp::socket> stranger_;
};

}  // namespace qrvend::soak
