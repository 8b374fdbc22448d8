#include "tests/simulation/board.hpp"

#include <doctest/doctest.h>

using namespace qrvend;
using namespace qrvend::simulation;

namespace {

struct Bench {
    explicit Bench(const Weather& weather = {}, BoardSettings settings = {.own_keypad = true})
        : outside(1, weather, std::nullopt, Story::Keep::digest),
          board(outside, settings, [this](const Board::Request&) { ++commands; }) {
        board.listen({.pressed = [this](const Selection& selection) { pressed = selection; },
                      .request_ended = [this] { ++ended; },
                      .vend_ended = [this](const std::string&) { ++told; },
                      .status_changed = {}});
    }

    VendTicket press_and_prepare() {
        board.press(Slot{12}, 1);
        return {.request = pressed.request, .slot = Slot{12}, .state = board.next_vend()};
    }

    // Everything that is due happens, at its time.
    void pass_time() {
        while (outside.next()) {
            outside.clock.run_until(io, outside.clock.now().monotonic + (*outside.next() - outside.elapsed()));
            outside.let_next_happen();
        }
    }

    const Board::Request& request() const { return board.requests().at(pressed.request); }

    Outside outside;
    boost::asio::io_context io;
    Board board;
    Selection pressed{};
    int commands = 0;
    int ended = 0;
    int told = 0;
};

Weather always(Trouble trouble) {
    Weather weather{};
    weather.at(static_cast<std::size_t>(trouble)) = 1000;
    return weather;
}

}  // namespace

TEST_CASE("a vend drops the product and the board says so") {
    Bench bench;
    const VendTicket ticket = bench.press_and_prepare();
    CHECK(bench.board.recall(ticket.state)->outcome == VendResult::Outcome::unsent);
    REQUIRE(bench.board.command(ticket));
    CHECK(bench.board.runs(ticket.state));
    CHECK_FALSE(bench.board.recall(ticket.state));
    bench.pass_time();
    CHECK(bench.told == 1);
    CHECK(bench.board.recall(ticket.state)->outcome == VendResult::Outcome::vended);
    CHECK(bench.request().drops == 1);
    CHECK(bench.commands == 1);
}

TEST_CASE("told twice, it drops twice") {
    Bench bench;
    const VendTicket ticket = bench.press_and_prepare();
    bench.board.command(ticket);
    bench.board.command(ticket);
    bench.pass_time();
    CHECK(bench.request().drops == 2);
    CHECK(bench.request().commands == 2);
}

TEST_CASE("a jam is reported and drops nothing") {
    Bench bench(always(Trouble::motor_jams));
    const VendTicket ticket = bench.press_and_prepare();
    bench.board.command(ticket);
    bench.pass_time();
    CHECK(bench.board.recall(ticket.state)->outcome == VendResult::Outcome::failed);
    CHECK(bench.request().drops == 0);
}

TEST_CASE("a mute board drops and says nothing") {
    Bench bench(always(Trouble::goes_mute));
    const VendTicket ticket = bench.press_and_prepare();
    bench.board.command(ticket);
    bench.pass_time();
    CHECK(bench.told == 0);
    CHECK_FALSE(bench.board.recall(ticket.state));
    CHECK(bench.request().drops == 1);
}

TEST_CASE("a command that is lost moves nothing") {
    Bench bench(always(Trouble::command_lost));
    const VendTicket ticket = bench.press_and_prepare();
    CHECK_FALSE(bench.board.command(ticket));
    bench.pass_time();
    CHECK(bench.request().drops == 0);
    CHECK(bench.commands == 0);
}

TEST_CASE("a board that has restarted no longer knows its vends") {
    Bench bench(always(Trouble::board_restarts));
    const VendTicket ticket = bench.press_and_prepare();
    bench.board.command(ticket);
    bench.pass_time();
    CHECK(bench.request().drops == 1);
    CHECK_FALSE(bench.board.recall(ticket.state));
    CHECK_FALSE(bench.board.runs(ticket.state));
}

TEST_CASE("the lever, another press and the machine's own limit take a selection back") {
    Bench bench({}, {.own_keypad = true, .answer_limit = seconds{60}});
    bench.board.press(Slot{12}, 1);
    const RequestId first = bench.pressed.request;
    SUBCASE("lever") {
        bench.board.pull_lever();
    }
    SUBCASE("another press") {
        bench.board.press(Slot{13}, 2);
        CHECK(bench.board.open_request()->customer == 2);
    }
    SUBCASE("limit") {
        bench.pass_time();
    }
    SUBCASE("a driver that begins anew") {
        bench.board.listen({});
    }
    CHECK(bench.board.requests().at(first).withdrawn);
    CHECK_FALSE(bench.board.requests().at(first).open);
}

TEST_CASE("without its cable the board hears nothing and tells nothing, until it is mended") {
    Bench bench(always(Trouble::link_lost));
    const VendTicket ticket = bench.press_and_prepare();
    bench.board.command(ticket);
    while (bench.board.linked()) {
        bench.outside.let_next_happen();
    }
    CHECK_FALSE(bench.board.status().ready());
    CHECK_FALSE(bench.board.recall(ticket.state));
    bench.board.repair();
    CHECK(bench.board.status().ready());
}
