#include "drivers/mdb/vmc/fake_qibixx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "drivers/mdb/qibixx.hpp"

namespace qrvend::mdb::vmc {

namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};

// Decimal, or hexadecimal behind 0x.
std::optional<unsigned> read_number(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x");
    text.remove_prefix(hexadecimal ? 2 : 0);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<std::string_view> rest_after(std::string_view text, std::string_view beginning) {
    return text.starts_with(beginning) ? std::optional(text.substr(beginning.size())) : std::nullopt;
}

// The command's code and part, where it was addressed to the reader.
bool is_command(const Exchange& exchange, std::uint8_t address, std::uint8_t command,
                std::optional<std::uint8_t> part = {}) {
    const Frame& frame = exchange.command;
    return !frame.empty() && frame[0].value == address + command && (!part || frame[1].value == *part);
}

bool was_answered(const Exchange& exchange) {
    return !exchange.answers.empty() && !exchange.answers.back().empty();
}

// One of the messages without data that the machine has acknowledged.
bool has_taken(const Exchange& exchange, MessageCode code) {
    if (exchange.reply != ack || exchange.trouble.fault == Fault::reply_lost) {
        return false;
    }
    const Frame& answer = exchange.answers.back();
    return std::ranges::any_of(answer.begin(), answer.end() - 1,
                               [code](Byte byte) { return byte.value == std::to_underlying(code); }) &&
           answer.size() <= 3;
}

}  // namespace

FakeQibixx::FakeQibixx(Vmc& vmc, AdapterQuirks quirks)
    : vmc_(vmc), quirks_(std::move(quirks)), settings_(power_on_settings()), bus_(vmc, nullptr) {
    bus_.watch([this](const Exchange& exchange) { after(exchange); });
}

ReaderSettings FakeQibixx::power_on_settings() const {
    return {.currency = vmc_.settings().currency,
            .country_code = 0x1978,
            .answer_limit = seconds(5),
            .always_idle = false,
            .cash_sales = false,
            .wide_money = false};
}

void FakeQibixx::power_cycle() {
    switch_off();
    settings_ = power_on_settings();
    lines_.clear();
}

std::optional<std::string> FakeQibixx::next_line() {
    if (lines_.empty()) {
        return std::nullopt;
    }
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
}

void FakeQibixx::pass_time(MonotonicTime now) {
    bus_.pass_time(now);
    tell_events();
}

// ---- from the computer

void FakeQibixx::receive(std::string_view line, MonotonicTime now) {
    pass_time(now);
    if (line == "V") {
        say("v,4.0.2.0,0123456789ABCDEF");
    } else if (line == "H") {
        say("h,4.0,1");
    } else if (const auto command = rest_after(line, "C,")) {
        take_cashless(*command);
    } else if (!line.empty()) {
        say_error("unknown command");
    }
    tell_events();
}

void FakeQibixx::take_cashless(std::string_view command) {
    if (command == "0") {
        switch_off();
        say("c,0");
    } else if (const auto assignment = rest_after(command, "SETCONF,")) {
        set_parameter(*assignment);
    } else if (command == "1") {
        switch_on();
    } else if (!reader_) {
        say_error("cashless is off");
    } else if (const auto figures = rest_after(command, "VEND,")) {
        vend(*figures);
    } else if (command == "STOP") {
        stop();
    } else if (command.starts_with("START,")) {
        start();
    } else if (!command.starts_with("DISPLAY,")) {
        say_error("unknown command");
    }
}

void FakeQibixx::switch_on() {
    if (reader_) {
        say_error("cashless is on");
        return;
    }
    reader_ = std::make_unique<Peripheral>(settings_);
    reader_->begin_fresh();
    bus_.connect(reader_.get());
    say_status("INACTIVE");
    say("c,1");
}

void FakeQibixx::switch_off() {
    bus_.connect(nullptr);
    reader_.reset();
    status_.clear();
    ready_ = false;
    request_open_ = false;
    session_ = false;
}

void FakeQibixx::set_parameter(std::string_view assignment) {
    if (reader_) {
        say_error("cashless is on");
        return;
    }
    const auto equals = assignment.find('=');
    const bool known =
        equals != std::string_view::npos && assign(assignment.substr(0, equals), assignment.substr(equals + 1));
    if (known) {
        say("c,SET,OK");
    } else {
        say_error("invalid parameter");
    }
}

bool FakeQibixx::assign(std::string_view name, std::string_view value) {
    static constexpr std::array<std::string_view, 5> without_effect{
        "mdb-timeout-idle", "mdb-timeout-vend", "mdb-restore-funds", "mdb-ftl-enabled", "mdb-display-time"};
    const auto number = read_number(value);
    if (!number) {
        return false;
    }
    if (name == "mdb-always-idle" && *number <= 1) {
        settings_.always_idle = *number == 1;
    } else if (name == "mdb-cashsale-enabled" && *number <= 1) {
        settings_.cash_sales = *number == 1;
    } else if (name == "mdb-currency-code" && *number <= 0xFFFF) {
        settings_.country_code = static_cast<std::uint16_t>(*number);
    } else if (name == "mdb-decimal-places" && *number <= 3) {
        settings_.decimal_places = static_cast<std::uint8_t>(*number);
    } else if (name == "mdb-scale-factor" && *number >= 1 && *number <= 100) {
        settings_.scale_factor = static_cast<std::uint8_t>(*number);
    } else if (name == "mdb-timeout" && *number >= 1) {
        settings_.answer_limit = seconds(std::min(*number, 255U));
    } else if (name == quirks_.address_key && (*number == 0x10 || *number == 0x60)) {
        settings_.address = static_cast<std::uint8_t>(*number);
    } else {
        return std::ranges::find(without_effect, name) != without_effect.end();
    }
    return true;
}

void FakeQibixx::vend(std::string_view figures) {
    const std::string_view amount = figures.substr(0, figures.find(','));
    const bool denies = amount == "-1" && quirks_.deny_form == DenyForm::vend_minus_one;
    const auto money = parse_amount(amount, settings_.currency);
    if (!request_open_) {
        say_error("VEND 1");
    } else if (denies) {
        request_open_ = false;
        reader_->deny();
    } else if (money) {
        request_open_ = false;
        reader_->approve(*money);
    } else {
        say_error("VEND -1");
    }
}

void FakeQibixx::stop() {
    if (request_open_ && quirks_.deny_form == DenyForm::stop) {
        request_open_ = false;
        reader_->deny();
    } else if (session_) {
        reader_->end_session();
    } else {
        say_error("STOP -1");
    }
}

void FakeQibixx::start() {
    if (ready_ && !reader_->always_idle()) {
        reader_->begin_session();
    } else {
        say_error("START -1");
    }
}

// ---- to the computer

void FakeQibixx::after(const Exchange& exchange) {
    tell_events();
    if (reader_) {
        tell_bus_state(exchange);
    }
}

// What the reader does not tell as an event: its states between (MDB/ICP 4.2, 7.2).
void FakeQibixx::tell_bus_state(const Exchange& exchange) {
    if (exchange.command.empty() || (is_command(exchange, settings_.address, 0) && was_answered(exchange))) {
        say_status("INACTIVE");
    } else if (is_command(exchange, settings_.address, 1, 0x00) && was_answered(exchange) && !ready_) {
        say_status("DISABLED");
    }
    if (has_taken(exchange, MessageCode::vend_denied)) {
        say_status("IDLE");
    }
    if (has_taken(exchange, MessageCode::end_session)) {
        say_status(ready_ ? "ENABLED" : "DISABLED");
    }
}

void FakeQibixx::tell_events() {
    while (auto event = reader_ ? reader_->next_event() : std::nullopt) {
        tell(*event);
    }
}

void FakeQibixx::tell(const Event& event) {
    std::visit(Overloaded{
                   [this](const event::VendRequested& request) {
                       request_open_ = true;
                       status_ = "VEND";
                       say(fmt::format("c,STATUS,VEND,{},{}", write_amount(request.price), request.item));
                   },
                   [this](const event::Withdrawn&) {
                       request_open_ = false;
                       say_status("IDLE");
                   },
                   [this](const event::ApprovalTaken&) { say("r,ACK"); },
                   [this](const event::ApprovalDropped&) { say_error("VEND 1"); },
                   [this](const event::ApprovalInDoubt&) { say_status("IDLE"); },
                   [this](const event::Vended&) {
                       say("c,VEND,SUCCESS");
                       say_status("IDLE");
                   },
                   [this](const event::VendFailed&) {
                       say_error("VEND 3");
                       say_status("IDLE");
                   },
                   [this](const event::Readiness& readiness) {
                       ready_ = readiness.ready;
                       if (ready_) {
                           say_status("ENABLED");
                       } else if (status_ == "ENABLED") {
                           say_status("DISABLED");
                       }
                   },
                   [this](const event::Session& session) {
                       session_ = session.open;
                       say_status(session.open ? "IDLE" : "ENABLED");
                   },
                   [](const event::CashSale&) {},  // no line for it is known
                   [](const event::Oddity&) {},
               },
               event);
}

void FakeQibixx::say_error(std::string_view what) {
    const bool vend_error = what.starts_with("VEND");
    const bool quoted = quirks_.quotes_errors || !vend_error;
    say(quoted ? fmt::format("c,ERR,\"{}\"", what) : fmt::format("c,ERR,{}", what));
}

void FakeQibixx::say_status(const std::string& status) {
    if (std::exchange(status_, status) != status) {
        say("c,STATUS," + status);
    }
}

}  // namespace qrvend::mdb::vmc
