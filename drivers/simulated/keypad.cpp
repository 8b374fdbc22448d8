#include "drivers/simulated/keypad.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace qrvend::simulated {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_line = 256;

// Opened for reading and writing, so that the pipe never ends when a writer goes.
int open_pipe(const std::filesystem::path& pipe) {
    std::error_code missing;
    std::filesystem::remove(pipe, missing);
    if (::mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR) != 0) {
        return -1;
    }
    return ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

std::pair<std::string, std::string> first_word(const std::string& line) {
    const std::size_t space = line.find(' ');
    return space == std::string::npos ? std::pair{line, std::string{}}
                                      : std::pair{line.substr(0, space), line.substr(space + 1)};
}

}  // namespace

bool obey(Machine& machine, const std::string& line) {
    static constexpr std::array<std::pair<std::string_view, Mood>, 4> moods{
        {{"works", Mood::works}, {"jams", Mood::jams}, {"quiet", Mood::keeps_quiet}, {"gone", Mood::is_gone}}};
    const auto [word, rest] = first_word(line);
    for (const auto& [name, mood] : moods) {
        if (word == name) {
            machine.set_mood(mood);
            return true;
        }
    }
    if (word == "back") {
        machine.take_back();
        return true;
    }
    if (word == "fault" && !rest.empty()) {
        machine.raise({.code = rest, .detail = "raised by hand"});
        return true;
    }
    if (word == "clear" && !rest.empty()) {
        machine.clear(rest);
        return true;
    }
    std::uint16_t slot = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), slot);
    if (error != std::errc{} || end != word.data() + word.size()) {
        return false;
    }
    machine.press(Slot{slot});
    return true;
}

asio::awaitable<void> obey_keypad(Machine* machine, std::filesystem::path pipe, Log* log) {
    const int opened = open_pipe(pipe);
    if (opened < 0) {
        log->write(LogLevel::warning, "the simulated keypad cannot be made",
                   {{"pipe", pipe.string()}, {"reason", std::strerror(errno)}});
        co_return;
    }
    asio::posix::stream_descriptor input(co_await asio::this_coro::executor, opened);
    std::string buffer;
    while (true) {
        boost::system::error_code error;
        const std::size_t length =
            co_await asio::async_read_until(input, asio::dynamic_buffer(buffer, longest_line), '\n',
                                            asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            log->write(LogLevel::warning, "the simulated keypad has stopped", {{"reason", error.message()}});
            co_return;
        }
        const std::string line = buffer.substr(0, length - 1);
        buffer.erase(0, length);
        if (!obey(*machine, line)) {
            log->write(LogLevel::warning, "the simulated keypad does not know this", {{"line", line}});
        }
    }
}

}  // namespace qrvend::simulated
