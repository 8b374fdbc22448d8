#pragma once
// One wait on the Clock port that can be set anew and dropped, and that dies with its owner.

#include <functional>
#include <utility>

#include "controller/ports/clock.hpp"

namespace qrvend::mdb {

class Alarm {
public:
    /// `ring` is called from the event loop, once for each time that was set and has come. `clock` must outlive it.
    Alarm(Clock& clock, std::function<void()> ring) : clock_(clock), ring_(std::move(ring)) {}
    ~Alarm() { drop(); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    bool is_set() const { return wait_ != 0; }

    void set(MonotonicTime deadline) {
        drop();
        wait_ = clock_.call_at(deadline, [this] {
            wait_ = 0;
            ring_();
        });
    }

    void drop() {
        if (const std::uint64_t wait = std::exchange(wait_, 0); wait != 0) {
            clock_.cancel(wait);
        }
    }

private:
    Clock& clock_;
    std::function<void()> ring_;
    std::uint64_t wait_ = 0;
};

}  // namespace qrvend::mdb
