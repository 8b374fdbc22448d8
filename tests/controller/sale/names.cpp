#include <string>

#include "tests/controller/sale/checks.hpp"

namespace qrvend::test {

namespace {

std::string name(Operation operation) {
    static constexpr std::array names{"request", "capture", "cancel_unapproved", "cancel", "refund",
                                      "receipt", "ask"};
    return names.at(static_cast<std::size_t>(operation));
}

std::string name(Happening happening) {
    static constexpr std::array names{"answered",
                                      "answered, not shown yet",
                                      "answered, the refund comes later",
                                      "refused as impossible",
                                      "refused as a conflict",
                                      "answer lost",
                                      "request lost",
                                      "request delayed",
                                      "unsent",
                                      "refused for no reason",
                                      "refused as impossible for no reason",
                                      "crash before sending",
                                      "crash after sending",
                                      "crash, request delayed",
                                      "answered",
                                      "answer lost",
                                      "not found by mistake",
                                      "poll brings news",
                                      "written",
                                      "vend cannot be prepared",
                                      "vended",
                                      "vend failed",
                                      "vend unsent",
                                      "vend unknown, dropped",
                                      "vend unknown, not dropped",
                                      "crash in vend, dropped",
                                      "crash in vend, not dropped",
                                      "machine tells",
                                      "machine cannot tell",
                                      "customer opens the app",
                                      "customer closes the app",
                                      "customer approves",
                                      "customer approves too little",
                                      "customer approves in euro",
                                      "customer declines",
                                      "customer leaves",
                                      "payment expires",
                                      "reservation lapses",
                                      "callback: authorized",
                                      "machine withdraws",
                                      "restart",
                                      "delayed request arrives",
                                      "delayed earlier request arrives",
                                      "refund completes",
                                      "receipt fails on and on"};
    static_assert(names.size() == static_cast<std::size_t>(Happening::receipt_fails_on) + 1);
    return names.at(static_cast<std::size_t>(happening));
}

bool names_operation(Happening happening) {
    return happening <= Happening::ask_not_found || happening == Happening::arrives_late ||
           happening == Happening::earlier_arrives_late;
}

std::string number(auto value) {
    return std::to_string(static_cast<std::int64_t>(value));
}

}  // namespace

std::string to_string(Move move) {
    return (names_operation(move.happening) ? name(move.operation) + ": " : "") + name(move.happening);
}

// Enumerations are written as numbers: this is read next to the headers, by whoever repairs the code.
std::string describe(const Scene& scene) {
    const Truth& truth = scene.truth;
    std::string text = "truth: phase " + number(truth.phase) + ", approved " + number(truth.approved) +
                       (truth.captured ? ", captured" : "") + (truth.freed ? ", freed" : "") +
                       (truth.refunded ? ", refunded" : "") + (truth.refund_on_way ? ", refund on its way" : "") +
                       (scene.dropped ? ", product dropped" : "") + "\n";
    const Sale& sale = scene.sale;
    text += "sale: goal " + number(goal_of(sale)) + ", vend " + number(sale.vend) + (sale.left ? ", left" : "") +
            (sale.withdrawn ? ", withdrawn" : "") + (sale.abandoned ? ", abandoned" : "") +
            (sale.result ? ", closed as " + number(*sale.result) : "") + ", step " +
            number(next_step(sale, scene.now).step.index());
    for (const AttentionReason reason : sale.attention) {
        text += ", listed for " + number(reason);
    }
    for (const Payment& payment : sale.payments) {
        text += "\npayment: standing " + number(payment.standing) + ", authorized " +
                number(payment.authorized_minor) + ", captured " + number(payment.captured_minor) + ", cancelled " +
                number(payment.cancelled_minor) + ", refunded " + number(payment.refunded_minor);
        for (std::size_t at = 0; at < payment.attempts.size(); ++at) {
            const Attempts& attempts = payment.attempts[at];
            if (attempts.standing != Attempts::Standing::none) {
                text += "\n  " + name(static_cast<Operation>(at)) + ": standing " + number(attempts.standing) +
                        ", number " + number(attempts.number) + (attempts.doubt ? ", doubt" : "");
            }
        }
    }
    return text;
}

}  // namespace qrvend::test
