#include "drivers/sqlite/fact_names.hpp"

#include <variant>

namespace qrvend::sqlite {

// No switch here has a default: the compiler then refuses an enum value without a name.

std::string_view name_of(Operation value) {
    switch (value) {
        case Operation::request:
            return "request";
        case Operation::capture:
            return "capture";
        case Operation::cancel_unapproved:
            return "cancel_unapproved";
        case Operation::cancel:
            return "cancel";
        case Operation::refund:
            return "refund";
        case Operation::post_receipt:
            return "post_receipt";
        case Operation::ask:
            return "ask";
    }
    return {};
}

std::string_view name_of(World value) {
    switch (value) {
        case World::refused:
            return "refused";
        case World::unknown:
            return "unknown";
        case World::unsent:
            return "unsent";
    }
    return {};
}

std::string_view name_of(Refusal value) {
    switch (value) {
        case Refusal::other:
            return "other";
        case Refusal::conflict:
            return "conflict";
        case Refusal::impossible:
            return "impossible";
    }
    return {};
}

std::string_view name_of(LeftReason value) {
    switch (value) {
        case LeftReason::timeout:
            return "timeout";
        case LeftReason::cancelled:
            return "cancelled";
        case LeftReason::other_selection:
            return "other_selection";
        case LeftReason::stopping:
            return "stopping";
    }
    return {};
}

std::string_view name_of(AbandonReason value) {
    switch (value) {
        case AbandonReason::restart:
            return "restart";
        case AbandonReason::provider_unreachable:
            return "provider_unreachable";
        case AbandonReason::capture_failed:
            return "capture_failed";
        case AbandonReason::machine_limit:
            return "machine_limit";
        case AbandonReason::machine_not_ready:
            return "machine_not_ready";
    }
    return {};
}

std::string_view name_of(AttentionReason value) {
    switch (value) {
        case AttentionReason::amount_differs:
            return "amount_differs";
        case AttentionReason::reference_taken:
            return "reference_taken";
        case AttentionReason::vend_unknown:
            return "vend_unknown";
        case AttentionReason::cannot_capture:
            return "cannot_capture";
        case AttentionReason::cannot_return:
            return "cannot_return";
        case AttentionReason::takes_long:
            return "takes_long";
        case AttentionReason::contradiction:
            return "contradiction";
    }
    return {};
}

std::string_view name_of(SaleResult value) {
    switch (value) {
        case SaleResult::sold:
            return "sold";
        case SaleResult::not_paid:
            return "not_paid";
        case SaleResult::returned:
            return "returned";
        case SaleResult::given_away:
            return "given_away";
    }
    return {};
}

std::string_view name_of(CaptureOrder value) {
    switch (value) {
        case CaptureOrder::before_vend:
            return "before_vend";
        case CaptureOrder::after_vend:
            return "after_vend";
    }
    return {};
}

std::string_view name_of(UnknownVend value) {
    switch (value) {
        case UnknownVend::refund:
            return "refund";
        case UnknownVend::charge:
            return "charge";
        case UnknownVend::attention:
            return "attention";
    }
    return {};
}

std::string_view name_of(ToShow::Kind value) {
    switch (value) {
        case ToShow::Kind::qr_text:
            return "qr_text";
        case ToShow::Kind::picture_url:
            return "picture_url";
    }
    return {};
}

namespace {

// One overload for each alternative: a new fact does not compile until it has a name.
struct KindName {
    std::string_view operator()(const fact::Opened&) const { return "opened"; }
    std::string_view operator()(const fact::Intended&) const { return "intended"; }
    std::string_view operator()(const fact::Attempted&) const { return "attempted"; }
    std::string_view operator()(const fact::Requested&) const { return "requested"; }
    std::string_view operator()(const fact::Authorized&) const { return "authorized"; }
    std::string_view operator()(const fact::Declined&) const { return "declined"; }
    std::string_view operator()(const fact::Expired&) const { return "expired"; }
    std::string_view operator()(const fact::Approving&) const { return "approving"; }
    std::string_view operator()(const fact::Asked&) const { return "asked"; }
    std::string_view operator()(const fact::Absent&) const { return "absent"; }
    std::string_view operator()(const fact::Left&) const { return "left"; }
    std::string_view operator()(const fact::Withdrawn&) const { return "withdrawn"; }
    std::string_view operator()(const fact::Captured&) const { return "captured"; }
    std::string_view operator()(const fact::Cancelled&) const { return "cancelled"; }
    std::string_view operator()(const fact::RefundPending&) const { return "refund_pending"; }
    std::string_view operator()(const fact::Refunded&) const { return "refunded"; }
    std::string_view operator()(const fact::VendStarted&) const { return "vend_started"; }
    std::string_view operator()(const fact::Vended&) const { return "vended"; }
    std::string_view operator()(const fact::VendFailed&) const { return "vend_failed"; }
    std::string_view operator()(const fact::VendUnknown&) const { return "vend_unknown"; }
    std::string_view operator()(const fact::ReceiptPosted&) const { return "receipt_posted"; }
    std::string_view operator()(const fact::ReceiptGivenUp&) const { return "receipt_given_up"; }
    std::string_view operator()(const fact::Abandoned&) const { return "abandoned"; }
    std::string_view operator()(const fact::NeedsAttention&) const { return "needs_attention"; }
    std::string_view operator()(const fact::Closed&) const { return "closed"; }
};

}  // namespace

std::string_view kind_of(const Fact& fact) {
    return std::visit(KindName{}, fact);
}

}  // namespace qrvend::sqlite
