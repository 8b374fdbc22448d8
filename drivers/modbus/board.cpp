#include "drivers/modbus/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace qrvend::modbus {

namespace {

using Outcome = VendResult::Outcome;
using Meaning = ControllerBoard::Meaning;

constexpr std::string_view no_sensor = "no sensor";
constexpr std::string_view sensor_at = "sensor at ";
constexpr std::string_view sequence_is = "sequence ";
constexpr std::string_view after = " after ";

std::optional<std::uint16_t> read_word(std::string_view text) {
    std::uint16_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && rest == end ? std::optional{value} : std::nullopt;
}

std::string described(std::string_view what, std::uint16_t value, const std::string& detail) {
    return detail.empty() ? fmt::format("{} {}", what, value) : fmt::format("{} {}: {}", what, value, detail);
}

VendResult judge_result(const ControllerBoard& board, std::uint16_t value) {
    const auto found = std::ranges::find(board.results, value, &ControllerBoard::ResultCode::value);
    if (found == board.results.end()) {
        return {.outcome = Outcome::unknown, .reason = fmt::format("result {} has no meaning here", value)};
    }
    const std::string reason = described("the board's result", value, found->detail);
    switch (found->verdict) {
        case ControllerBoard::Verdict::dropped:
            return {.outcome = Outcome::vended, .reason = reason};
        case ControllerBoard::Verdict::failed:
            return {.outcome = Outcome::failed, .reason = reason};
        case ControllerBoard::Verdict::unclear:
            break;
    }
    return {.outcome = Outcome::unknown, .reason = reason};
}

}  // namespace

std::string to_text(const RelayTicket& ticket) {
    return ticket.before ? fmt::format("{}{}", sensor_at, *ticket.before) : std::string(no_sensor);
}

std::optional<RelayTicket> read_relay_ticket(const std::string& text) {
    if (text == no_sensor) {
        return RelayTicket{};
    }
    if (!text.starts_with(sensor_at)) {
        return std::nullopt;
    }
    const auto before = read_word(std::string_view(text).substr(sensor_at.size()));
    return before ? std::optional{RelayTicket{.before = before}} : std::nullopt;
}

std::string sensor_fault(const DropSensor& sensor, const SensorLook& look) {
    if (look.beam_free == false) {
        return "something stands in the beam of the drop sensor, or its wire is broken";
    }
    if (sensor.kind == DropSensor::Kind::latch && (look.value != 0) == sensor.latched_when) {
        return "the drop sensor reports a drop before any vend";
    }
    return {};
}

std::optional<bool> fell(const DropSensor& sensor, RelayTicket ticket, const SensorLook& look) {
    if (sensor.kind == DropSensor::Kind::latch) {
        return (look.value != 0) == sensor.latched_when;
    }
    if (!ticket.before || look.value < *ticket.before || look.value - *ticket.before > most_counts) {
        return std::nullopt;
    }
    return look.value != *ticket.before;
}

bool silence_is_proof(RelayTicket ticket, const SensorLook& look, const DropSensor& sensor, bool watched) {
    const bool counts_on = sensor.kind == DropSensor::Kind::counter && ticket.before > most_counts;
    return look.beam_free == true && (watched || counts_on);
}

std::string to_text(const ControllerTicket& ticket) {
    return fmt::format("{}{}{}{}", sequence_is, ticket.sequence, after, ticket.before);
}

std::optional<ControllerTicket> read_controller_ticket(const std::string& text) {
    const std::string_view whole(text);
    const auto middle = whole.find(after);
    if (!whole.starts_with(sequence_is) || middle == std::string_view::npos) {
        return std::nullopt;
    }
    const auto sequence = read_word(whole.substr(sequence_is.size(), middle - sequence_is.size()));
    const auto before = read_word(whole.substr(middle + after.size()));
    if (!sequence || !before) {
        return std::nullopt;
    }
    return ControllerTicket{.before = *before, .sequence = *sequence};
}

ControllerTicket next_ticket(const ControllerLook& look) {
    const auto next = static_cast<std::uint16_t>(look.echo + 1);
    return {.before = look.echo, .sequence = next == 0 ? std::uint16_t{1} : next};
}

ControllerBoard::State state_of(const ControllerBoard& board, std::uint16_t value) {
    const auto found = std::ranges::find(board.states, value, &ControllerBoard::State::value);
    if (found == board.states.end()) {
        return {.value = value, .meaning = Meaning::fault, .detail = "the settings do not name this state"};
    }
    return *found;
}

bool can_start(const ControllerBoard& board, const ControllerLook& look) {
    const Meaning meaning = state_of(board, look.state).meaning;
    return meaning == Meaning::idle || meaning == Meaning::done;
}

ControllerVend judge(const ControllerBoard& board, ControllerTicket ticket, const ControllerLook& look) {
    using Standing = ControllerVend::Standing;
    if (look.echo == ticket.sequence) {
        if (state_of(board, look.state).meaning == Meaning::running) {
            return {.standing = Standing::running};
        }
        return {.standing = Standing::over, .result = judge_result(board, look.result)};
    }
    if (look.echo == ticket.before) {
        return {.standing = Standing::not_taken};
    }
    return {.standing = Standing::over,
            .result = {.outcome = Outcome::unknown,
                       .reason = fmt::format("the board shows sequence {}: it has restarted, or somebody else "
                                             "commands it",
                                             look.echo)}};
}

// A board that has restarted shows 0 again, so that 0 proves nothing. One that shows its old sequence has neither
// restarted nor heard the start: frames do not overtake each other.
VendResult never_taken(const ControllerBoard& board, ControllerTicket ticket, const ControllerLook& look,
                       bool confirmed) {
    if (confirmed || !can_start(board, look)) {
        return {.outcome = Outcome::unknown, .reason = "the board did not echo the sequence of the start"};
    }
    if (ticket.before == 0) {
        return {.outcome = Outcome::unknown, .reason = "the board shows no sequence: it may have restarted"};
    }
    return {.outcome = Outcome::unsent, .reason = "the start never reached the board"};
}

}  // namespace qrvend::modbus
