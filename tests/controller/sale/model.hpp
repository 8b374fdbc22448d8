#pragma once
// A scene: the world of one sale, as small as it can be and still hold every trouble: the sale, the truth about its
// payment and its product, and marks that the checks keep. It plays the part of the loop around the sale: a step is
// taken as a whole, because that loop writes what happens elsewhere between two steps.
//
// Every way to go on from a scene is a Move. A rule that is broken on the way throws Violation.

#include <array>
#include <functional>
#include <stdexcept>
#include <vector>

#include "controller/sale/next_step.hpp"
#include "controller/sale/sale.hpp"
#include "tests/controller/sale/truth.hpp"

namespace qrvend::test {

class Violation : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What a move is about: the operation, or the stage of the sale, and what came of it.
enum class Happening : std::uint8_t {
    // a step
    answered,
    answered_early,  ///< a success that does not show the effect yet
    refunded_later,
    refused_impossible,
    refused_conflict,
    answer_lost,
    request_lost,
    delayed,
    unsent,
    spurious_refusal,
    spurious_impossible,
    crash_before_sending,
    crash_after_sending,
    crash_while_delayed,
    ask_answered,
    ask_lost,
    ask_not_found,
    polled,
    written,
    vend_not_prepared,
    vended,
    vend_failed,
    vend_unsent,
    vend_unknown_dropped,
    vend_unknown_stuck,
    vend_crash_dropped,
    vend_crash_stuck,
    machine_tells,
    machine_cannot_tell,
    // the customer
    opens_app,
    closes_app,
    approves,
    approves_too_little,
    approves_in_euro,
    declines,
    leaves,
    // the rest of the world
    expires,
    reservation_lapses,
    callback,
    withdrawn,
    restart,
    arrives_late,
    earlier_arrives_late,
    refund_completes,
    receipt_fails_on,
};

struct Move {
    Happening happening = Happening::answered;
    Operation operation = Operation::request;  ///< where it is about one
};

/// What the checks remember about an operation's attempts, told by the facts alone.
enum class KeyState : std::uint8_t { none, unclear, refused, shown_undone, done };

struct Scene {
    explicit Scene(Policy policy = {});

    Sale sale;
    Truth truth;
    Stamp now = stamp_at({});

    bool dropped = false;         ///< the product really did
    bool vended_once = false;     ///< a vend was commanded, or may have been
    bool vend_forbidden = false;  ///< by an intent to return money, the machine's withdrawal, or abandoning
    bool was_servable = false;    ///< in truth, when Authorized was written
    bool hard_fault = false;      ///< something beyond loss, delay, duplication and a crash before the vend
    std::array<KeyState, 7> keys{};

    /// Writes a fact down as the loop would, and checks what may be checked at this moment.
    void write(const Fact& fact);
    void write(const std::vector<Fact>& facts);

    const Payment* payment() const { return sale.first_payment(); }

private:
    void check_intent(const fact::Intended& intended);
    void check_vend() const;
    void follow_keys(const Fact& fact);
};

using Visit = std::function<void(Move, Scene&&)>;

/// Every outcome of `step`. The first is the calm one: everything answers and nothing is lost. There is none where
/// only time can help.
void take_step(const Scene& before, const Step& step, const Visit& visit);

/// Everything that can happen by itself.
void let_happen(const Scene& before, const Visit& visit);

}  // namespace qrvend::test
