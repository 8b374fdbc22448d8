#include "drivers/mdb/vmc/errands.hpp"

#include <utility>

namespace qrvend::mdb::vmc {

void Errands::clear() {
    *this = {};
}

std::optional<Task> Errands::current() const {
    return errands_.empty() ? std::nullopt : std::optional(errands_.front().task);
}

std::optional<MonotonicTime> Errands::waits_since() const {
    return errands_.empty() || !errands_.front().awaits ? std::nullopt : errands_.front().first_sent;
}

std::optional<Block> Errands::next(MonotonicTime now) {
    said_ = false;
    if (errands_.empty() || now < errands_.front().not_before) {
        return std::nullopt;
    }
    Errand& errand = errands_.front();
    const bool polls = errand.block.empty() || acknowledged_ >= errand.copies;
    if (std::exchange(poll_between_, false) && !polls) {
        return std::nullopt;
    }
    errand.first_sent = errand.first_sent.value_or(now);
    said_ = true;
    return polls ? std::nullopt : std::optional(errand.block);
}

bool Errands::answered() {
    if (!std::exchange(said_, false)) {
        return false;
    }
    Errand& errand = errands_.front();
    ++acknowledged_;
    if (errand.awaits || acknowledged_ < errand.copies) {
        return false;
    }
    finish();
    return true;
}

void Errands::unanswered() {
    poll_between_ = std::exchange(said_, false) && errands_.front().task != Task::reset;
}

void Errands::finish() {
    errands_.pop_front();
    said_ = false;
    acknowledged_ = 0;
    poll_between_ = false;
}

}  // namespace qrvend::mdb::vmc
