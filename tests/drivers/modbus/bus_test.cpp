// The bus as a thread with a line: what cannot be opened, what breaks, what waits.

#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <filesystem>
#include <fstream>

#include "drivers/modbus/board_server.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/modbus/scripted_line.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;
using namespace std::chrono_literals;

namespace {

const Request look{.unit = 1, .what = Read{.table = Table::coils}};

struct Fixture {
    asio::io_context io;
    TemporaryFolder folder;

    Result<Words> ask(LibmodbusBus& bus, Request request = look) {
        std::optional<Result<Words>> result;
        asio::co_spawn(io, bus.ask(std::move(request)),
                       [&](const std::exception_ptr&, Result<Words> words) { result = std::move(words); });
        io.restart();
        io.run();
        REQUIRE(result);
        return std::move(*result);
    }
    std::string why_closed(const Line& line) {
        LibmodbusBus bus(io, line);
        const auto words = ask(bus);
        REQUIRE_FALSE(words);
        CHECK(words.error().world == World::unsent);
        CHECK_FALSE(words.error().detail.empty());
        return words.error().code;
    }
};

Line quick(Line line) {
    line.response_timeout = 150ms;
    line.gap = 1ms;
    return line;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "each reason why a line cannot be opened has its own name") {
    CHECK(why_closed({.way = Rtu{.device = folder.file("nothing")}}) == "no_device");
    std::ofstream(folder.file("a-file")) << "no port";
    CHECK(why_closed({.way = Rtu{.device = folder.file("a-file")}}) == "not_a_port");
    CHECK(why_closed({.way = Tcp{.host = "127.0.0.1", .port = 1}}) == "connection_refused");
    if (::geteuid() != 0) {  // root may do everything
        std::filesystem::permissions(folder.file("a-file"), std::filesystem::perms::none);
        CHECK(why_closed({.way = Rtu{.device = folder.file("a-file")}}) == "no_permission");
    }
}

TEST_CASE_FIXTURE(Fixture, "a port that another driver holds is in use, and free when that one ends") {
    BoardServer server({}, folder.path() / "board");
    auto first = std::make_unique<LibmodbusBus>(io, quick(server.line()));
    REQUIRE(ask(*first));
    LibmodbusBus second(io, quick(server.line()));
    CHECK(ask(second).error().code == "port_in_use");
    first.reset();
    Result<Words> words = ask(second);
    for (int tries = 0; !words && tries < 50; ++tries) {  // it tries again after a while
        ::usleep(20'000);
        words = ask(second);
    }
    CHECK(words);
}

TEST_CASE_FIXTURE(Fixture, "a line that cannot be used is refused at once") {
    CHECK_THROWS_AS(LibmodbusBus(io, {.way = Rtu{.device = "/dev/x"}, .response_timeout = 0ms}),
                    std::invalid_argument);
}

TEST_CASE_FIXTURE(Fixture,
                  "the board's exceptions and its silence arrive as what they are, on either kind of line") {
    std::unique_ptr<BoardServer> server;
    SUBCASE("TCP") {
        server = std::make_unique<BoardServer>(SimulatedBoard::Mechanics{});
    }
    SUBCASE("a pseudo-terminal") {
        server = std::make_unique<BoardServer>(SimulatedBoard::Mechanics{}, folder.path() / "board");
    }
    LibmodbusBus bus(io, quick(server->line()));
    CHECK(ask(bus) == Words{0});
    CHECK(ask(bus, {.unit = 1, .what = Read{.table = Table::coils, .address = 99}}).error().code == "exception_2");
    CHECK(ask(bus, {.unit = 1, .what = FlashCoil{.address = 99, .value = 7}}).error().code == "exception_3");
    CHECK(ask(bus, {.unit = 2, .what = Read{}}).error().code == "timeout");
    CHECK(ask(bus, {.unit = 1, .what = FlashCoil{.address = BoardMap::first_flash, .value = 7}}));
    CHECK(ask(bus, {.unit = 1, .what = Read{.table = Table::coils, .count = 2}}) == Words{1, 0});
    CHECK(ask(bus, {.unit = 1, .what = WriteRegister{.address = BoardMap::held_key, .value = 7}}));
    CHECK(ask(bus, {.unit = 1, .what = Read{.table = Table::holding_registers, .address = BoardMap::held_key}}) ==
          Words{7});
    CHECK(ask(bus, {.unit = 248, .what = Read{}}).error().world == World::unsent);
    CHECK(ask(bus, {.unit = 1, .what = Read{.count = 3000}}).error().code == "invalid");
}

TEST_CASE_FIXTURE(Fixture, "an unplugged adapter is named at once, and back under its name it is used again") {
    std::unique_ptr<BoardServer> server;
    SUBCASE("TCP") {
        server = std::make_unique<BoardServer>(SimulatedBoard::Mechanics{});
    }
    SUBCASE("a pseudo-terminal") {
        server = std::make_unique<BoardServer>(SimulatedBoard::Mechanics{}, folder.path() / "board");
    }
    LibmodbusBus bus(io, quick(server->line()));
    REQUIRE(ask(bus));
    server->unplug();
    const auto gone = ask(bus);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().world == World::unsent);
    server->plug_in();
    Result<Words> words = ask(bus);
    for (int tries = 0; !words && tries < 100; ++tries) {
        ::usleep(20'000);
        words = ask(bus);
    }
    CHECK(words);
}

TEST_CASE_FIXTURE(Fixture, "what waits behind a full queue is turned away, and what waits at the end is dropped") {
    BoardServer server({});
    server.with_board([](SimulatedBoard& board) {
        board.fate = [](const Request&) { return SimulatedBoard::Fate::request_lost; };
    });
    int busy = 0;
    int other = 0;
    {
        LibmodbusBus bus(io, quick(server.line()));
        for (std::size_t asked = 0; asked < LibmodbusBus::max_waiting + 10; ++asked) {
            asio::co_spawn(io, bus.ask(look), [&](const std::exception_ptr&, const Result<Words>& words) {
                ++(words.error().code == "busy" ? busy : other);
            });
        }
        while (busy < 9) {
            io.run_one();
        }
    }
    io.poll();
    CHECK(busy >= 9);
    CHECK(other <= 2);
}
