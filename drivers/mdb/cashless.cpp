#include "drivers/mdb/cashless.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qrvend::mdb {

namespace {

using namespace std::chrono_literals;

constexpr milliseconds non_response =
    5s;  // MDB/ICP 4.2: the limit of a cashless device; we grant the machine the same
constexpr auto* manufacturer = "VND";
constexpr std::uint8_t highest_level = 3;
constexpr std::size_t most_oddities = 64;  // unread; the log needs no more

}  // namespace

Cashless::Cashless(ReaderSettings settings)
    : settings_(std::move(settings)), vend_(outbox_, events_), session_(outbox_, events_) {}

// ---- commands

std::optional<Block> Cashless::answer_to(std::span<const std::uint8_t> block, MonotonicTime now) {
    pass_time(now);
    outbox_.unheard();
    const auto command = parse_command(block, layout().width);
    if (!command) {
        odd(fmt::format("a command of a length that is not its own, not answered: {:02X}", fmt::join(block, " ")));
        return std::nullopt;
    }
    last_heard_ = now;
    ever_heard_ = true;
    if (listening_) {
        listen(*command);
    } else {
        std::visit([this](const auto& what) { on(what); }, *command);
        tell_readiness();
    }
    return say(*command);
}

Block Cashless::say(const Command& command) {
    const bool answers_itself =
        (std::holds_alternative<command::SetupConfig>(command) && outbox_.holds<message::ReaderConfig>()) ||
        (std::holds_alternative<command::RequestId>(command) && outbox_.holds<message::PeripheralId>());
    if (std::holds_alternative<command::Poll>(command) || (answers_itself && outbox_.size() == 1)) {
        return outbox_.answer(layout());
    }
    return {};
}

// A vend of an earlier run is told at most once. A RESET says nothing about it, as nobody knows how far it was.
void Cashless::listen(const Command& command) {
    if (std::holds_alternative<command::Reset>(command)) {
        listening_ = false;
        on(command::Reset{});
        tell_readiness();
        return;
    }
    if (earlier_end_) {
        return;
    }
    if (const auto* success = std::get_if<command::VendSuccess>(&command)) {
        events_.emplace_back(event::Vended{.proof = "VEND SUCCESS", .item = success->item});
        earlier_end_ = true;
    } else if (std::holds_alternative<command::VendFailure>(command)) {
        events_.emplace_back(event::VendFailed{"VEND FAILURE"});
        earlier_end_ = true;
    }
}

void Cashless::on(const command::Reset&) {
    start_again(ResetBy::machine, "RESET");
}

void Cashless::on(const command::Poll&) {}

void Cashless::on(const command::SetupConfig& config) {
    if (refused_by_state("SETUP")) {
        return;
    }
    if (reset_by_ == ResetBy::machine || outbox_.was_sent<message::JustReset>()) {
        outbox_.drop<message::JustReset>();
    }
    set_up_ = true;
    level_ = std::clamp<std::uint8_t>(std::min(config.level, settings_.level), 1, highest_level);
    const int miscellaneous = can_refund | own_display | (settings_.cash_sales ? wants_cash_sales : 0);
    outbox_.put(message::ReaderConfig{.level = settings_.level,
                                      .country_code = settings_.country_code,
                                      .scale_factor = settings_.scale_factor,
                                      .decimal_places = settings_.decimal_places,
                                      .answer_limit_s = static_cast<std::uint8_t>(
                                          std::clamp<seconds::rep>(settings_.answer_limit.count(), 1, 255)),
                                      .miscellaneous = static_cast<std::uint8_t>(miscellaneous)});
}

void Cashless::on(const command::SetupPrices&) {
    refused_by_state("SETUP");
}

void Cashless::on(const command::VendRequest& request) {
    session_.assume_begin_heard();
    const StateNumber state = state_number();
    if (!vend_.under_way() && !may_vend()) {
        vend_.refuse();
        settle(Sequence::broken, state, "VEND REQUEST");
        return;
    }
    const Sequence sequence = vend_.request(readable(request));
    settle(sequence, state, "VEND REQUEST");
    if (sequence == Sequence::kept) {
        session_.enter();
    }
}

void Cashless::on(const command::VendCancel&) {
    const StateNumber state = state_number();
    settle(set_up_ ? vend_.cancel() : Sequence::broken, state, "VEND CANCEL");
}

void Cashless::on(const command::VendSuccess& success) {
    const StateNumber state = state_number();
    settle(vend_.succeed({.proof = "VEND SUCCESS", .item = success.item}), state, "VEND SUCCESS");
}

void Cashless::on(const command::VendFailure&) {
    const StateNumber state = state_number();
    settle(vend_.fail({.reason = "VEND FAILURE"}), state, "VEND FAILURE");
}

void Cashless::on(const command::SessionComplete&) {
    session_.assume_begin_heard();
    const StateNumber state = state_number();
    if (!set_up_ || vend_.vending()) {
        settle(Sequence::broken, state, "SESSION COMPLETE");
        return;
    }
    settle(vend_.complete(), state, "SESSION COMPLETE");
    session_.leave();
    outbox_.put(message::EndSession{});
}

void Cashless::on(const command::CashSale& sale) {
    if (refused_by_state("CASH SALE")) {
        return;
    }
    const auto price = to_money(sale.price, layout().width, units());
    const bool ours = !sale.currency || *sale.currency == settings_.country_code || *sale.currency == 0xFFFF ||
                      *sale.currency == 0;
    if (!price || !ours) {
        odd(fmt::format("a cash sale of item {} for {} units in currency {:04X}, not to be read as money",
                        sale.item, sale.price, sale.currency.value_or(settings_.country_code)));
        return;
    }
    events_.emplace_back(event::CashSale{.price = *price, .item = sale.item});
}

void Cashless::on(const command::NegativeVend&) {
    if (!refused_by_state("NEGATIVE VEND")) {
        check_session("NEGATIVE VEND");
        vend_.refuse();
    }
}

void Cashless::on(const command::ReaderDisable&) {
    enabled_ = false;
    session_.drop_begin();
}

void Cashless::on(const command::ReaderEnable&) {
    set_up_ = true;  // at level 1, should SETUP have been left out
    enabled_ = true;
}

void Cashless::on(const command::ReaderCancel&) {
    const bool fits = set_up_ && !session_.open() && !vend_.shown();
    settle(fits ? Sequence::kept : Sequence::broken, state_number(), "READER CANCEL");
    if (fits) {
        session_.drop_begin();
        outbox_.put(message::Cancelled{});
    }
}

void Cashless::on(const command::Revalue&) {
    if (!refused_by_state("REVALUE")) {
        check_session("REVALUE");
        outbox_.put(message::RevalueDenied{});
    }
}

void Cashless::on(const command::RequestId&) {
    if (refused_by_state("REQUEST ID")) {
        return;
    }
    outbox_.put(message::PeripheralId{.manufacturer = manufacturer,
                                      .serial_number = settings_.serial_number,
                                      .model = settings_.model,
                                      .options = offered_options()});
}

void Cashless::on(const command::EnableOptions& enable) {
    if (!refused_by_state("ENABLE OPTIONS")) {
        options_ = enable.options & offered_options();
    }
}

void Cashless::on(const command::Unused&) {}

void Cashless::on(const command::Unknown&) {
    odd("a command that MDB/ICP 4.2 does not name, acknowledged");
}

// ---- the bus

void Cashless::acknowledged(MonotonicTime now) {
    for (const Message& message : outbox_.acknowledged()) {
        if (std::holds_alternative<message::VendApproved>(message)) {
            vend_.approval_heard();
        } else if (std::holds_alternative<message::VendDenied>(message)) {
            vend_.denial_heard();
        } else if (std::holds_alternative<message::SessionCancelRequest>(message)) {
            session_.end_request_heard(now);
        } else if (std::holds_alternative<message::BeginSession>(message)) {
            session_.begin_heard();
        }
    }
}

void Cashless::bus_reset() {
    listening_ = false;
    start_again(ResetBy::machine, "bus reset");
    tell_readiness();
}

void Cashless::pass_time(MonotonicTime now) {
    if (last_heard_ && now >= *last_heard_ + non_response) {
        last_heard_.reset();
        vend_.machine_gone("the vending machine no longer polls");
        session_.drop_begin();
        tell_readiness();
    }
    session_.pass_time(now);
}

std::optional<MonotonicTime> Cashless::next_deadline() const {
    const auto asked = session_.next_deadline();
    if (!last_heard_) {
        return asked;
    }
    const MonotonicTime gone = *last_heard_ + non_response;
    return asked ? std::min(*asked, gone) : gone;
}

Layout Cashless::layout() const {
    const bool wide = (options_ & option_wide_money) != 0 && level_ >= 3;
    return {.level = level_, .width = wide ? Width::wide : Width::narrow};
}

// ---- the driver above

void Cashless::begin_fresh() {
    if (std::exchange(listening_, false)) {
        start_again(ResetBy::us, "start");
        tell_readiness();
    }
}

void Cashless::approve(Money amount) {
    vend_.approve(to_wire(amount, layout().width, units()));
}

void Cashless::deny() {
    vend_.deny();
}

void Cashless::begin_session() {
    session_.begin(enabled_ && last_heard_ && !vend_.shown(), settings_.country_code);
}

void Cashless::end_session() {
    session_.end(!vend_.under_way());
}

bool Cashless::always_idle() const {
    return (options_ & option_always_idle) != 0 && level_ >= 3;
}

std::optional<Event> Cashless::next_event() {
    if (events_.empty()) {
        return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

// ---- small parts

void Cashless::start_again(ResetBy by, const std::string& why) {
    vend_.reset(why);
    session_.leave();
    session_.drop_begin();
    outbox_.clear();
    outbox_.put(message::JustReset{});
    reset_by_ = by;
    set_up_ = false;
    enabled_ = false;
    level_ = 1;
    options_ = 0;
}

// While JUST RESET has not been heard, it says all that there is to say.
void Cashless::settle(Sequence sequence, StateNumber state, const char* what) {
    if (sequence == Sequence::kept || (!set_up_ && outbox_.holds<message::JustReset>())) {
        return;
    }
    outbox_.put(message::OutOfSequence{state});
    odd(fmt::format("{} out of sequence, in state {}", what, static_cast<int>(state)));
}

// A vend must not be interrupted; the command is acknowledged and does nothing.
bool Cashless::refused_by_state(const char* what) {
    if (!vend_.shown()) {
        return false;
    }
    settle(Sequence::broken, state_number(), what);
    return true;
}

// What is refused in any case still opens a session with Always Idle, and needs one without.
void Cashless::check_session(const char* what) {
    if (may_vend()) {
        session_.enter();
    } else {
        settle(Sequence::broken, state_number(), what);
    }
}

std::optional<event::VendRequested> Cashless::readable(const command::VendRequest& request) {
    const auto price = to_money(request.price, layout().width, units());
    if (!price) {
        odd(fmt::format("a request of item {} for {} units, not to be read as money", request.item, request.price));
        return std::nullopt;
    }
    return event::VendRequested{.price = *price, .item = request.item};
}

void Cashless::tell_readiness() {
    event::Readiness now{.ready = enabled_ && last_heard_.has_value(), .why = {}};
    if (!last_heard_) {
        now.why = ever_heard_ ? "the vending machine no longer polls" : "the vending machine has not polled yet";
    } else if (!set_up_) {
        now.why = "the vending machine has not set up the reader yet";
    } else if (!enabled_) {
        now.why = "the vending machine has disabled the reader";
    }
    if (!listening_ && now != told_readiness_) {
        told_readiness_ = now;
        events_.emplace_back(std::move(now));
    }
}

void Cashless::odd(std::string what) {
    const auto unread = std::ranges::count_if(
        events_, [](const Event& event) { return std::holds_alternative<event::Oddity>(event); });
    if (static_cast<std::size_t>(unread) < most_oddities) {
        events_.emplace_back(event::Oddity{std::move(what)});
    }
}

bool Cashless::may_vend() const {
    return session_.open() || (enabled_ && always_idle());
}

StateNumber Cashless::state_number() const {
    if (vend_.shown()) {
        return StateNumber::vend;
    }
    if (session_.open()) {
        return StateNumber::session_idle;
    }
    if (enabled_) {
        return StateNumber::enabled;
    }
    return set_up_ ? StateNumber::disabled : StateNumber::inactive;
}

std::uint32_t Cashless::offered_options() const {
    return (settings_.always_idle ? option_always_idle : 0) | (settings_.wide_money ? option_wide_money : 0);
}

Units Cashless::units() const {
    return {.currency = settings_.currency,
            .scale_factor = settings_.scale_factor,
            .decimal_places = settings_.decimal_places};
}

}  // namespace qrvend::mdb
