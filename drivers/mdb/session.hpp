#pragma once
// A session of the cashless reader (MDB/ICP 4.2, section 7): opened by the machine's first request (Always Idle),
// or by the reader's BEGIN SESSION. Only SESSION COMPLETE ends it; a reader that wants it over asks for that, and
// asks again where nothing follows.

#include <deque>
#include <optional>

#include "drivers/mdb/outbox.hpp"
#include "drivers/mdb/reader.hpp"

namespace qrvend::mdb {

class Session {
public:
    /// Both must outlive it: what the machine is told, what the driver above is told.
    Session(Outbox& outbox, std::deque<Event>& events) : outbox_(outbox), events_(events) {}

    bool open() const { return of_ != Of::nobody; }

    // What the machine says.

    /// Something was asked for: the machine has done with the session before, and with being asked to end this one.
    void enter();
    /// SESSION COMPLETE or a reset.
    void leave();
    void begin_heard();
    void end_request_heard(MonotonicTime now);
    /// The machine goes on as one does that has heard BEGIN SESSION, although we missed its ACK.
    void assume_begin_heard();
    /// The machine wants no session now: BEGIN SESSION is not repeated.
    void drop_begin();

    // What the driver says.

    void begin(bool possible, std::uint16_t country_code);
    void end(bool possible);

    void pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const;

private:
    enum class Of : std::uint8_t { nobody, machine, reader };

    void forget_end_request();

    Outbox& outbox_;
    std::deque<Event>& events_;
    Of of_ = Of::nobody;
    std::optional<MonotonicTime> ask_again_;
};

}  // namespace qrvend::mdb
