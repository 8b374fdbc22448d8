#include "tests/simulation/board_driver.hpp"

#include <utility>

namespace qrvend::simulation {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr milliseconds vend_patience = 30s;    // from the command until the board has told how it ended
constexpr milliseconds recall_patience = 90s;  // for the answer to a question after a restart
constexpr milliseconds look_again = 2s;        // at a board that does not ring

}  // namespace

BoardDriver::BoardDriver(Board& board, Outside& outside, std::function<CustomerNo(Slot)> chooser)
    : board_(board),
      outside_(outside),
      chooser_(std::move(chooser)),
      selection_bell_(outside.clock),
      request_bell_(outside.clock),
      vend_bell_(outside.clock),
      status_bell_(outside.clock) {
    board_.listen({.pressed =
                       [this](const Selection& selection) {
                           pressed_.push_back(selection);
                           selection_bell_.ring();
                       },
                   .request_ended = [this] { request_bell_.ring(); },
                   .vend_ended = [this](const std::string&) { vend_bell_.ring(); },
                   .status_changed = [this] { status_bell_.ring(); }});
}

BoardDriver::~BoardDriver() {
    board_.hang_up();
}

MachineTraits BoardDriver::traits() const {
    return {.own_keypad = board_.settings().own_keypad,
            .confirms_product = true,
            .answer_limit = board_.settings().answer_limit};
}

asio::awaitable<void> BoardDriver::status_changed() {
    co_await status_bell_.wait();
}

asio::awaitable<Selection> BoardDriver::next_selection() {
    while (pressed_.empty()) {
        co_await selection_bell_.wait();
    }
    Selection selection = std::move(pressed_.front());
    pressed_.pop_front();
    co_return selection;
}

Result<Selection> BoardDriver::select(Slot slot) {
    if (board_.open_request() != nullptr || !board_.linked()) {
        return refused("busy", "the machine takes no selection now");
    }
    return board_.open(slot, chooser_(slot));
}

asio::awaitable<void> BoardDriver::withdrawn(RequestId request) {
    while (board_.open_request() != nullptr && board_.open_request()->id == request) {
        co_await request_bell_.wait();
    }
}

asio::awaitable<void> BoardDriver::decline(RequestId request, DeclineReason) {
    board_.close(request);
    co_return;
}

asio::awaitable<Result<VendTicket>> BoardDriver::prepare(RequestId request, Slot slot) {
    if (board_.open_request() == nullptr || board_.open_request()->id != request) {
        co_return unsent("withdrawn", "the machine no longer waits for this request");
    }
    if (!board_.status().ready()) {
        co_return unsent(board_.status().faults.front().code);
    }
    co_await sleep_until(outside_.clock, outside_.clock.now().monotonic + 40ms);
    co_return VendTicket{.request = request, .slot = slot, .state = board_.next_vend()};
}

asio::awaitable<VendResult> BoardDriver::vend(VendTicket ticket) {
    if (board_.open_request() == nullptr || board_.open_request()->id != ticket.request) {
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "the request was withdrawn"};
    }
    if (!board_.command(ticket)) {
        board_.close(ticket.request);
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "the cable is out"};
    }
    if (outside_.fate.strikes(Trouble::dies_at_command)) {
        outside_.kill("at a vend command");
    }
    const auto end = co_await wait_for_end(ticket, vend_patience);
    if (end) {
        co_return *end;
    }
    board_.could_not_tell(ticket.request);
    co_return VendResult{.outcome = VendResult::Outcome::unknown, .reason = "no answer from the mechanism"};
}

asio::awaitable<std::optional<VendResult>> BoardDriver::outcome_of(VendTicket ticket) {
    const auto end = co_await wait_for_end(ticket, recall_patience);
    if (!end) {
        board_.could_not_tell(ticket.request);
    }
    co_return end;
}

asio::awaitable<std::optional<VendResult>> BoardDriver::wait_for_end(const VendTicket& ticket,
                                                                     milliseconds patience) {
    const MonotonicTime until = outside_.clock.now().monotonic + patience;
    while (true) {
        if (auto end = board_.recall(ticket.state)) {
            co_return end;
        }
        const MonotonicTime now = outside_.clock.now().monotonic;
        if (now >= until) {
            co_return std::nullopt;
        }
        co_await vend_bell_.wait(std::min(until, now + look_again));
    }
}

}  // namespace qrvend::simulation
