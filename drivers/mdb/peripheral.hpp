#pragma once
// The cashless device as the bus meets it: bytes with their mode bit in, bytes out, time as a parameter. Levels 1
// to 3, addresses 10h and 60h, Always Idle and 32-bit money by agreement. Source: NAMA MDB/ICP 4.2, sections 2
// and 7.
//
// Every data block is repeated until the machine's ACK; RET repeats it at once; silence or NAK at the next poll. A
// block with a bad checksum gets no answer. A bus reset may come at any moment.

#include <memory>
#include <optional>

#include "drivers/mdb/reader.hpp"
#include "drivers/mdb/settings.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb {

class Peripheral final : public Reader {
public:
    /// Until begin_fresh() a vend of an earlier run may be under way: polls are acknowledged, VEND SUCCESS and VEND
    /// FAILURE are taken and told as such.
    explicit Peripheral(ReaderSettings settings);
    ~Peripheral() override;

    /// One byte from the bus. What comes back is to be sent within longest_response; empty: silence.
    Frame receive(Byte byte, MonotonicTime now);

    /// The bus was held low for at least shortest_break: the power-on state.
    void bus_reset(MonotonicTime now);

    /// Nothing was received for a while: what was waiting for an ACK has not got one; a half block is dropped; a
    /// machine that has not polled for the non-response time is gone. Call it at next_deadline(). What comes back
    /// is to be sent like that of receive(): the answer to a block whose end only the silence behind it shows.
    Frame pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const;

    void begin_fresh() override;
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
