#pragma once
// A bus whose board is a function of the test, on simulated time, and a machine or mechanism before it.

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "controller/kiosk/wait.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/settings.hpp"
#include "drivers/simulated/clock.hpp"

namespace qrvend::modbus::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class ScriptedBus final : public Bus {
public:
    using Script = std::function<Result<Words>(const Request&)>;

    ScriptedBus(Clock& clock, Script script) : clock_(clock), script_(std::move(script)) {}

    asio::awaitable<Result<Words>> ask(Request request) override {
        asked.push_back(request);
        co_await sleep_until(clock_, clock_.now().monotonic + 20ms);
        co_return script_(request);
    }

    std::vector<Request> asked;

    std::ptrdiff_t count(const Request& request) const { return std::ranges::count(asked, request); }

private:
    Clock& clock_;
    Script script_;
};

/// A board that takes every write, and whose points read what `values` say, 0 where they say nothing.
struct ScriptedBoard {
    std::map<Point, std::uint16_t> values;
    std::function<std::optional<Failure>(const Request&)> fails{};
    std::function<void(const Request&)> heard{};

    Result<Words> operator()(const Request& request) {
        if (heard) {
            heard(request);
        }
        if (auto failure = fails ? fails(request) : std::nullopt) {
            return std::unexpected(*failure);
        }
        const auto* read = std::get_if<Read>(&request.what);
        Words words;
        for (std::uint16_t index = 0; read != nullptr && index < read->count; ++index) {
            const auto address = static_cast<std::uint16_t>(read->address + index);
            const auto found = values.find({.unit = request.unit, .table = read->table, .address = address});
            words.push_back(found == values.end() ? std::uint16_t{0} : found->second);
        }
        return words;
    }
};

/// Simulated time with an event loop, ended as a crash ends it.
struct Timeless {
    ~Timeless() { clock.abandon(std::move(io)); }

    template <class T>
    T finish(asio::awaitable<T> act) {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(*io, std::move(act),
                       [result](const std::exception_ptr&, T value) { *result = std::move(value); });
        REQUIRE(clock.run_until(*io, [&] { return result->has_value(); }));
        return std::move(**result);
    }

    simulated::SimulatedClock clock;
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
};

}  // namespace qrvend::modbus::test
