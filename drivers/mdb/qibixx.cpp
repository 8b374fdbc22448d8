#include "drivers/mdb/qibixx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace qrvend::mdb {

namespace {

using namespace std::chrono_literals;

constexpr milliseconds reply_patience = 1s;
constexpr unsigned most_repetitions = 5;  // then the technician is told, and it goes on
constexpr std::int64_t largest_number = 1'000'000'000;

constexpr std::string_view set_parameter = "C,SETCONF,";
constexpr std::string_view approve_for = "C,VEND,";
constexpr std::string_view vend_cancelled = "VEND 1";
constexpr std::string_view vend_failed = "VEND 3";

std::string_view after(std::string_view text, std::string_view beginning) {
    return text.substr(beginning.size());
}

// Texts of errors may come in quotation marks.
std::string_view unquoted(std::string_view text) {
    return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

std::optional<std::int64_t> parse_digits(std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size() && !digits.starts_with('-');
    return whole && value <= largest_number ? std::optional(value) : std::nullopt;
}

std::int64_t minor_per_unit(Currency currency) {
    std::int64_t minor = 1;
    for (int place = 0; place < currency.decimals(); ++place) {
        minor *= 10;
    }
    return minor;
}

}  // namespace

std::optional<Money> parse_amount(std::string_view text, Currency currency) {
    const auto point = text.find('.');
    const auto whole = parse_digits(text.substr(0, point));
    std::string decimals(point == std::string_view::npos ? "" : text.substr(point + 1));
    const auto places = static_cast<std::size_t>(currency.decimals());
    if (!whole || decimals.find_first_not_of('0', std::min(places, decimals.size())) != std::string::npos) {
        return std::nullopt;
    }
    decimals.resize(places, '0');
    const auto part = decimals.empty() ? std::optional<std::int64_t>(0) : parse_digits(decimals);
    return part ? std::optional(Money{.minor = *whole * minor_per_unit(currency) + *part, .currency = currency})
                : std::nullopt;
}

std::string write_amount(Money amount) {
    const int places = amount.currency.decimals();
    const std::int64_t unit = minor_per_unit(amount.currency);
    return places == 0 ? std::to_string(amount.minor)
                       : fmt::format("{}.{:0{}}", amount.minor / unit, amount.minor % unit, places);
}

Qibixx::Qibixx(Settings settings) : settings_(std::move(settings)) {}

// ---- the adapter comes and goes

void Qibixx::opened(MonotonicTime now) {
    open_ = true;
    now_ = now;
    if (fresh_) {
        to_send_.clear();
        readiness_.reset();
        session_ = false;
        const auto lines = power_up_lines();
        to_ask_.assign(lines.begin(), lines.end());
        ask_next(now);
    }
}

void Qibixx::closed() {
    open_ = false;
    leave_vend("the adapter is gone");
    tell_session(false);
    tell_readiness({.ready = false, .why = "the machine has not set up the reader again"});
    to_send_.clear();
    to_ask_.clear();
    deadline_.reset();
    in_doubt_ = false;
}

std::vector<std::string> Qibixx::power_up_lines() const {
    const ReaderSettings& reader = settings_.reader;
    const auto set = [](std::string_view name, const std::string& value) {
        return fmt::format("{}{}={}", set_parameter, name, value);
    };
    return {"C,0",
            set(settings_.address_key, fmt::format("0x{:02x}", reader.address)),
            set("mdb-currency-code", fmt::format("0x{:04x}", reader.country_code)),
            set("mdb-decimal-places", std::to_string(reader.decimal_places)),
            set("mdb-scale-factor", std::to_string(reader.scale_factor)),
            set("mdb-timeout", std::to_string(reader.answer_limit.count())),
            set("mdb-always-idle", reader.always_idle ? "1" : "0"),
            set("mdb-cashsale-enabled", reader.cash_sales ? "1" : "0"),
            "C,1"};
}

void Qibixx::ask_next(MonotonicTime now) {
    deadline_.reset();
    repetitions_ = 0;
    if (!to_ask_.empty()) {
        to_send_.push_back(to_ask_.front());
        deadline_ = now + reply_patience;
    }
}

// A parameter that is not answered may be one that this adapter does not know; the rest of them matter as much.
void Qibixx::pass_time(MonotonicTime now) {
    now_ = now;
    if (!deadline_ || now < *deadline_) {
        return;
    }
    ++repetitions_;
    if (repetitions_ >= most_repetitions && to_ask_.front().starts_with(set_parameter)) {
        tell(event::Oddity{.what = "the adapter does not answer " + to_ask_.front()});
        to_ask_.pop_front();
        ask_next(now);
        return;
    }
    if (repetitions_ == most_repetitions) {
        tell_readiness({.ready = false, .why = "the adapter does not answer " + to_ask_.front()});
    }
    send_again();
    deadline_ = now + reply_patience * std::min(repetitions_, most_repetitions);
}

void Qibixx::send_again() {
    if (std::ranges::find(to_send_, to_ask_.front()) == to_send_.end()) {
        to_send_.push_back(to_ask_.front());
    }
}

// ---- what the adapter says

void Qibixx::receive(std::string_view line, MonotonicTime now) {
    now_ = now;
    if (take_reply(line)) {
        to_ask_.pop_front();
        ask_next(now);
    } else if (line.starts_with("c,STATUS,")) {
        take_status(after(line, "c,STATUS,"));
    } else if (line == "c,VEND,SUCCESS") {
        take_success();
    } else if (line.starts_with("c,ERR,")) {
        take_error(unquoted(after(line, "c,ERR,")));
    }
}

// Any answer to a command of the power-up sequence leads on to the next: a parameter that this adapter does not
// know is no reason not to sell.
bool Qibixx::take_reply(std::string_view line) {
    if (to_ask_.empty()) {
        return false;
    }
    const std::string& asked = to_ask_.front();
    if (!asked.starts_with(set_parameter)) {
        return line == (asked == "C,1" ? "c,1" : "c,0");
    }
    if (!line.starts_with("c,SET") && !line.starts_with("c,ERR")) {
        return false;
    }
    if (line != "c,SET,OK") {
        tell(event::Oddity{.what = fmt::format("the adapter answers {} to {}", line, asked)});
    }
    return true;
}

void Qibixx::take_status(std::string_view status) {
    if (status.starts_with("VEND,")) {
        take_vend(after(status, "VEND,"));
        return;
    }
    leave_vend("the machine went on to " + std::string(status));
    tell_session(status == "IDLE");
    if (status == "ENABLED" || status == "IDLE") {
        tell_readiness({.ready = true, .why = {}});
    } else {
        tell_readiness({.ready = false,
                        .why = status == "DISABLED" ? "the machine has disabled the reader"
                                                    : "the machine has not set up the reader"});
    }
}

void Qibixx::take_vend(std::string_view figures) {
    const auto comma = figures.find(',');
    const auto price = parse_amount(figures.substr(0, comma), settings_.reader.currency);
    const auto item = comma == std::string_view::npos ? std::optional<std::int64_t>(no_item)
                                                      : parse_digits(figures.substr(comma + 1));
    leave_vend("the machine asks for something else");
    in_doubt_ = false;
    if (!price || !item || *item > no_item) {
        tell(event::Oddity{.what = "a vend request that cannot be read: " + std::string(figures)});
        send_denial();
        return;
    }
    request_ = Request::open;
    tell(event::VendRequested{.price = *price, .item = static_cast<std::uint16_t>(*item)});
}

void Qibixx::take_success() {
    const bool ours = std::exchange(in_doubt_, false) || request_ == Request::sent || !fresh_;
    if (ours) {
        request_ = Request::none;
        tell(event::Vended{.proof = "VEND SUCCESS"});
        return;
    }
    leave_vend("the machine says that it has vended");
    tell(event::Oddity{.what = "the adapter tells of a vend that was not approved"});
}

void Qibixx::take_error(std::string_view error) {
    const bool ours = in_doubt_ || request_ == Request::sent || !fresh_;
    if (error == vend_failed && ours) {
        in_doubt_ = false;
        request_ = Request::none;
        tell(event::VendFailed{.reason = "VEND FAILURE"});
        return;
    }
    tell(event::Oddity{.what = "the adapter says " + std::string(error)});
    if (error == vend_cancelled) {
        leave_vend("the machine cancelled the request");
    }
}

void Qibixx::leave_vend(const std::string& why) {
    switch (std::exchange(request_, Request::none)) {
        case Request::open:
            tell(event::Withdrawn{.why = why});
            break;
        case Request::approved:
            std::erase_if(to_send_, [](const std::string& line) { return line.starts_with(approve_for); });
            tell(event::ApprovalDropped{.why = why});
            break;
        case Request::sent:
            in_doubt_ = true;
            tell(event::ApprovalInDoubt{.why = why});
            break;
        case Request::none:
            break;
    }
}

// ---- what the adapter is told

std::optional<std::string> Qibixx::next_line() {
    if (to_send_.empty()) {
        return std::nullopt;
    }
    std::string line = std::move(to_send_.front());
    to_send_.pop_front();
    if (request_ == Request::approved && line.starts_with(approve_for)) {
        request_ = Request::sent;
        tell(event::ApprovalTaken{});
    }
    return line;
}

void Qibixx::begin_fresh() {
    fresh_ = true;
    request_ = Request::none;
    if (open_) {
        opened(now_);
    }
}

void Qibixx::approve(Money amount) {
    if (!request_is_open()) {
        tell(event::ApprovalDropped{.why = "the machine no longer waits"});
        return;
    }
    request_ = Request::approved;
    to_send_.push_back(fmt::format("{}{}", approve_for, write_amount(amount)));
}

void Qibixx::deny() {
    if (request_ == Request::approved) {
        leave_vend("taken back before it was sent");
        send_denial();
    } else if (request_is_open()) {
        request_ = Request::none;
        send_denial();
    }
}

void Qibixx::send_denial() {
    to_send_.emplace_back(settings_.deny_form == DenyForm::stop ? "C,STOP" : "C,VEND,-1");
}

// For the driver a request is open once it was told of it.
bool Qibixx::request_is_open() const {
    return request_ == Request::open && std::ranges::none_of(events_, [](const Event& event) {
               return std::holds_alternative<event::VendRequested>(event);
           });
}

void Qibixx::begin_session() {
    if (!readiness_ || !readiness_->ready || request_ != Request::none) {
        tell(event::Session{.open = false});
        return;
    }
    const Money funds{.minor = settings_.session_funds_minor, .currency = settings_.reader.currency};
    to_send_.push_back("C,START," + write_amount(funds));
}

void Qibixx::end_session() {
    if (open_) {
        to_send_.emplace_back("C,STOP");
    }
}

// ---- small parts

std::optional<Event> Qibixx::next_event() {
    if (events_.empty()) {
        return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

// While listening for the end of an earlier vend, nothing else is told.
void Qibixx::tell(Event event) {
    const bool end_of_vend =
        std::holds_alternative<event::Vended>(event) || std::holds_alternative<event::VendFailed>(event);
    if (fresh_ || end_of_vend) {
        events_.push_back(std::move(event));
    }
}

void Qibixx::tell_readiness(const event::Readiness& readiness) {
    if (readiness_ != readiness) {
        readiness_ = readiness;
        tell(readiness);
    }
}

void Qibixx::tell_session(bool open) {
    if (std::exchange(session_, open) != open) {
        tell(event::Session{.open = open});
    }
}

}  // namespace qrvend::mdb
