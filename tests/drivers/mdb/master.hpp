#pragma once
// The bus master as a transcript that a reader can follow. One line each:
//
//     13 00 00 96 00 05 -> 00*        what the machine sends (without its checksum) and what must come back, byte
//                                     for byte; * is the mode bit, - is silence. Data is acknowledged
//     12 -> 05 00 96 9B* lost         as above, but the answer is not acknowledged: lost (nothing), NAK, RET (the
//                                     same must come again, and is acknowledged), or any byte such as 01
//     raw 12* 13 -> -                 exactly these bytes
//     wait 5s (or 4ms)                nobody speaks
//     bus reset, begin fresh, approve 150, deny, begin session, end session
//     ! taken                         the next event, or its beginning. Those that only inform (ready, not ready,
//                                     odd) may be left out, all others must be there
//
// # begins a comment.

#include <deque>
#include <string>
#include <string_view>

#include "drivers/mdb/peripheral.hpp"

namespace qrvend::mdb::test {

/// EUR, scale 1, two decimals, Always Idle and 32-bit money on offer.
ReaderSettings reader_settings();

/// An event in a line: "requested 1.50 EUR 5", "withdrawn: cancelled at the machine", "vended 5: VEND SUCCESS".
std::string describe(const Event& event);

class Master {
public:
    /// A peripheral that has begun fresh and has not been polled.
    explicit Master(ReaderSettings settings = reader_settings());

    void plays(std::string_view transcript);

    /// The usual way to an enabled reader, level 3, with Always Idle.
    void sets_up();
    /// And to one of a level 2 machine without any options.
    void sets_up_plainly();

    Peripheral& peripheral() { return peripheral_; }
    MonotonicTime now() const { return now_; }

private:
    void play(const std::string& line);
    void exchange(const std::string& line, const std::string& sent, const std::string& expected);
    void call(const std::string& line);
    void expect_event(const std::string& expected);
    void expect_no_more(const std::string& before);

    Frame send(const Frame& frame);
    Frame pass(milliseconds time);
    void drain();

    Peripheral peripheral_;
    Currency currency_;
    MonotonicTime now_{milliseconds{100'000}};
    std::deque<std::string> events_;
};

}  // namespace qrvend::mdb::test
