#include "drivers/modbus/fault_inputs.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>

namespace qrvend::modbus {

namespace {

std::int32_t reading(const FaultInput& input, std::uint16_t value) {
    return input.is_signed ? static_cast<std::int16_t>(value) : value;
}

// -0.5 with a scale of 10; as many decimals as the scale has noughts.
std::string in_units(std::int32_t reading, std::int32_t scale) {
    const int decimals = scale >= 1000 ? 3 : scale >= 100 ? 2 : scale >= 10 ? 1 : 0;
    const std::int32_t whole = std::abs(reading) / scale;
    if (decimals == 0) {
        return fmt::format("{}{}", reading < 0 ? "-" : "", whole);
    }
    std::int32_t shown = std::abs(reading) % scale;
    for (int digit = 0; digit < decimals; ++digit) {
        shown *= 10;
    }
    return fmt::format("{}{}.{:0{}}", reading < 0 ? "-" : "", whole, shown / scale, decimals);
}

bool is_faulty(const FaultInput& input, std::uint16_t value) {
    if (holds_bits(input.point.table)) {
        return (value != 0) == input.faulty_when;
    }
    const std::int64_t now = reading(input, value);
    return now < std::int64_t{input.minimum} * input.scale || now > std::int64_t{input.maximum} * input.scale;
}

MachineFault fault(const FaultInput& input, std::uint16_t value) {
    if (holds_bits(input.point.table)) {
        return {.code = input.code, .detail = input.detail};
    }
    return {.code = input.code,
            .detail = fmt::format("{}: {}, allowed is {} to {}", input.detail,
                                  in_units(reading(input, value), input.scale), input.minimum, input.maximum)};
}

}  // namespace

std::vector<MachineFault> faults_of(const std::vector<FaultInput>& inputs, const Values& values) {
    std::vector<MachineFault> found;
    for (const FaultInput& input : inputs) {
        const auto value = values.find(input.point);
        if (value != values.end() && is_faulty(input, value->second)) {
            found.push_back(fault(input, value->second));
        }
    }
    return found;
}

}  // namespace qrvend::modbus
