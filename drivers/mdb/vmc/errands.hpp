#pragma once
// What a machine still has to say to its reader, in order. A command is repeated until it is acknowledged, with a
// POLL between (MDB/ICP 4.2, 2.5 and appendix), except RESET: before that is heard, a POLL would bring what was
// meant for a sale that the machine has forgotten. Some are over only when the reader's own message has come, by
// that answer or a later POLL.

#include <cstdint>
#include <deque>
#include <optional>

#include "controller/base/time.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb::vmc {

enum class Task : std::uint8_t {
    reset,
    await_reset,
    config,
    prices,
    identity,
    options,
    wide_prices,
    enable,
    request,
    cancel,
    success,
    failure,
    poll_after_failure,
    complete,
    complete_again,
    cash_sale,
};

struct Errand {
    Task task = Task::reset;
    Block block{};        ///< empty: nothing is said, only polled
    bool awaits = false;  ///< over with the reader's message, which finish() tells; else with any answer
    unsigned copies = 1;  ///< sent that often, each acknowledged
    MonotonicTime not_before{};
    std::optional<MonotonicTime> first_sent{};
};

class Errands {
public:
    void add(Errand errand) { errands_.push_back(std::move(errand)); }
    void clear();

    bool empty() const { return errands_.empty(); }
    /// What is being said or waited for.
    std::optional<Task> current() const;
    /// Since when the reader's message is awaited; nothing where none is.
    std::optional<MonotonicTime> waits_since() const;

    /// The block for the exchange that begins; nothing: a POLL.
    std::optional<Block> next(MonotonicTime now);

    /// That exchange had an answer; true where the current errand is over with it. Ask current() before.
    bool answered();
    void unanswered();

    /// The reader's own message has come.
    void finish();

private:
    std::deque<Errand> errands_;
    bool said_ = false;          // the exchange that runs is the current errand's
    unsigned acknowledged_ = 0;  // copies of the current errand
    bool poll_between_ = false;
};

}  // namespace qrvend::mdb::vmc
