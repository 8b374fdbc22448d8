#include "drivers/mdb/vmc/habits.hpp"

namespace qrvend::mdb::vmc {

using namespace std::chrono_literals;

Habits fussy() {
    using enum SetupStep;
    return {.name = "fussy",
            .power_up = {reset, just_reset, config, prices, identity, options, wide_prices, enable},
            .breaks_first = true,
            .other_devices = true,
            .poll_interval = 50ms,
            .answer_patience = 60s,
            .impatience = Impatience::resets_the_reader,
            .silence_patience = 5s,
            .resets_on_surprise = true,
            .asks_again = true,
            .checks_amount = true};
}

Habits sloppy() {
    using enum SetupStep;
    return {.name = "sloppy",
            .level = 2,
            .always_idle = false,
            .wide_money = false,
            .power_up = {reset, just_reset, enable, config, enable},
            .poll_interval = 200ms,
            .resets_on_out_of_sequence = false,
            .repeats_commands = true,
            .success_names_item = false,
            .complete_after = 1500ms,
            .completes_twice = true};
}

Habits old() {
    using enum SetupStep;
    return {.name = "old",
            .level = 1,
            .always_idle = false,
            .wide_money = false,
            .columns = 0,
            .rows = 0,
            .power_up = {reset, just_reset, config, prices, enable},
            .knows_prices = false,
            .poll_interval = 125ms,
            .numbers_items = false,
            .believes_funds = true,
            .session_stops_coins = true,
            .has_drop_sensor = false};
}

}  // namespace qrvend::mdb::vmc
