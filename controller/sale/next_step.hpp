#pragma once
// What a sale does next. Pure: it touches nothing and knows no clock but the `now` that it is given. Recovery is no
// special case, because a sale read from the journal is asked the same question.
//
// Rules that hold here and are checked over every reachable sequence of facts in tests/controller/sale:
//  - an act that may have happened is found out about, or repeated under its own key; a new key follows only a
//  definite
//    refusal and an answer of the provider that shows the act undone;
//  - Vend needs a servable approval, nothing withdrawn or abandoned, and no intent that could return the money;
//  - whatever cannot be served is given back, however long that takes.

#include <cstdint>
#include <variant>

#include "controller/sale/sale.hpp"

namespace qrvend {

namespace step {

/// Send one operation: a new attempt, or (`repeat`) the latest one again under its key and with its bytes.
struct Call {
    PaymentNo payment;
    Operation operation = Operation::request;
    std::uint32_t attempt = 1;
    bool repeat = false;
    Money amount;
    bool operator==(const Call&) const = default;
};

/// Wait for the customer, asking the provider at the poll interval, at most until `until`.
struct AwaitPayment {
    PaymentNo payment;
    MonotonicTime until;
    bool operator==(const AwaitPayment&) const = default;
};

struct Vend {
    PaymentNo payment;
    bool operator==(const Vend&) const = default;
};

struct AskProvider {
    PaymentNo payment;
    bool operator==(const AskProvider&) const = default;
};

/// After a restart: what became of the vend.
struct AskMachine {
    bool operator==(const AskMachine&) const = default;
};

/// A decision that needs no act: write it down.
struct Write {
    Fact fact;
    bool operator==(const Write&) const = default;
};

/// Nothing to do until something happens.
struct Rest {
    bool operator==(const Rest&) const = default;
};

}  // namespace step

using Step = std::variant<step::Call, step::AwaitPayment, step::Vend, step::AskProvider, step::AskMachine,
                          step::Write, step::Rest>;

struct Next {
    Step step;
    MonotonicTime not_before{};  ///< wait until then, and ask again: the answer may have changed with the time
};

/// After so many failures in a row a sale is listed; at one try an hour that is about a day.
inline constexpr std::uint32_t failures_of_a_day = 34;

Next next_step(const Sale& sale, const Stamp& now);

/// How long to wait after that many failures in a row: `base`, doubling, at most an hour.
milliseconds backoff(milliseconds base, std::uint32_t failures);

}  // namespace qrvend
