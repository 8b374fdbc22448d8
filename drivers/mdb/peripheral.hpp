#pragma once
// The cashless device as the bus meets it: bytes with their mode bit in, bytes out, time as a parameter. Levels 1
// to 3, addresses 10h and 60h, Always Idle and 32-bit money by agreement. Source: NAMA MDB/ICP 4.2, sections 2
// and 7.
//
// Every data block is repeated until the machine's ACK; RET repeats it at once; silence or NAK at the next poll. A
// block with a bad checksum gets no answer. A bus reset may come at any moment.

#include <deque>
#include <memory>
#include <optional>

#include "drivers/mdb/reader.hpp"
#include "drivers/mdb/settings.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb {

/// How the peripheral begins.
enum class Beginning : std::uint8_t {
    fresh,      ///< JUST RESET is the first answer to a poll
    vend_open,  ///< a vend of an earlier run may be under way: VEND SUCCESS and VEND FAILURE are taken (and told as
                ///< such) and polls are acknowledged, until begin_fresh()
};

class Peripheral final : public Reader {
public:
    Peripheral(ReaderSettings settings, Beginning beginning);
    ~Peripheral() override;

    /// One byte from the bus. What comes back is to be sent within longest_response; empty: silence.
    Frame receive(Byte byte, MonotonicTime now);

    /// The bus was held low for at least shortest_break: the power-on state.
    void bus_reset(MonotonicTime now);

    /// Nothing was received for a while: what was waiting for an ACK has not got one; a half block is dropped; a
    /// machine that has not polled for the non-response time is gone. Call it at next_deadline().
    void pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const;

    /// The vend of the earlier run is settled: JUST RESET at the next poll.
    void begin_fresh();

    void approve(Money amount) override;
    void deny() override;
    void begin_session() override;
    void end_session() override;
    bool always_idle() const override;
    std::optional<Event> next_event() override;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace qrvend::mdb
