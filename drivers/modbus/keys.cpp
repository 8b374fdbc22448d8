#include "drivers/modbus/keys.hpp"

#include <algorithm>

namespace qrvend::modbus {

void Keys::forget() {
    ready_ = false;
    held_.reset();
    digits_seen_ = 0;
}

std::optional<Keys::Event> Keys::see(std::uint16_t value, MonotonicTime now) {
    if (value == keypad_.idle_value) {
        ready_ = true;
        held_.reset();
        return std::nullopt;
    }
    const bool same_press = keypad_.kind == Keypad::Kind::held && held_ == value;
    held_ = value;
    return ready_ && !same_press ? press(value, now) : std::nullopt;
}

std::optional<Keys::Event> Keys::press(std::uint16_t value, MonotonicTime now) {
    if (value == keypad_.cancel_value) {
        digits_seen_ = 0;
        return Event{.what = What::cancelled, .value = value};
    }
    if (keypad_.digits == 0) {
        return selection(value);
    }
    if (value < keypad_.zero_key || value > keypad_.zero_key + 9) {
        digits_seen_ = 0;
        return Event{.what = What::meaningless, .value = value};
    }
    if (digits_seen_ == 0 || now > last_digit_ + digit_patience) {
        digits_seen_ = 0;
        number_ = 0;
    }
    last_digit_ = now;
    number_ = number_ * 10 + (value - keypad_.zero_key);
    if (++digits_seen_ < keypad_.digits) {
        return std::nullopt;
    }
    digits_seen_ = 0;
    if (number_ > UINT16_MAX) {
        return Event{.what = What::meaningless, .value = value};
    }
    return selection(static_cast<std::uint16_t>(number_));
}

Keys::Event Keys::selection(std::uint16_t value) const {
    if (keypad_.entries.empty()) {
        return {.what = value != 0 ? What::selected : What::meaningless, .slot = Slot{value}, .value = value};
    }
    const auto entry = std::ranges::find(keypad_.entries, value, &Keypad::Entry::value);
    if (entry == keypad_.entries.end()) {
        return {.what = What::meaningless, .value = value};
    }
    return {.what = What::selected, .slot = entry->slot, .value = value};
}

}  // namespace qrvend::modbus
