#include "tests/simulation/fate.hpp"

#include <utility>

namespace qrvend::simulation {

namespace {

/// The name of a kind of trouble, and how often it strikes at most, in thousandths of its opportunities.
struct Kind {
    std::string_view name;
    std::uint32_t most_permille;
};

// In the order of the enum.
constexpr std::array<Kind, trouble_kinds> kinds{{
    {"name_not_resolved", 50},
    {"connection_refused", 50},
    {"tls_refused", 50},
    {"unreachable", 50},
    {"outage", 20},
    {"request_lost", 300},
    {"request_late", 100},
    {"request_doubled", 500},
    {"gateway_answers", 150},
    {"answer_lost", 300},
    {"answer_cut", 100},
    {"answer_late", 100},
    {"answer_spoilt", 150},
    {"callback_lost", 300},
    {"callback_late", 300},
    {"callback_doubled", 500},
    {"callback_forged", 300},
    {"token_revoked", 30},
    {"customer_comes", 1000},
    {"walks_away", 100},
    {"photographs_code", 100},
    {"rejects", 100},
    {"keeps_app_open", 200},
    {"touches_cancel", 100},
    {"pulls_lever", 100},
    {"chooses_again", 100},
    {"dismisses", 500},
    {"motor_jams", 150},
    {"drops_late", 50},
    {"goes_mute", 50},
    {"command_lost", 50},
    {"link_lost", 50},
    {"board_restarts", 50},
    {"door_opens", 50},
    {"write_fails", 10},
    {"write_fails_kept", 10},
    {"disk_full", 30},
    {"tail_lost", 500},
    {"dies_before_durable", 20},
    {"dies_after_durable", 20},
    {"dies_at_send", 20},
    {"dies_at_answer", 20},
    {"dies_at_command", 50},
    {"dies_at_any_time", 100},
    {"computer_restarts", 300},
    {"asked_to_stop", 20},
    {"started_twice", 50},
    {"clock_steps", 50},
    {"card_refused", 200},
    {"approves_other_amount", 50},
}};

constexpr std::size_t index_of(Trouble trouble) {
    return static_cast<std::size_t>(trouble);
}

constexpr std::uint64_t weather_part = 1;
constexpr std::uint64_t strikes_part = 2;

}  // namespace

std::string_view to_string(Trouble trouble) {
    return kinds.at(index_of(trouble)).name;
}

Weather draw_weather(std::uint64_t seed) {
    Dice dice(mix(seed, weather_part));
    const bool everything = dice.chance(250);
    Weather weather{};
    for (std::size_t kind = 0; kind < trouble_kinds; ++kind) {
        const bool possible = everything || dice.chance(700);
        const auto permille = dice.spread(milliseconds{1}, milliseconds{kinds.at(kind).most_permille}).count();
        weather.at(kind) = possible ? static_cast<std::uint32_t>(permille) : 0;
    }
    weather.at(index_of(Trouble::customer_comes)) = 1000;
    return weather;
}

Fate::Fate(std::uint64_t seed, Weather weather, std::optional<std::set<Strike>> only)
    : seed_(mix(seed, strikes_part)), weather_(weather), only_(std::move(only)) {}

std::optional<Dice> Fate::strikes(Trouble trouble) {
    const std::size_t kind = index_of(trouble);
    if (calm_) {
        return trouble == Trouble::customer_comes ? std::optional(Dice(seed_)) : std::nullopt;
    }
    const Strike strike{.turn = turn_, .trouble = trouble, .nth = ++opportunities_.at(kind)};
    Dice dice(mix(mix(mix(seed_, kind), turn_), strike.nth));
    if (!dice.chance(weather_.at(kind)) || (only_ && !only_->contains(strike))) {
        return std::nullopt;
    }
    struck_.push_back(strike);
    has_struck_.at(kind) = true;
    return dice;
}

void Fate::next_turn() {
    ++turn_;
    opportunities_ = {};
}

bool Fate::has_struck(Trouble trouble) const {
    return has_struck_.at(index_of(trouble));
}

}  // namespace qrvend::simulation
