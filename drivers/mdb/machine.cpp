#include "drivers/mdb/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qrvend::mdb {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using Outcome = VendResult::Outcome;

constexpr milliseconds non_response = 5s;        // MDB/ICP 4.2: a cashless device may be silent for so long
constexpr milliseconds approval_patience = 10s;  // from our approval until the machine must have acknowledged it
constexpr milliseconds limit_margin = 2s;        // before the machine's limit its answer must be on the way

constexpr const char* reader_code = "mdb_reader";

MachineFault fault(std::string code, std::string detail) {
    return {.code = std::move(code), .detail = std::move(detail)};
}

VendResult result(Outcome outcome, std::string reason) {
    return {.outcome = outcome, .reason = std::move(reason)};
}

}  // namespace

Machine::Machine(Settings settings, std::unique_ptr<Link> link, Clock& clock, Log& log)
    : settings_(std::move(settings)),
      clock_(clock),
      log_(log),
      selection_bell_(clock),
      vend_bell_(clock),
      status_bell_(clock),
      limit_(clock, [this] { answer_in_time(); }),
      session_(clock,
               [this] {
                   reader_.end_session();
                   link_->reader_told();
               }),
      link_fault_(fault("starting", "the way to the machine was not opened yet")),
      reader_fault_(fault(reader_code, "the machine has not set up the reader yet")),
      start_(fmt::format("mdb-{:x}", clock.now().wall.time_since_epoch().count())),
      link_(std::move(link)),
      reader_(link_->reader()) {
    link_->begin(*this);
}

// ---- what the reader says

void Machine::reader_spoke() {
    while (const auto event = reader_.next_event()) {
        std::visit([this](const auto& what) { on(what); }, *event);
    }
    watch_session();
}

void Machine::on(const event::VendRequested& requested) {
    const auto slot = slot_of(requested.item);
    if (requested.price.minor <= 0 || !slot) {
        log_.write(LogLevel::warning, "the machine asks for what is not sold",
                   {{"item", std::to_string(requested.item)}, {"price", to_string(requested.price)}});
        deny();
        return;
    }
    close_request();
    open_ = Open{.id = RequestId{fmt::format("{}-{}", start_, ++requests_)},
                 .price = requested.price,
                 .over = std::make_shared<Bell>(clock_)};
    limit_.set(clock_.now().monotonic + settings_.reader.answer_limit - limit_margin);
    selections_.push_back({.request = open_->id, .slot = *slot, .price = requested.price});
    selection_bell_.ring();
}

void Machine::on(const event::Withdrawn& withdrawn) {
    log_.write(LogLevel::info, "the machine no longer waits", {{"why", withdrawn.why}});
    close_request();
}

void Machine::on(const event::ApprovalTaken&) {
    if (vend_) {
        vend_->taken = true;
        vend_bell_.ring();
    }
}

void Machine::on(const event::ApprovalDropped& dropped) {
    end_vend(result(Outcome::unsent, dropped.why));
}

void Machine::on(const event::ApprovalInDoubt& doubt) {
    end_vend(result(Outcome::unknown, doubt.why));
}

void Machine::on(const event::Vended& vended) {
    end_vend(result(Outcome::vended, vended.proof));
}

void Machine::on(const event::VendFailed& failed) {
    end_vend(result(Outcome::failed, failed.reason));
}

void Machine::on(const event::CashSale& sale) {
    log_.write(LogLevel::notice, "a cash sale",
               {{"item", std::to_string(sale.item)}, {"price", to_string(sale.price)}});
}

void Machine::on(const event::Readiness& readiness) {
    reader_fault_ = readiness.ready ? std::nullopt : std::optional{fault(reader_code, readiness.why)};
    status_bell_.ring();
}

void Machine::on(const event::Session& session) {
    session_open_ = session.open;
}

void Machine::on(const event::Oddity& oddity) {
    log_.write(LogLevel::warning, "unusual on the bus", {{"what", oddity.what}});
}

void Machine::link_opened() {
    link_fault_.reset();
    status_bell_.ring();
}

// An approval that may be on the bus stays unknown; without one the customer has lost nothing.
void Machine::link_closed(MachineFault why) {
    close_request();
    if (vend_ && !asking_) {
        end_vend(result(Outcome::unknown, "the link to the machine was lost: " + why.detail));
    }
    link_fault_ = std::move(why);
    status_bell_.ring();
    session_open_ = false;
    watch_session();
}

// ---- the port

MachineTraits Machine::traits() const {
    return {.own_keypad = true, .confirms_product = true, .answer_limit = settings_.reader.answer_limit};
}

MachineStatus Machine::status() const {
    MachineStatus status;
    if (const auto& fault = link_fault_ ? link_fault_ : reader_fault_) {
        status.faults.push_back(*fault);
    }
    status.wants_begin = status.ready() && !reader_.always_idle() && !session_open_ && !open_ && !vend_;
    return status;
}

asio::awaitable<void> Machine::status_changed() {
    co_await status_bell_.wait();
}

void Machine::begin() {
    if (status().wants_begin) {
        reader_.begin_session();
        link_->reader_told();
        reader_spoke();
    }
}

// The machine is told JUST RESET as soon as nobody asks for the outcome of an earlier vend: whoever wants to, asks
// before.
asio::awaitable<Selection> Machine::next_selection() {
    while (asking_) {
        co_await selection_bell_.wait();
    }
    begin_fresh();
    while (selections_.empty()) {
        co_await selection_bell_.wait();
    }
    Selection selection = std::move(selections_.front());
    selections_.pop_front();
    co_return selection;
}

Result<Selection> Machine::select(Slot) {
    return refused("choose_on_machine", "customers choose on the machine's own keypad");
}

asio::awaitable<void> Machine::withdrawn(RequestId request) {
    if (is_open(request)) {
        const auto over = open_->over;
        co_await over->wait();
    }
}

asio::awaitable<void> Machine::decline(RequestId request, DeclineReason) {
    if (is_open(request)) {
        deny();
        close_request();
        watch_session();
    }
    co_return;
}

asio::awaitable<Result<VendTicket>> Machine::prepare(RequestId request, Slot slot) {
    if (!is_open(request)) {
        co_return unsent("withdrawn", "the machine no longer waits for this request");
    }
    if (const MachineStatus now = status(); !now.ready()) {
        co_return unsent(now.faults.front().code, now.faults.front().detail);
    }
    co_return VendTicket{.request = request, .slot = slot, .state = to_string(open_->price)};
}

asio::awaitable<VendResult> Machine::vend(VendTicket ticket) {
    if (!is_open(ticket.request)) {
        co_return result(Outcome::unsent, "the request was withdrawn");
    }
    const Money price = open_->price;
    close_request();
    vend_ = Vend{};
    reader_.approve(price);
    link_->reader_told();
    reader_spoke();
    co_await wait_for_word(clock_.now().monotonic + approval_patience);
    if (!vend_->taken && !vend_->end) {
        deny();  // what was never on the bus is dropped
        reader_spoke();
    }
    co_await wait_for_end(settings_.vend_limit);
    const auto end = std::exchange(vend_, std::nullopt)->end;
    watch_session();
    co_return end.value_or(result(Outcome::unknown, "the machine has not said how the vend ended"));
}

// Until the machine has taken the approval, or more than that is known.
asio::awaitable<void> Machine::wait_for_word(MonotonicTime until) {
    while (!vend_->taken && !vend_->end && clock_.now().monotonic < until) {
        co_await vend_bell_.wait(until);
    }
}

asio::awaitable<void> Machine::wait_for_end(milliseconds patience) {
    const MonotonicTime until = clock_.now().monotonic + patience;
    while (!vend_->end && clock_.now().monotonic < until) {
        co_await vend_bell_.wait(until);
    }
}

// The machine cannot say which vend it speaks of, so only the first that is asked for can be the one.
asio::awaitable<std::optional<VendResult>> Machine::outcome_of(VendTicket) {
    if (!listening_ || asking_) {
        co_return std::nullopt;
    }
    asking_ = true;
    vend_ = Vend{};
    reader_spoke();
    co_await wait_for_end(non_response);
    auto end = std::exchange(vend_, std::nullopt)->end;
    asking_ = false;
    begin_fresh();
    selection_bell_.ring();
    co_return end;
}

// ---- small parts

void Machine::deny() {
    reader_.deny();
    link_->reader_told();
}

void Machine::answer_in_time() {
    log_.write(LogLevel::warning, "the machine's limit for an answer is near: denied");
    deny();
    close_request();
    watch_session();
}

void Machine::watch_session() {
    const bool nothing_chosen = session_open_ && !open_ && !vend_;
    if (!nothing_chosen) {
        session_.drop();
    } else if (!session_.is_set()) {
        session_.set(clock_.now().monotonic + settings_.session);
    }
    if (const bool wanted = status().wants_begin; std::exchange(wanted_begin_, wanted) != wanted) {
        status_bell_.ring();
    }
}

void Machine::close_request() {
    if (open_) {
        std::erase_if(selections_, [&](const Selection& selection) { return selection.request == open_->id; });
        open_->over->ring();
        open_.reset();
        limit_.drop();
    }
}

// Proof counts, also where it comes after a doubt.
void Machine::end_vend(VendResult end) {
    if (!vend_) {
        log_.write(LogLevel::info, "an end of a vend that nobody waits for", {{"reason", end.reason}});
    } else if (!vend_->end || vend_->end->outcome == Outcome::unknown) {
        vend_->end = std::move(end);
        vend_bell_.ring();
    }
}

void Machine::begin_fresh() {
    if (std::exchange(listening_, false)) {
        reader_.begin_fresh();
        link_->reader_told();
        reader_spoke();
    }
}

std::optional<Slot> Machine::slot_of(std::uint16_t item) const {
    if (const auto found = settings_.items.find(item); found != settings_.items.end()) {
        return found->second;
    }
    return item == no_item || item == 0 ? std::nullopt : std::optional{Slot{item}};
}

}  // namespace qrvend::mdb
