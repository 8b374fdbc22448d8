#include "drivers/modbus/memory_bus.hpp"

#include <utility>

#include "controller/kiosk/wait.hpp"

namespace qrvend::modbus {

namespace asio = boost::asio;

asio::awaitable<Result<Words>> MemoryBus::ask(Request request) {
    while (busy_) {
        co_await sleep_until(clock_, clock_.now().monotonic + milliseconds(1));
    }
    busy_ = true;
    auto answer = co_await carry(std::move(request));
    busy_ = false;
    co_return answer;
}

asio::awaitable<Result<Words>> MemoryBus::carry(Request request) {
    using Fate = SimulatedBoard::Fate;
    if (!line_.plugged) {
        co_return unsent("no_device", "the adapter is not plugged in");
    }
    const Fate fate = line_.board.fate ? line_.board.fate(request) : Fate::served;
    co_await sleep_until(clock_, clock_.now().monotonic + line_.wire_time);
    if (!line_.plugged) {
        co_return unknown("line_lost", "the adapter was unplugged");
    }
    if (fate == Fate::request_lost) {
        co_return co_await lose("timeout");
    }
    const auto answer = line_.board.handle(request, clock_.now().monotonic);
    if (!answer || fate == Fate::answer_lost) {
        co_return co_await lose("timeout");
    }
    if (fate == Fate::answer_garbled) {
        co_return co_await lose("garbled");
    }
    co_await sleep_until(clock_, clock_.now().monotonic + line_.wire_time);
    if (!line_.plugged) {
        co_return unknown("line_lost", "the adapter was unplugged");
    }
    if (!*answer) {
        co_return refused(exception_code(answer->error()));
    }
    co_return **answer;
}

// The answer that does not come, and the silence that is kept after it.
asio::awaitable<Result<Words>> MemoryBus::lose(std::string code) {
    co_await sleep_until(clock_, clock_.now().monotonic + 2 * line_.response_timeout);
    co_return unknown(std::move(code));
}

}  // namespace qrvend::modbus
