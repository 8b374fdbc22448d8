#include "drivers/modbus/controller_mechanism.hpp"

#include <algorithm>
#include <utility>

#include "controller/kiosk/wait.hpp"
#include "drivers/modbus/inputs.hpp"

namespace qrvend::modbus {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using Meaning = ControllerBoard::Meaning;
using Outcome = VendResult::Outcome;
using Standing = ControllerVend::Standing;

constexpr milliseconds recall_patience = 60s;  // for the board to answer after a restart of ours

std::string fault_code(Meaning meaning) {
    switch (meaning) {
        case Meaning::running:
            return "board_busy";
        case Meaning::blocked:
            return "drop_sensor_blocked";
        case Meaning::idle:
        case Meaning::done:
        case Meaning::fault:
            break;
    }
    return "board_fault";
}

MachineFault fault_of(const ControllerBoard::State& state) {
    std::string detail = "the board's state is " + std::to_string(state.value);
    if (!state.detail.empty()) {
        detail += ": " + state.detail;
    }
    return {.code = fault_code(state.meaning), .detail = std::move(detail)};
}

}  // namespace

ControllerMechanism::ControllerMechanism(Clock& clock, Bus& bus, ControllerBoard board, milliseconds poll)
    : clock_(clock), bus_(bus), board_(std::move(board)), poll_(poll) {}

bool ControllerMechanism::has(Slot slot) const {
    return board_.columns.empty() ||
           std::ranges::find(board_.columns, slot, &ControllerBoard::Column::slot) != board_.columns.end();
}

Point ControllerMechanism::status(std::uint16_t address) const {
    return {.unit = board_.unit, .table = board_.status_table, .address = address};
}

std::vector<Point> ControllerMechanism::points() const {
    return {status(board_.state_address)};
}

std::vector<MachineFault> ControllerMechanism::faults(const Values& values) const {
    const auto value = values.find(status(board_.state_address));
    if (value == values.end() || can_start(board_, {.state = value->second})) {
        return {};
    }
    return {fault_of(state_of(board_, value->second))};
}

asio::awaitable<Result<void>> ControllerMechanism::upkeep() {
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> ControllerMechanism::prepare(Slot slot) {
    if (!has(slot)) {
        co_return unsent("unknown_slot", "no column of the board belongs to this slot");
    }
    const auto seen = co_await look();
    if (!seen) {
        co_return unsent(seen.error().code, "the board's status cannot be read");
    }
    if (!can_start(board_, *seen)) {
        const MachineFault fault = fault_of(state_of(board_, seen->state));
        co_return unsent(fault.code, fault.detail);
    }
    co_return to_text(next_ticket(*seen));
}

asio::awaitable<VendResult> ControllerMechanism::vend(Slot slot, std::string ticket) {
    const auto read = read_controller_ticket(ticket);
    if (!read || !has(slot)) {
        co_return VendResult{.outcome = Outcome::unsent, .reason = "the ticket is not of this board"};
    }
    const auto started = co_await bus_.ask(start_request(slot, *read));
    if (effect_of(started) == Effect::none) {
        co_return VendResult{.outcome = Outcome::unsent, .reason = started.error().code};
    }
    co_return co_await follow(*read, {.taken_by = now() + board_.accept_wait,
                                      .over_by = now() + board_.vend_limit,
                                      .confirmed = started.has_value()});
}

asio::awaitable<std::optional<VendResult>> ControllerMechanism::outcome_of(std::string ticket) {
    const auto read = read_controller_ticket(ticket);
    if (!read) {
        co_return std::nullopt;
    }
    const milliseconds patience = std::max<milliseconds>(board_.vend_limit, recall_patience);
    co_return co_await follow(*read, {.taken_by = now() + board_.accept_wait, .over_by = now() + patience});
}

asio::awaitable<VendResult> ControllerMechanism::follow(ControllerTicket ticket, Patience patience) {
    std::optional<ControllerLook> last;
    bool answers = false;
    while (true) {
        const bool time_is_up = now() >= patience.over_by;  // the last look comes after the time
        const bool should_be_taken = now() >= patience.taken_by;
        const auto seen = co_await look();
        answers = seen.has_value();
        const bool steady = seen && last == *seen;
        last = seen ? std::optional{*seen} : std::nullopt;
        if (steady) {
            const ControllerVend vend = judge(board_, ticket, *seen);
            if (vend.standing == Standing::over) {
                co_return vend.result;
            }
            if (vend.standing == Standing::not_taken && should_be_taken) {
                co_return never_taken(board_, ticket, *seen, patience.confirmed);
            }
        }
        if (time_is_up) {
            break;
        }
        co_await sleep_until(clock_, now() + poll_);
    }
    co_return VendResult{.outcome = Outcome::unknown,
                         .reason = answers ? "the board does not finish" : "the board does not answer"};
}

// Registers that stand together come in one answer, which no change of theirs can divide.
asio::awaitable<Result<ControllerLook>> ControllerMechanism::look() {
    Values values;
    for (Request& read :
         reads_of({status(board_.echo_address), status(board_.state_address), status(board_.result_address)})) {
        const auto words = co_await bus_.ask(read);
        if (!words) {
            co_return std::unexpected(words.error());
        }
        enter(read, *words, values);
    }
    co_return ControllerLook{.echo = values[status(board_.echo_address)],
                             .state = values[status(board_.state_address)],
                             .result = values[status(board_.result_address)]};
}

Request ControllerMechanism::start_request(Slot slot, ControllerTicket ticket) const {
    const auto column = std::ranges::find(board_.columns, slot, &ControllerBoard::Column::slot);
    const std::uint16_t selection = column != board_.columns.end() ? column->selection : slot.number;
    std::vector<std::uint16_t> values{selection, ticket.sequence};
    if (board_.sequence_address < board_.selection_address) {
        std::ranges::reverse(values);
    }
    return {.unit = board_.unit,
            .what = WriteRegisters{.address = std::min(board_.selection_address, board_.sequence_address),
                                   .values = std::move(values)}};
}

}  // namespace qrvend::modbus
