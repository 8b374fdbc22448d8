#pragma once
// A vending machine and a cashless reader on one Multi-Drop Bus, in memory and on simulated time: bytes with their
// mode bits, 1.146 ms each, answers within 5 ms, and whatever fate does to them (MDB/ICP 4.2, section 2).
//
// One exchange takes place as a whole when it is due. Its bytes are told to the reader with the times at which they
// would arrive, which may lie some milliseconds beyond the time that pass_time() was called with.

#include <functional>
#include <vector>

#include "drivers/mdb/peripheral.hpp"
#include "drivers/mdb/vmc/faults.hpp"
#include "drivers/mdb/vmc/vmc.hpp"

namespace qrvend::mdb::vmc {

/// One exchange as it was meant, before fate, and what became of it.
struct Exchange {
    std::uint64_t number = 0;
    MonotonicTime at;
    Trouble trouble{};
    Frame command{};               ///< empty: a break
    std::vector<Frame> answers{};  ///< as the machine heard them; more than one after RET
    std::optional<std::uint8_t> reply{};
};

/// "12 12 -> 05 00 96 9B* ; 00", for logs and failing tests.
std::string to_string(const Exchange& exchange);

class Bus {
public:
    /// Both must outlive the bus; without a peripheral nobody answers.
    Bus(Vmc& vmc, Peripheral* peripheral, Fate fate = {});

    void connect(Peripheral* peripheral) { peripheral_ = peripheral; }
    void set_fate(Fate fate) { fate_ = std::move(fate); }
    /// Called after each exchange.
    void watch(std::function<void(const Exchange&)> watcher) { watchers_.push_back(std::move(watcher)); }

    MonotonicTime next_deadline() const;
    /// Does all that is due until `now`.
    void pass_time(MonotonicTime now);

    std::uint64_t exchanges() const { return exchanges_; }
    /// Answers of the reader to what was meant for another device.
    unsigned strays() const { return strays_; }

private:
    using Instant = std::chrono::time_point<MonotonicTag, std::chrono::microseconds>;

    void exchange();
    void strike(const Trouble& trouble);
    void converse(Exchange& exchange);
    Frame send(const Frame& frame);
    void serve_other_device();
    MonotonicTime now() const { return std::chrono::time_point_cast<milliseconds>(line_time_); }

    Vmc& vmc_;
    Peripheral* peripheral_;
    Fate fate_;
    std::vector<std::function<void(const Exchange&)>> watchers_;
    Instant line_time_{};
    std::uint64_t exchanges_ = 0;
    unsigned strays_ = 0;
};

}  // namespace qrvend::mdb::vmc
