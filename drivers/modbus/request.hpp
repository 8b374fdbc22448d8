#pragma once
// What can be asked of a board, as values: one Modbus request each. The bus sends them (bus.hpp), the simulated
// board answers them (simulated_board.hpp). Source: Modbus Application Protocol 1.1b3, section 6.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "controller/base/result.hpp"

namespace qrvend::modbus {

/// Where a value lives; the number is the function that reads it.
enum class Table : std::uint8_t { coils = 1, discrete_inputs = 2, holding_registers = 3, input_registers = 4 };

inline bool holds_bits(Table table) {
    return table == Table::coils || table == Table::discrete_inputs;
}

/// One bit or one register of one board.
struct Point {
    std::uint8_t unit = 1;
    Table table = Table::discrete_inputs;
    std::uint16_t address = 0;
    auto operator<=>(const Point&) const = default;
};

/// Functions 01 to 04.
struct Read {
    Table table = Table::coils;
    std::uint16_t address = 0;
    std::uint16_t count = 1;
    bool operator==(const Read&) const = default;
};

/// Function 05 with FF00 or 0000.
struct WriteCoil {
    std::uint16_t address = 0;
    bool on = false;
    bool operator==(const WriteCoil&) const = default;
};

/// Function 05 with any other value: relay boards take it as a time, after which they switch off by themselves.
struct FlashCoil {
    std::uint16_t address = 0;
    std::uint16_t value = 0;
    bool operator==(const FlashCoil&) const = default;
};

/// Function 06.
struct WriteRegister {
    std::uint16_t address = 0;
    std::uint16_t value = 0;
    bool operator==(const WriteRegister&) const = default;
};

/// Function 10h: all of them at once.
struct WriteRegisters {
    std::uint16_t address = 0;
    std::vector<std::uint16_t> values;
    bool operator==(const WriteRegisters&) const = default;
};

struct Request {
    std::uint8_t unit = 1;
    std::variant<Read, WriteCoil, FlashCoil, WriteRegister, WriteRegisters> what;
    bool operator==(const Request&) const = default;
};

/// What a read brought, bits as 0 and 1; empty after a write.
using Words = std::vector<std::uint16_t>;

/// "exception_2": the code of a refusal by the board.
std::string exception_code(int exception);

/// What is known of a command, by its answer.
enum class Effect : std::uint8_t {
    had,
    in_doubt,  ///< no answer, or one that leaves it open: look before anything else
    none,      ///< surely
};
Effect effect_of(const Result<Words>& answer);

}  // namespace qrvend::modbus
