#include "drivers/system/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <regex>
#include <string>

using namespace qrvend;
using Style = StderrLogOptions::Style;

namespace {

// A pipe that keeps packets apart (O_DIRECT, pipe(2)): one read gives exactly what one write put in.
class PacketPipe {
public:
    PacketPipe() { REQUIRE(pipe2(ends_.data(), O_DIRECT | O_NONBLOCK) == 0); }
    ~PacketPipe() {
        close(ends_[0]);
        close(ends_[1]);
    }
    PacketPipe(const PacketPipe&) = delete;
    PacketPipe& operator=(const PacketPipe&) = delete;

    int write_end() const { return ends_[1]; }

    std::string read_packet() {
        std::array<char, 4096> buffer{};
        const auto count = read(ends_[0], buffer.data(), buffer.size());
        return count < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
    }

private:
    std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("on a terminal: time, level, message and fields, in one write") {
    PacketPipe pipe;
    StderrLog log({.style = Style::terminal, .descriptor = pipe.write_end()});
    log.write(LogLevel::notice, "sale ended",
              {{"sale", "K7QX2M9PTA"}, {"result", "sold"}, {"price_minor", "3500"}});
    const auto line = pipe.read_packet();
    const std::regex expected(
        R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z notice sale ended sale=K7QX2M9PTA result=sold price_minor=3500\n)");
    CHECK_MESSAGE(std::regex_match(line, expected), line);
    CHECK(pipe.read_packet().empty());
}

TEST_CASE("under systemd: the level as journald reads it, and no time") {
    PacketPipe pipe;
    StderrLog log({.minimum = LogLevel::debug, .style = Style::journal, .descriptor = pipe.write_end()});
    log.write(LogLevel::critical, "selling stopped", {{"code", "journal"}});
    CHECK(pipe.read_packet() == "<2>selling stopped code=journal\n");
    log.write(LogLevel::debug, "tick");
    CHECK(pipe.read_packet() == "<7>tick\n");
}

TEST_CASE("the style follows JOURNAL_STREAM only where it names this very descriptor") {
    PacketPipe pipe;
    struct stat status{};
    REQUIRE(fstat(pipe.write_end(), &status) == 0);
    const auto stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);

    setenv("JOURNAL_STREAM", stream.c_str(), 1);
    StderrLog({.descriptor = pipe.write_end()}).write(LogLevel::info, "hello");
    CHECK(pipe.read_packet() == "<6>hello\n");

    setenv("JOURNAL_STREAM", "8:1", 1);
    StderrLog({.descriptor = pipe.write_end()}).write(LogLevel::info, "hello");
    CHECK(pipe.read_packet().ends_with("Z info hello\n"));

    unsetenv("JOURNAL_STREAM");
    StderrLog({.descriptor = pipe.write_end()}).write(LogLevel::info, "hello");
    CHECK(pipe.read_packet().ends_with("Z info hello\n"));
}

TEST_CASE("what matters less than the minimum is dropped") {
    PacketPipe pipe;
    StderrLog log({.minimum = LogLevel::warning, .style = Style::journal, .descriptor = pipe.write_end()});
    log.write(LogLevel::notice, "dropped");
    log.write(LogLevel::warning, "kept");
    CHECK(pipe.read_packet() == "<4>kept\n");
    CHECK(pipe.read_packet().empty());
}

TEST_CASE("a line is a line, whatever a value holds") {
    PacketPipe pipe;
    StderrLog log({.style = Style::journal, .descriptor = pipe.write_end()});
    const auto written = [&](std::string value) {
        log.write(LogLevel::info, "m", {{"k", std::move(value)}});
        return pipe.read_packet();
    };
    CHECK(written("two\n<2>lines\r") == "<6>m k=\"two\\n<2>lines\\r\"\n");
    CHECK(written("a b") == "<6>m k=\"a b\"\n");
    CHECK(written("") == "<6>m k=\"\"\n");
    CHECK(written("say \"no\"") == "<6>m k=\"say \\\"no\\\"\"\n");
    CHECK(written("back\\slash") == "<6>m k=\"back\\\\slash\"\n");
    CHECK(written("a=b") == "<6>m k=\"a=b\"\n");
    CHECK(written(std::string("\x1b[31m\0\x7f\t", 8)) == "<6>m k=\"\\x1b[31m\\x00\\x7f\\t\"\n");
    CHECK(written("Kvikk Lunsj på øy") == "<6>m k=\"Kvikk Lunsj på øy\"\n");

    log.write(LogLevel::info, "first\nsecond");
    CHECK(pipe.read_packet() == "<6>first\\nsecond\n");
}

TEST_CASE("a long value is cut between characters") {
    PacketPipe pipe;
    StderrLog log({.style = Style::journal, .descriptor = pipe.write_end()});
    std::string value(StderrLog::max_value_bytes - 1, 'a');
    value += "ø and more";
    log.write(LogLevel::info, "m", {{"k", value}});
    const auto line = pipe.read_packet();
    CHECK(line.ends_with("aaa...\"\n"));
    CHECK_FALSE(line.contains("\xC3"));
}

TEST_CASE("a descriptor that takes nothing is no error") {
    StderrLog log({.style = Style::journal, .descriptor = -1});
    log.write(LogLevel::info, "lost");
}
