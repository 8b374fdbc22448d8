#pragma once
// A keypad of the board, as its register is looked at again and again: what was chosen. No I/O.

#include <optional>

#include "controller/base/time.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

class Keys {
public:
    enum class What : std::uint8_t { selected, cancelled, meaningless };
    struct Event {
        What what = What::selected;
        Slot slot{};
        std::uint16_t value = 0;  ///< of the selection, as the keypad names it
        bool operator==(const Event&) const = default;
    };

    /// Digits of one selection come within this time of each other.
    static constexpr milliseconds digit_patience{5000};

    explicit Keys(Keypad keypad) : keypad_(std::move(keypad)) {}

    /// Nothing counts that was pressed before the keypad has shown that no key is pressed. So it is at the start
    /// too.
    void forget();

    std::optional<Event> see(std::uint16_t value, MonotonicTime now);

private:
    std::optional<Event> press(std::uint16_t value, MonotonicTime now);
    Event selection(std::uint16_t value) const;

    Keypad keypad_;
    bool ready_ = false;
    std::optional<std::uint16_t> held_{};
    std::uint16_t digits_seen_ = 0;
    std::uint32_t number_ = 0;
    MonotonicTime last_digit_{};
};

}  // namespace qrvend::modbus
