#include "drivers/mdb/vmc/mechanism.hpp"

#include <utility>

namespace qrvend::mdb::vmc {

namespace {

bool drops(Mood mood) {
    return mood == Mood::works || mood == Mood::blind;
}

}  // namespace

void Mechanism::start(MonotonicTime now) {
    turn_ = {.began = now, .time = motor_time_, .mood = mood_};
}

std::optional<Mechanism::End> Mechanism::finished(MonotonicTime now) {
    if (!turn_ || now < turn_->began + turn_->time) {
        return std::nullopt;
    }
    const Turn turn = *std::exchange(turn_, std::nullopt);
    const bool seen = turn.mood == Mood::works || (!has_sensor_ && turn.mood != Mood::jams);
    return End{.dropped = drops(turn.mood), .success = seen};
}

std::optional<Mechanism::End> Mechanism::cut_power(MonotonicTime now) {
    if (!turn_) {
        return std::nullopt;
    }
    const Turn turn = *std::exchange(turn_, std::nullopt);
    return End{.dropped = drops(turn.mood) && now - turn.began >= turn.time * 3 / 4, .success = false};
}

}  // namespace qrvend::mdb::vmc
