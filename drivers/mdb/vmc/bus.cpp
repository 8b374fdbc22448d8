#include "drivers/mdb/vmc/bus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qrvend::mdb::vmc {

namespace {

using std::chrono::microseconds;

constexpr microseconds byte_time{1146};   // 11 bits at 9600 baud
constexpr microseconds turnaround{1000};  // from the last byte of one side to the first of the other

microseconds time_of(std::size_t bytes) {
    return static_cast<microseconds::rep>(bytes) * byte_time;
}

const Block changer_poll{0x0B};
const Block changer_says{0x51, 0x00};  // a coin of type 1 to its tube

Frame bytes_of(const Trouble& trouble, Fault lost, Fault damages, const Frame& frame) {
    if (trouble.fault == lost) {
        return {};
    }
    return trouble.fault == damages ? damaged(frame, trouble.damage) : frame;
}

Reply whim_of(Fault fault) {
    switch (fault) {
        case Fault::nak:
            return Reply::nak;
        case Fault::ret:
            return Reply::ret;
        default:
            return Reply::ack;
    }
}

std::string to_text(const Frame& frame) {
    std::string text;
    for (const Byte byte : frame) {
        text += fmt::format("{}{:02X}{}", text.empty() ? "" : " ", byte.value, byte.mode ? "*" : "");
    }
    return text.empty() ? "silence" : text;
}

}  // namespace

std::string to_string(const Exchange& exchange) {
    std::string text = fmt::format("{} {} ms: ", exchange.number, exchange.at.time_since_epoch().count());
    text += exchange.command.empty() ? "break" : to_text(exchange.command);
    for (const Frame& answer : exchange.answers) {
        text += " -> " + to_text(answer);
    }
    if (exchange.reply) {
        text += fmt::format(" ; {:02X}", *exchange.reply);
    }
    if (exchange.trouble.fault != Fault::none) {
        text += fmt::format(" (fault {})", std::to_underlying(exchange.trouble.fault));
    }
    return text;
}

Bus::Bus(Vmc& vmc, Peripheral* peripheral, Fate fate)
    : vmc_(vmc), peripheral_(peripheral), fate_(std::move(fate)) {}

MonotonicTime Bus::next_deadline() const {
    const MonotonicTime machine = vmc_.next_deadline();
    return peripheral_ == nullptr ? machine : std::min(machine, peripheral_->next_deadline().value_or(machine));
}

void Bus::pass_time(MonotonicTime now) {
    while (next_deadline() <= now) {
        const MonotonicTime due = next_deadline();
        line_time_ = std::max(line_time_, Instant(due));
        if (vmc_.next_deadline() > due) {
            peripheral_->pass_time(this->now());  // an answer so late meets nobody
        } else {
            exchange();
        }
    }
}

void Bus::exchange() {
    Exchange exchange{.number = ++exchanges_, .at = now()};
    if (fate_) {
        exchange.trouble = fate_(exchange.number);
    }
    strike(exchange.trouble);
    const auto transmission = vmc_.next(now());
    if (!transmission) {
        return;  // its light has gone out
    }
    exchange.command = transmission->frame;
    if (exchange.command.empty()) {
        line_time_ += shortest_break;
        if (peripheral_ != nullptr) {
            peripheral_->bus_reset(now());
        }
    } else {
        converse(exchange);
    }
    for (const auto& watcher : watchers_) {
        watcher(exchange);
    }
    if (vmc_.habits().other_devices && vmc_.stage() != Stage::dark) {
        serve_other_device();
    }
}

void Bus::strike(const Trouble& trouble) {
    switch (trouble.fault) {
        case Fault::reset:
            vmc_.reset_reader(now(), "at a whim");
            break;
        case Fault::bus_reset:
            vmc_.reset_bus(now());
            break;
        case Fault::power_cut:
            vmc_.cut_power(now(), trouble.dark);
            break;
        default:
            break;
    }
}

void Bus::converse(Exchange& exchange) {
    const Trouble& trouble = exchange.trouble;
    Frame answer = send(bytes_of(trouble, Fault::command_lost, Fault::command_damaged, exchange.command));
    if (trouble.fault == Fault::power_cut_within) {
        vmc_.cut_power(now(), trouble.dark);
        return;
    }
    answer = bytes_of(trouble, Fault::answer_lost, Fault::answer_damaged, answer);
    Reply whim = whim_of(trouble.fault);
    do {
        line_time_ += answer.empty() ? longest_response : turnaround + time_of(answer.size());
        exchange.answers.push_back(answer);
        exchange.reply = vmc_.answer(answer, now(), std::exchange(whim, Reply::ack));
        if (!exchange.reply) {
            return;
        }
        line_time_ += turnaround;
        answer = send(bytes_of(trouble, Fault::reply_lost, Fault::reply_damaged, {{.value = *exchange.reply}}));
    } while (exchange.reply == ret);
}

// What the reader answers by the last byte, or by the gap behind it where only that ends the block.
Frame Bus::send(const Frame& frame) {
    Frame answer;
    if (peripheral_ == nullptr) {
        line_time_ += time_of(frame.size());
        return answer;
    }
    for (const Byte byte : frame) {
        line_time_ += byte_time;
        if (Frame begun = peripheral_->receive(byte, now()); !begun.empty()) {
            answer = std::move(begun);
        }
    }
    const auto deadline = peripheral_->next_deadline();
    if (answer.empty() && deadline && Instant(*deadline) <= line_time_ + longest_response) {
        line_time_ = std::max(line_time_, Instant(*deadline));
        answer = peripheral_->pass_time(now());
    }
    return answer;
}

// The reader hears what the machine says to others, their answers it does not: it must not take their ACK for its
// own.
void Bus::serve_other_device() {
    line_time_ += turnaround;
    const Frame to_poll = send(command_frame(changer_poll));
    line_time_ += turnaround + time_of(changer_says.size() + 1) + turnaround;
    const Frame to_ack = send({{.value = ack}});
    strays_ += (to_poll.empty() ? 0U : 1U) + (to_ack.empty() ? 0U : 1U);
}

}  // namespace qrvend::mdb::vmc
