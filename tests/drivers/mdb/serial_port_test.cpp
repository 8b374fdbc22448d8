#include "drivers/mdb/serial_port.hpp"

#include <doctest/doctest.h>
#include <sys/file.h>

#include <fstream>
#include <vector>

#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/mdb/pty.hpp"

using namespace qrvend;
using mdb::Baud;
using mdb::SerialPort;

namespace {

using namespace std::chrono_literals;

struct Fixture : test::PtyLoop, SerialPort::User {
    void port_opened() override { open = true; }
    void port_closed(const MachineFault& why) override {
        open = false;
        faults.push_back(why.code);
    }
    void port_received(std::string_view bytes) override { received += bytes; }
    void port_sent() override { ++sent; }

    std::string name() const { return folder.file("adapter"); }
    bool until_open() {
        return until([this] { return open; });
    }
    bool until_closed() {
        return until([this] { return !open; });
    }

    TemporaryFolder folder;
    bool open = false;
    std::vector<std::string> faults;
    std::string received;
    int sent = 0;
    SerialPort port{*io, clock, name(), Baud::b115200, *this};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "bytes pass unchanged in both directions, whatever they are") {
    const test::Pty adapter{name()};
    port.open();
    REQUIRE(open);
    CHECK(port.is_free());
    const std::string all("\x00\x03\x04\x11\x13\x1a\r\n\x7f\xff\xff", 11);
    port.send(all);
    CHECK_FALSE(port.is_free());
    std::string arrived;
    CHECK(until([&] { return (arrived += adapter.read()) == all; }));
    CHECK(until([&] { return sent == 1; }));
    CHECK(port.is_free());
    adapter.write(all);
    CHECK(until([&] { return received == all; }));
    CHECK(faults.empty());
}

TEST_CASE_FIXTURE(Fixture, "a device that is not there is told once, and opened when it comes") {
    port.open();
    pass(1min);
    CHECK(faults == std::vector<std::string>{"no_device"});
    const test::Pty adapter{name()};
    CHECK(until_open());
}

TEST_CASE_FIXTURE(Fixture, "the pauses between two tries grow to a limit") {
    port.open();
    const auto before = clock.wakeups();
    pass(1min);
    CHECK(clock.wakeups() - before == 10);  // after 0.5, 1, 2 and 4 seconds, and every 8 from then on
}

TEST_CASE_FIXTURE(Fixture, "an unplugged adapter is opened again by its name") {
    test::Pty adapter{name()};
    port.open();
    adapter.write("x");
    REQUIRE(until([&] { return !received.empty(); }));
    adapter.unplug();
    REQUIRE(until_closed());
    CHECK_FALSE(port.is_free());
    CHECK(faults == std::vector<std::string>{"unplugged"});
    pass(1min);
    CHECK(faults == std::vector<std::string>{"unplugged", "no_device"});
    adapter.plug_in();
    CHECK(until_open());
    CHECK(port.is_free());
    received.clear();
    adapter.write("x");
    REQUIRE(until([&] { return !received.empty(); }));
    adapter.unplug();
    REQUIRE(until_closed());
    adapter.plug_in();
    CHECK(until([this] { return open; }, 1s));  // the pauses have begun anew
}

TEST_CASE_FIXTURE(Fixture, "a port that another program uses is left alone until it is free") {
    const test::Pty adapter{name()};
    const int other = ::open(name().c_str(), O_RDWR | O_NOCTTY);
    REQUIRE(::flock(other, LOCK_EX) == 0);
    port.open();
    CHECK(faults == std::vector<std::string>{"port_in_use"});
    ::close(other);
    CHECK(until_open());
}

TEST_CASE_FIXTURE(Fixture, "while we use a port, it is taken for other programs that ask") {
    const test::Pty adapter{name()};
    port.open();
    const int other = ::open(name().c_str(), O_RDWR | O_NOCTTY);
    CHECK(::flock(other, LOCK_EX | LOCK_NB) != 0);
    ::close(other);
}

TEST_CASE_FIXTURE(Fixture, "what is no serial port is named so") {
    SUBCASE("a file") {
        std::ofstream(name()) << "text";
    }
    SUBCASE("a folder") {
        std::filesystem::create_directory(name());
    }
    SUBCASE("another device") {
        std::filesystem::create_symlink("/dev/null", name());
    }
    port.open();
    CHECK(faults == std::vector<std::string>{"not_a_port"});
}

TEST_CASE_FIXTURE(Fixture, "a port without the right is named so") {
    if (::geteuid() == 0) {
        return;  // to whom everything is allowed
    }
    std::ofstream(name()) << "text";
    std::filesystem::permissions(name(), std::filesystem::perms::none);
    port.open();
    CHECK(faults == std::vector<std::string>{"no_permission"});
}

TEST_CASE_FIXTURE(Fixture, "a device that takes nothing holds up what is sent, and nothing piles up") {
    test::Pty adapter{name()};
    port.open();
    port.send(std::string(1'000'000, 'x'));
    pass(1min);
    CHECK_FALSE(port.is_free());
    CHECK(sent == 0);
    CHECK_THROWS_AS(port.send("more"), std::logic_error);
    adapter.unplug();
    CHECK(until_closed());
    adapter.plug_in();
    CHECK(until_open());
    CHECK(port.is_free());
}
