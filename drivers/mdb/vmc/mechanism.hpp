#pragma once
// The spirals and motors of a vending machine, and the sensor under them. What happened and what the machine
// believes are two things: a product may hang in the spiral, and a sensor may be blind.

#include <cstdint>
#include <optional>

#include "controller/base/time.hpp"

namespace qrvend::mdb::vmc {

enum class Mood : std::uint8_t {
    works,   ///< the motor turns, the product falls
    jams,    ///< the motor is stuck, and the machine knows
    misses,  ///< the motor turns, nothing falls
    blind,   ///< the product falls, the sensor does not see it
};

class Mechanism {
public:
    struct End {
        bool dropped = false;  ///< the truth
        bool success = false;  ///< what the machine believes
        bool operator==(const End&) const = default;
    };

    Mechanism(milliseconds motor_time, bool has_sensor) : motor_time_(motor_time), has_sensor_(has_sensor) {}

    /// Of motors that start from now on.
    void set_mood(Mood mood) { mood_ = mood; }
    void set_motor_time(milliseconds time) { motor_time_ = time; }

    bool turns() const { return turn_.has_value(); }
    void start(MonotonicTime now);

    /// How the turn ended, once it has.
    std::optional<End> finished(MonotonicTime now);

    /// The motor stops where it is: the product has fallen where three quarters of the turn were done.
    std::optional<End> cut_power(MonotonicTime now);

private:
    struct Turn {
        MonotonicTime began;
        milliseconds time;
        Mood mood;
    };

    milliseconds motor_time_;
    bool has_sensor_;
    Mood mood_ = Mood::works;
    std::optional<Turn> turn_;
};

}  // namespace qrvend::mdb::vmc
