#include "tests/simulation/board.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::simulation {

namespace {

using namespace std::chrono_literals;

void call(const auto& ear, const auto&... what) {
    if (ear) {
        ear(what...);
    }
}

}  // namespace

Board::Board(Outside& outside, BoardSettings settings, Watch on_command)
    : outside_(outside), settings_(settings), on_command_(std::move(on_command)) {}

// ---- the customer and the technician

void Board::press(Slot slot, CustomerNo customer) {
    withdraw_open();
    if (!linked_ || !ears_.pressed) {
        return;  // the display says that nothing can be chosen
    }
    const Selection selection = open(slot, customer);
    call(ears_.pressed, selection);
}

void Board::pull_lever() {
    withdraw_open();
}

void Board::repair() {
    linked_ = true;
    status_ = {};
    call(ears_.status_changed);
}

// ---- the computer

void Board::listen(Ears ears) {
    withdraw_open();
    ears_ = std::move(ears);
}

Selection Board::open(Slot slot, CustomerNo customer) {
    const RequestId id{"request-" + std::to_string(++opened_)};
    requests_.emplace(id, Request{.id = id, .slot = slot, .customer = customer});
    open_ = id;
    tell(id, "selection");
    if (settings_.answer_limit) {
        outside_.after(*settings_.answer_limit, [this, id] {
            if (open_ == id) {
                withdraw_open();
            }
        });
    }
    return {.request = id, .slot = slot};
}

const Board::Request* Board::open_request() const {
    const auto found = requests_.find(open_);
    return found == requests_.end() ? nullptr : &found->second;
}

void Board::close(const RequestId& id) {
    if (open_ == id) {
        requests_.at(id).open = false;
        open_ = {};
        tell(id, "declined");
        call(ears_.request_ended);
    }
}

std::string Board::next_vend() {
    return life_ + "/" + std::to_string(++prepared_);
}

bool Board::command(const VendTicket& ticket) {
    if (!linked_ || outside_.fate.strikes(Trouble::command_lost)) {
        return false;
    }
    Request& request = requests_.at(ticket.request);
    on_command_(request);
    ++request.commands;
    request.open = false;
    if (open_ == ticket.request) {
        open_ = {};
        call(ears_.request_ended);
    }
    tell(ticket.request, "vend commanded");
    move(ticket);
    return true;
}

std::optional<VendResult> Board::recall(const std::string& vend) const {
    const auto found = vends_.find(vend);
    const bool forgotten = found == vends_.end() && !vend.starts_with(life_ + "/");
    if (!linked_ || forgotten || (found != vends_.end() && (!found->second.end || found->second.mute))) {
        return std::nullopt;
    }
    if (found == vends_.end()) {
        return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "never commanded"};
    }
    return *found->second.end == End::dropped
               ? VendResult{.outcome = VendResult::Outcome::vended, .reason = "drop sensor"}
               : VendResult{.outcome = VendResult::Outcome::failed, .reason = "the motor jammed"};
}

bool Board::runs(const std::string& vend) const {
    const auto found = vends_.find(vend);
    return found != vends_.end() && !found->second.end;
}

// ---- what happens inside

void Board::move(const VendTicket& ticket) {
    Vend& vend = vends_[ticket.state];
    vend = {.end = {}, .mute = outside_.fate.strikes(Trouble::goes_mute).has_value()};
    const End way = outside_.fate.strikes(Trouble::motor_jams) ? End::jammed : End::dropped;
    milliseconds time = settings_.vend_time;
    if (auto dice = outside_.fate.strikes(Trouble::drops_late)) {
        time = dice->spread(5s, 300s);
    }
    outside_.after(time, [this, ticket, way] { end(ticket, way); });
    if (auto dice = outside_.fate.strikes(Trouble::link_lost)) {
        outside_.after(dice->between(0ms, 2 * time), [this] { lose_link(); });
    }
    if (auto dice = outside_.fate.strikes(Trouble::board_restarts)) {
        outside_.after(time + dice->between(1ms, 5s), [this] { restart(); });
    }
    if (auto dice = outside_.fate.strikes(Trouble::door_opens)) {
        outside_.after(dice->spread(1ms, 60s), [this] { open_door(); });
    }
}

void Board::end(const VendTicket& ticket, End end) {
    if (end == End::dropped) {
        ++requests_.at(ticket.request).drops;
    }
    tell(ticket.request, end == End::dropped ? "product dropped" : "motor jammed");
    Vend& vend = vends_[ticket.state];
    vend.end = end;
    if (linked_ && !vend.mute) {
        call(ears_.vend_ended, ticket.state);
    }
}

void Board::withdraw(Request& request) {
    request.open = false;
    request.withdrawn = true;
    open_ = {};
    tell(request.id, "withdrawn");
    call(ears_.request_ended);
}

void Board::withdraw_open() {
    if (const auto found = requests_.find(open_); found != requests_.end()) {
        withdraw(found->second);
    }
}

void Board::lose_link() {
    if (outside_.fate.calm()) {
        return;
    }
    linked_ = false;
    outside_.tell({}, "cable out");
    set_fault("link_lost", true);
    outside_.after(Dice(static_cast<std::uint64_t>(outside_.elapsed().count())).spread(2s, 600s), [this] {
        linked_ = true;
        outside_.tell({}, "cable in");
        set_fault("link_lost", false);
    });
}

// Its memory of vends is gone; a motor that runs goes on, because a cam switch stops it.
void Board::restart() {
    if (outside_.fate.calm()) {
        return;
    }
    outside_.tell({}, "board restarts");
    std::erase_if(vends_, [](const auto& vend) { return vend.second.end.has_value(); });
    life_ = "life-" + std::to_string(++lives_);
    withdraw_open();
}

void Board::open_door() {
    if (outside_.fate.calm()) {
        return;
    }
    set_fault("door_open", true);
    outside_.after(60s, [this] { set_fault("door_open", false); });
}

void Board::set_fault(const std::string& code, bool stands) {
    std::erase_if(status_.faults, [&](const MachineFault& fault) { return fault.code == code; });
    if (stands) {
        status_.faults.push_back({.code = code, .detail = {}});
    }
    call(ears_.status_changed);
}

void Board::tell(const RequestId& id, std::string_view what) {
    outside_.tell(id.text(), what);
}

}  // namespace qrvend::simulation
