#include "drivers/modbus/request.hpp"

#include <algorithm>
#include <array>

namespace qrvend::modbus {

namespace {

// Exceptions that a board, or the gateway before it, may send although the command has had its effect: 04 the
// device failed while it acted, 05 acknowledged and still acting, 0B the gateway heard nothing (section 7).
constexpr std::array doubtful_exceptions{4, 5, 11};

}  // namespace

std::string exception_code(int exception) {
    return "exception_" + std::to_string(exception);
}

Effect effect_of(const Result<Words>& answer) {
    if (answer) {
        return Effect::had;
    }
    switch (answer.error().world) {
        case World::unsent:
            return Effect::none;
        case World::refused: {
            const auto is_this = [&](int exception) { return answer.error().code == exception_code(exception); };
            return std::ranges::any_of(doubtful_exceptions, is_this) ? Effect::in_doubt : Effect::none;
        }
        case World::unknown:
            break;
    }
    return Effect::in_doubt;
}

}  // namespace qrvend::modbus
