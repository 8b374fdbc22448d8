#include "drivers/mdb/vmc/vmc.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::mdb::vmc {

namespace {

using namespace std::chrono_literals;

constexpr milliseconds setup_after_break{200};  // MDB/ICP 4.2, 2.4
constexpr seconds usual_patience{5};            // the non-response time of a cashless device

std::size_t step_after_reset(const std::vector<SetupStep>& steps) {
    const auto found = std::ranges::find(steps, SetupStep::just_reset);
    return static_cast<std::size_t>(found - steps.begin()) + (found == steps.end() ? 0 : 1);
}

}  // namespace

Vmc::Vmc(Habits habits, VmcSettings settings, MonotonicTime power_on)
    : habits_(std::move(habits)),
      settings_(std::move(settings)),
      mechanism_(settings_.motor_time, habits_.has_drop_sensor),
      slot_(power_on),
      last_heard_(power_on),
      units_{.currency = settings_.currency},
      level_(habits_.level) {}

// ---- exchanges

std::optional<Transmission> Vmc::next(MonotonicTime now) {
    if (now < slot_) {
        return std::nullopt;
    }
    if (stage_ == Stage::dark) {
        power_up(now);
    }
    if (std::exchange(break_due_, false)) {
        slot_ = now + shortest_break + setup_after_break;
        return Transmission{};
    }
    tend(now);
    const std::optional<Block> block = errands_.next(now);
    polled_ = !block;
    asked_again_ = false;
    slot_ = now + habits_.poll_interval;
    return Transmission{.frame = command_frame(block.value_or(command::poll(settings_.address)))};
}

std::optional<std::uint8_t> Vmc::answer(const Frame& frame, MonotonicTime now, Reply reply) {
    const Answer heard = read_answer(frame);
    const auto messages = split(heard.block, layout());
    const bool asks_again = !std::exchange(asked_again_, true);
    if (heard.kind == Answer::Kind::silence || heard.kind == Answer::Kind::nak) {
        errands_.unanswered();
        return std::nullopt;
    }
    // A lost or doubled zero leaves the sum right: the lengths must tell.
    const bool garbled = heard.kind == Answer::Kind::garbled || !messages;
    if (asks_again && (garbled ? habits_.asks_again : reply == Reply::ret && heard.kind == Answer::Kind::block)) {
        return ret;
    }
    if (garbled || (reply == Reply::nak && heard.kind == Answer::Kind::block)) {
        errands_.unanswered();
        return nak;
    }
    take(*messages, now);
    return heard.kind == Answer::Kind::block ? std::optional(ack) : std::nullopt;
}

// Without messages: an ACK.
void Vmc::take(const std::vector<Message>& messages, MonotonicTime now) {
    last_heard_ = now;
    const std::optional<Task> task = errands_.current();
    if (errands_.answered()) {
        done(*task);
    }
    if (messages.empty()) {
        if (polled_) {
            last_block_.clear();
        }
        return;
    }
    const std::vector<Message> known = std::exchange(last_block_, messages);
    for (const Message& message : messages) {
        if (std::ranges::find(known, message) == known.end() && !hear(message, now)) {
            return;
        }
    }
}

Layout Vmc::layout() const {
    return {.said_level = habits_.level,
            .level = level_,
            .wide_money = wide_money_,
            .display_cells = static_cast<std::size_t>(habits_.columns) * habits_.rows};
}

void Vmc::tend(MonotonicTime now) {
    if (const auto end = mechanism_.finished(now)) {
        settle_motor(*end, now);
    }
    check_patience(now);
    continue_setup();
    grant_wish(now);
}

// ---- patience

void Vmc::check_patience(MonotonicTime now) {
    const seconds silence = habits_.silence_patience.value_or(std::max(usual_patience, reader_limit_));
    if (now - last_heard_ >= silence && stage_ != Stage::setting_up) {
        reset_reader(now, "the reader is silent");
        return;
    }
    const auto since = errands_.waits_since();
    if (!since || !out_of_patience(*errands_.current(), now - *since)) {
        return;
    }
    if (stage_ == Stage::asking && habits_.impatience == Impatience::cancels_the_request) {
        cancel();
    } else {
        reset_reader(now, "the reader does not answer");
    }
}

bool Vmc::out_of_patience(Task task, milliseconds waited) const {
    if (task == Task::request) {
        return waited >= std::min(habits_.answer_patience.value_or(reader_limit_), reader_limit_);
    }
    return waited >= usual_patience;
}

// ---- setting up

void Vmc::power_up(MonotonicTime now) {
    last_heard_ = now;
    break_due_ = habits_.breaks_first;
    begin_setup(now, 0);
}

void Vmc::begin_setup(MonotonicTime now, std::size_t step) {
    errands_.clear();
    last_block_.clear();
    last_heard_ = now;
    stage_ = Stage::setting_up;
    setup_step_ = step;
    session_open_ = false;
    offered_ = 0;
    always_idle_ = false;
    wide_money_ = false;
}

void Vmc::continue_setup() {
    while (stage_ == Stage::setting_up && errands_.empty()) {
        if (setup_step_ == habits_.power_up.size()) {
            stage_ = Stage::idle;
        } else if (auto errand = setup_errand(habits_.power_up[setup_step_++])) {
            errands_.add(*std::move(errand));
        }
    }
}

// Nothing where the step does not apply to this reader.
std::optional<Errand> Vmc::setup_errand(SetupStep step) const {
    const std::uint8_t to = settings_.address;
    const std::uint32_t wanted = (habits_.always_idle ? command::option_always_idle : 0) |
                                 (habits_.wide_money ? command::option_wide_money : 0);
    switch (step) {
        case SetupStep::reset:
            return order(Task::reset, command::reset(to));
        case SetupStep::just_reset:
            return Errand{.task = Task::await_reset, .awaits = true};
        case SetupStep::config:
            return Errand{.task = Task::config, .block = command::setup_config(to, habits_), .awaits = true};
        case SetupStep::prices:
            return order(Task::prices, prices(Width::narrow));
        case SetupStep::identity:
            return Errand{.task = Task::identity, .block = command::request_identity(to), .awaits = true};
        case SetupStep::options:
            if (level_ < 3 || (offered_ & wanted) == 0) {
                return std::nullopt;
            }
            return order(Task::options, command::enable_options(to, offered_ & wanted));
        case SetupStep::wide_prices:
            return wide_money_ ? std::optional(order(Task::wide_prices, prices(Width::wide))) : std::nullopt;
        case SetupStep::enable:
            return order(Task::enable, command::enable(to));
    }
    std::unreachable();
}

Block Vmc::prices(Width width) const {
    command::Amount highest{.value = unknown_amount(width), .width = width};
    command::Amount lowest{.value = 0, .width = width};
    if (const auto& all = settings_.columns; habits_.knows_prices && !all.empty()) {
        const auto by_price = [](const Column& column) { return column.price.minor; };
        const auto [least, most] = std::ranges::minmax_element(all, {}, by_price);
        highest.value = to_wire(most->price, width, units_).value_or(highest.value);
        lowest.value = to_wire(least->price, width, units_).value_or(lowest.value);
    }
    return width == Width::wide ? command::setup_wide_prices(settings_.address, highest, lowest, country_code_)
                                : command::setup_prices(settings_.address, highest, lowest);
}

std::optional<command::Amount> Vmc::on_wire(Money money) const {
    const auto value = to_wire(money, width(), units_);
    return value ? std::optional(command::Amount{.value = *value, .width = width()}) : std::nullopt;
}

Errand Vmc::order(Task task, Block block) const {
    return {.task = task, .block = std::move(block), .copies = habits_.repeats_commands ? 2U : 1U};
}

void Vmc::add_waiting(Task task, Block block) {
    Errand errand = order(task, std::move(block));
    errand.awaits = true;
    errands_.add(std::move(errand));
}

void Vmc::done(Task task) {
    switch (task) {
        case Task::reset:
            ++books_.resets;
            break;
        case Task::options:
            always_idle_ = habits_.always_idle && (offered_ & command::option_always_idle) != 0;
            wide_money_ = habits_.wide_money && (offered_ & command::option_wide_money) != 0;
            break;
        case Task::success:
        case Task::failure:
            vend().report_heard = true;
            break;
        case Task::cash_sale:
            books_.cash_sales[cash_told_].told = true;
            break;
        default:
            break;
    }
}

// ---- resets

void Vmc::reset_reader(MonotonicTime now, const std::string& why) {
    if (stage_ == Stage::dark) {
        return;
    }
    books_.remarks.push_back("reset: " + why);
    forget_sale(Forgotten::we_reset);
    begin_setup(now, 0);
}

void Vmc::reset_bus(MonotonicTime now) {
    reset_reader(now, "of the whole bus");
    break_due_ = stage_ != Stage::dark;
}

void Vmc::cut_power(MonotonicTime now, milliseconds dark) {
    forget_sale(Forgotten::power_cut);
    begin_setup(now, 0);
    stage_ = Stage::dark;
    if (const auto end = mechanism_.cut_power(now)) {
        settle_motor(*end, now);
    }
    slot_ = now + dark;
}

bool Vmc::hear_just_reset(MonotonicTime now) {
    if (errands_.current() == Task::await_reset) {
        errands_.finish();
        return true;
    }
    books_.remarks.emplace_back("the reader has restarted");
    forget_sale(Forgotten::it_restarted);
    begin_setup(now, step_after_reset(habits_.power_up));
    return false;
}

}  // namespace qrvend::mdb::vmc
