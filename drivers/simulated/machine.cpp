#include "drivers/simulated/machine.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace qrvend::simulated {

namespace asio = boost::asio;

namespace {

std::string_view word_for(Deed::What what) {
    switch (what) {
        case Deed::What::started:
            return "started";
        case Deed::What::commanded:
            return "commanded";
        case Deed::What::dropped:
            return "dropped";
        case Deed::What::jammed:
            return "jammed";
    }
    std::unreachable();
}

Deed::What deed_named(const std::string& word) {
    for (const auto what : {Deed::What::started, Deed::What::commanded, Deed::What::dropped, Deed::What::jammed}) {
        if (word == word_for(what)) {
            return what;
        }
    }
    throw std::runtime_error("the machine's record holds an unknown deed: " + word);
}

}  // namespace

Machine::Machine(Clock& clock, MachineSettings settings)
    : clock_(clock),
      settings_(std::move(settings)),
      status_bell_(clock),
      selection_bell_(clock),
      request_bell_(clock) {
    status_.wants_begin = settings_.wants_begin;
    std::ptrdiff_t starts = 0;
    if (!settings_.record.empty() && std::filesystem::exists(settings_.record)) {
        finish_last_vend();
        starts = std::ranges::count(deeds(), Deed::What::started, &Deed::what);
    }
    start_ = std::to_string(starts + 1);
    write_down({.what = Deed::What::started, .vend = start_, .slot = {}});
}

MachineTraits Machine::traits() const {
    return {.own_keypad = settings_.own_keypad,
            .confirms_product = settings_.confirms_product,
            .answer_limit = settings_.answer_limit};
}

asio::awaitable<void> Machine::status_changed() {
    co_await status_bell_.wait();
}

void Machine::begin() {
    status_.wants_begin = false;
    change_status();
}

asio::awaitable<Selection> Machine::next_selection() {
    while (pressed_.empty()) {
        co_await selection_bell_.wait();
    }
    Selection selection = std::move(pressed_.front());
    pressed_.pop_front();
    co_return selection;
}

Result<Selection> Machine::select(Slot slot) {
    if (!open_.empty()) {
        return refused("busy", "an earlier selection waits for its answer");
    }
    if (std::ranges::find(status_.sold_out, slot) != status_.sold_out.end()) {
        return refused("sold_out");
    }
    return open_request(slot);
}

asio::awaitable<void> Machine::withdrawn(RequestId request) {
    while (open_ == request) {
        co_await request_bell_.wait();
    }
}

asio::awaitable<void> Machine::decline(RequestId request, DeclineReason) {
    if (open_ == request) {
        end_request();
    }
    co_return;
}

asio::awaitable<Result<VendTicket>> Machine::prepare(RequestId request, Slot slot) {
    if (open_ != request) {
        co_return unsent("withdrawn", "the machine no longer waits for this request");
    }
    if (!status_.ready()) {
        co_return unsent(status_.faults.front().code, status_.faults.front().detail);
    }
    co_await sleep_until(clock_, clock_.now().monotonic + settings_.look_time);
    co_return VendTicket{.request = request, .slot = slot, .state = start_ + "-" + std::to_string(++prepared_)};
}

asio::awaitable<VendResult> Machine::vend(VendTicket ticket) {
    if (open_ != ticket.request) {
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "the request was withdrawn"};
    }
    end_request();
    if (mood_ == Mood::is_gone) {
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "the mechanism does not answer"};
    }
    const Mood mood = mood_;
    write_down({.what = Deed::What::commanded, .vend = ticket.state, .slot = ticket.slot});
    if (settings_.vend_time.count() > 0) {
        co_await sleep_until(clock_, clock_.now().monotonic + settings_.vend_time);
    }
    if (mood == Mood::jams) {
        write_down({.what = Deed::What::jammed, .vend = ticket.state, .slot = ticket.slot});
        co_return VendResult{.outcome = VendResult::Outcome::failed, .reason = "the motor jammed"};
    }
    write_down({.what = Deed::What::dropped, .vend = ticket.state, .slot = ticket.slot});
    if (mood == Mood::keeps_quiet) {
        co_return VendResult{.outcome = VendResult::Outcome::unknown, .reason = "no answer from the mechanism"};
    }
    co_return VendResult{.outcome = VendResult::Outcome::vended, .reason = "drop sensor"};
}

asio::awaitable<std::optional<VendResult>> Machine::outcome_of(VendTicket ticket) {
    co_await sleep_until(clock_, clock_.now().monotonic + settings_.recall_time);
    if (mood_ == Mood::keeps_quiet || mood_ == Mood::is_gone) {
        co_return std::nullopt;
    }
    if (!did(Deed::What::commanded, ticket.state)) {
        co_return VendResult{.outcome = VendResult::Outcome::unsent, .reason = "never commanded"};
    }
    if (did(Deed::What::jammed, ticket.state)) {
        co_return VendResult{.outcome = VendResult::Outcome::failed, .reason = "the motor jammed"};
    }
    co_return VendResult{.outcome = VendResult::Outcome::vended, .reason = "drop sensor"};
}

void Machine::press(Slot slot, std::optional<Money> price) {
    if (status_.wants_begin) {
        return;
    }
    if (!open_.empty()) {
        end_request();
    }
    Selection selection = open_request(slot);
    selection.price = price;
    pressed_.push_back(std::move(selection));
    selection_bell_.ring();
}

void Machine::take_back() {
    end_request();
}

void Machine::raise(MachineFault fault) {
    clear(fault.code);
    status_.faults.push_back(std::move(fault));
    change_status();
}

void Machine::clear(const std::string& code) {
    if (std::erase_if(status_.faults, [&](const MachineFault& fault) { return fault.code == code; }) > 0) {
        change_status();
    }
}

void Machine::set_sold_out(std::vector<Slot> slots) {
    status_.sold_out = std::move(slots);
    change_status();
}

std::vector<Deed> Machine::read_record(const std::filesystem::path& record) {
    std::ifstream file(record);
    if (!file) {
        throw std::runtime_error("the machine's record cannot be read: " + record.string());
    }
    std::vector<Deed> deeds;
    std::string what;
    std::string vend;
    unsigned slot = 0;
    while (file >> what >> vend >> slot) {
        deeds.push_back({.what = deed_named(what), .vend = vend, .slot = Slot{static_cast<std::uint16_t>(slot)}});
    }
    return deeds;
}

Selection Machine::open_request(Slot slot) {
    open_ = RequestId{"request-" + start_ + "-" + std::to_string(++requests_)};
    return {.request = open_, .slot = slot};
}

void Machine::end_request() {
    open_ = RequestId{};
    request_bell_.ring();
    if (settings_.wants_begin) {
        status_.wants_begin = true;
        change_status();
    }
}

std::vector<Deed> Machine::deeds() const {
    return settings_.record.empty() ? deeds_ : read_record(settings_.record);
}

void Machine::write_down(const Deed& deed) {
    if (settings_.record.empty()) {
        deeds_.push_back(deed);
        return;
    }
    std::ofstream file(settings_.record, std::ios::app);
    file << word_for(deed.what) << ' ' << deed.vend << ' ' << deed.slot.number << '\n' << std::flush;
    if (!file) {
        throw std::runtime_error("the machine's record cannot be written: " + settings_.record.string());
    }
}

// A motor that was running when the daemon died has turned on without it.
void Machine::finish_last_vend() {
    const std::vector<Deed> all = deeds();
    const auto commanded = std::ranges::find(all.rbegin(), all.rend(), Deed::What::commanded, &Deed::what);
    if (commanded != all.rend() && !did(Deed::What::dropped, commanded->vend) &&
        !did(Deed::What::jammed, commanded->vend)) {
        write_down({.what = Deed::What::dropped, .vend = commanded->vend, .slot = commanded->slot});
    }
}

bool Machine::did(Deed::What what, const std::string& vend) const {
    return std::ranges::any_of(deeds(), [&](const Deed& deed) { return deed.what == what && deed.vend == vend; });
}

void Machine::change_status() {
    status_bell_.ring();
}

}  // namespace qrvend::simulated
