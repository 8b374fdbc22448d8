#include "controller/kiosk/describe.hpp"

#include <array>
#include <utility>

namespace qrvend {

namespace {

// In the order of the alternatives of Fact.
constexpr std::array<std::string_view, 25> fact_names{
    "Opened",         "Intended",  "Attempted",      "Requested", "Authorized", "Declined",    "Expired",
    "Approving",      "Asked",     "Absent",         "Left",      "Withdrawn",  "Captured",    "Cancelled",
    "RefundPending",  "Refunded",  "VendStarted",    "Vended",    "VendFailed", "VendUnknown", "ReceiptPosted",
    "ReceiptGivenUp", "Abandoned", "NeedsAttention", "Closed"};
static_assert(fact_names.size() == std::variant_size_v<Fact>);

struct Words {
    std::string operator()(const fact::Opened& opened) const {
        return "slot " + std::to_string(opened.selection.slot.number) + ", " + opened.product.name + ", " +
               to_string(opened.amount) + ", " + opened.provider;
    }
    std::string operator()(const fact::Intended& intended) const {
        return attempt_words(intended.operation, intended.attempt) + ", " + intended.reference.text();
    }
    std::string operator()(const fact::Attempted& attempted) const {
        return attempt_words(attempted.operation, attempted.attempt) + ", " +
               std::string(to_string(attempted.world)) + ": " + attempted.code;
    }
    std::string operator()(const fact::Authorized& authorized) const { return to_string(authorized.amount); }
    std::string operator()(const fact::Left& left) const { return std::string(to_string(left.reason)); }
    std::string operator()(const fact::Captured& captured) const { return to_string(captured.total); }
    std::string operator()(const fact::Cancelled& cancelled) const { return to_string(cancelled.total); }
    std::string operator()(const fact::RefundPending& pending) const { return to_string(pending.amount); }
    std::string operator()(const fact::Refunded& refunded) const { return to_string(refunded.total); }
    std::string operator()(const fact::Vended& vended) const { return vended.proof; }
    std::string operator()(const fact::VendFailed& failed) const { return failed.reason; }
    std::string operator()(const fact::VendUnknown& unknown) const { return unknown.reason; }
    std::string operator()(const fact::ReceiptGivenUp& given_up) const { return given_up.code; }
    std::string operator()(const fact::Abandoned& abandoned) const {
        return std::string(to_string(abandoned.reason));
    }
    std::string operator()(const fact::NeedsAttention& attention) const {
        return std::string(to_string(attention.reason));
    }
    std::string operator()(const fact::Closed& closed) const { return std::string(to_string(closed.result)); }
    template <class Plain>
    std::string operator()(const Plain&) const {
        return {};
    }

    static std::string attempt_words(Operation operation, std::uint32_t attempt) {
        return std::string(to_string(operation)) + " " + std::to_string(attempt);
    }
};

}  // namespace

std::string_view name_of(const Fact& fact) {
    return fact_names[fact.index()];
}

std::string describe(const Fact& fact) {
    return std::visit(Words{}, fact);
}

LogLevel level_of(const Fact& fact) {
    if (std::holds_alternative<fact::NeedsAttention>(fact)) {
        return LogLevel::error;
    }
    if (std::holds_alternative<fact::VendFailed>(fact) || std::holds_alternative<fact::VendUnknown>(fact) ||
        std::holds_alternative<fact::ReceiptGivenUp>(fact) || std::holds_alternative<fact::Attempted>(fact)) {
        return LogLevel::warning;
    }
    const bool begins_or_ends =
        std::holds_alternative<fact::Opened>(fact) || std::holds_alternative<fact::Closed>(fact);
    return begins_or_ends ? LogLevel::notice : LogLevel::info;
}

std::string_view to_string(Operation operation) {
    switch (operation) {
        case Operation::request:
            return "request";
        case Operation::capture:
            return "capture";
        case Operation::cancel_unapproved:
            return "cancel unless approved";
        case Operation::cancel:
            return "cancel";
        case Operation::refund:
            return "refund";
        case Operation::post_receipt:
            return "receipt";
        case Operation::ask:
            return "ask";
    }
    std::unreachable();
}

std::string_view to_string(World world) {
    switch (world) {
        case World::refused:
            return "refused";
        case World::unknown:
            return "unknown";
        case World::unsent:
            return "unsent";
    }
    std::unreachable();
}

std::string_view to_string(AttentionReason reason) {
    switch (reason) {
        case AttentionReason::amount_differs:
            return "approved for another amount than ordered";
        case AttentionReason::reference_taken:
            return "the provider knew our fresh reference";
        case AttentionReason::vend_unknown:
            return "nobody can tell whether the product dropped";
        case AttentionReason::cannot_capture:
            return "the product dropped and the money cannot be taken";
        case AttentionReason::cannot_return:
            return "the provider refuses to give the money back";
        case AttentionReason::takes_long:
            return "unsettled for a day";
        case AttentionReason::contradiction:
            return "the provider shows what cannot be";
    }
    std::unreachable();
}

std::string_view to_string(AbandonReason reason) {
    switch (reason) {
        case AbandonReason::restart:
            return "restart";
        case AbandonReason::provider_unreachable:
            return "the provider cannot be reached";
        case AbandonReason::capture_failed:
            return "the money could not be captured in time";
        case AbandonReason::machine_limit:
            return "the machine waits no longer";
        case AbandonReason::machine_not_ready:
            return "the machine cannot vend";
    }
    std::unreachable();
}

std::string_view to_string(LeftReason reason) {
    switch (reason) {
        case LeftReason::timeout:
            return "timeout";
        case LeftReason::cancelled:
            return "cancelled";
        case LeftReason::other_selection:
            return "another product was selected";
        case LeftReason::stopping:
            return "qrvend is stopping";
    }
    std::unreachable();
}

std::string_view to_string(SaleResult result) {
    switch (result) {
        case SaleResult::sold:
            return "sold";
        case SaleResult::not_paid:
            return "not paid";
        case SaleResult::returned:
            return "money returned";
        case SaleResult::given_away:
            return "given away";
    }
    std::unreachable();
}

}  // namespace qrvend
