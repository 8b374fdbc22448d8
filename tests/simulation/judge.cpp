#include "tests/simulation/judge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "controller/kiosk/describe.hpp"

namespace qrvend::simulation {

namespace {

/// What the journal says of a sale, as far as a judge may look.
struct Listing {
    SaleId sale;
    std::set<std::string> references{};
    std::set<AttentionReason> reasons{};
    std::optional<SaleResult> result{};
};

class Judge {
public:
    Judge(World& world, CustomerNo last) : world_(world), last_(last) {
        read_journal();
        for (PaymentTruth& payment : world_.system().payments(world_.outside().now())) {
            payments_.emplace(payment.reference, std::move(payment));
        }
    }

    // What was lost comes before what was left undone: the first violation is the one that is explained.
    Verdict verdict() {
        verdict_.violations = world_.violations();
        const auto& on_the_wire = world_.rules().violations();
        verdict_.violations.insert(verdict_.violations.end(), on_the_wire.begin(), on_the_wire.end());
        for (const Customer& customer : world_.crowd().customers()) {
            judge_customer(customer);
        }
        for (const auto& [reference, payment] : payments_) {
            judge_payment(payment);
        }
        for (const auto& [id, listing] : sales_) {
            judge_sale(listing);
        }
        judge_calm();
        return std::move(verdict_);
    }

private:
    void read_journal() {
        for (const Record& record : world_.disk().records()) {
            Listing& listing = sales_[record.sale];
            listing.sale = record.sale;
            if (const auto* intended = std::get_if<fact::Intended>(&record.fact)) {
                listing.references.insert(intended->reference.text());
                sale_of_[intended->reference.text()] = record.sale;
            } else if (const auto* attention = std::get_if<fact::NeedsAttention>(&record.fact)) {
                listing.reasons.insert(attention->reason);
            } else if (const auto* closed = std::get_if<fact::Closed>(&record.fact)) {
                listing.result = closed->result;
            }
        }
    }

    // ---- each sale ends, or is listed for a reason that the weather explains

    void judge_sale(const Listing& listing) {
        count(listing);
        if (!listing.result && std::ranges::none_of(listing.reasons, needs_somebody)) {
            broken("9: every sale ends", listing.sale.text(), "neither closed nor listed");
        }
        for (const AttentionReason reason : listing.reasons) {
            if (!is_explained(reason)) {
                broken("9: a sale is listed only for a listed reason", listing.sale.text(),
                       "listed as " + std::string(to_string(reason)));
            }
        }
    }

    // An approval of another amount is listed, and given back without anybody's help.
    static bool needs_somebody(AttentionReason reason) { return reason != AttentionReason::amount_differs; }

    void count(const Listing& listing) {
        Tally& tally = verdict_.tally;
        ++tally.opened;
        tally.listed += listing.reasons.empty() ? 0 : 1;
        tally.sold += listing.result == SaleResult::sold ? 1 : 0;
        tally.not_paid += listing.result == SaleResult::not_paid ? 1 : 0;
        tally.returned += listing.result == SaleResult::returned ? 1 : 0;
        tally.given_away += listing.result == SaleResult::given_away ? 1 : 0;
    }

    bool is_explained(AttentionReason reason) const {
        const Fate& fate = world_.outside().fate;
        switch (reason) {
            case AttentionReason::reference_taken:  // a gateway's 409 in the provider's place says just that
                return fate.has_struck(Trouble::gateway_answers);
            case AttentionReason::vend_unknown:
                return world_.settings().unknown_vend == UnknownVend::attention && machine_was_silent();
            case AttentionReason::takes_long:
                return fate.has_struck(Trouble::outage);
            case AttentionReason::amount_differs:
                return fate.has_struck(Trouble::approves_other_amount);
            case AttentionReason::cannot_capture:
            case AttentionReason::cannot_return:
            case AttentionReason::contradiction:
                return false;
        }
        std::unreachable();
    }

    bool machine_was_silent() const {
        return std::ranges::any_of(world_.board().requests(), [](const auto& one) { return one.second.silent; });
    }

    // ---- no money is left where it does not belong

    void judge_payment(const PaymentTruth& payment) {
        if (is_listed(payment.reference)) {
            return;
        }
        if (payment.authorized > 0 && payment.reserved() != 0) {
            broken("3: no reservation is left behind", payment.reference,
                   std::to_string(payment.reserved()) + " of " + std::to_string(payment.authorized) +
                       " are neither captured nor freed");
        }
        if (payment.may_be_approved && is_known_to_somebody(payment.reference)) {
            broken("3: no payment is left open", payment.reference, "a customer could still approve it");
        }
        if (payment.refunded + payment.refund_pending > payment.captured) {
            broken("1: nothing is returned twice", payment.reference, "more came back than was taken");
        }
        const bool ours = sale_of_.contains(payment.reference);
        if (!ours) {
            broken("4: nothing leaves before its intent is on disk", payment.reference,
                   "a payment that no journalled intent has made");
        }
    }

    // One that was made by a request days under way ends by itself: nobody has its code.
    bool is_known_to_somebody(const std::string& reference) const {
        return std::ranges::any_of(world_.crowd().customers(),
                                   [&](const Customer& customer) { return customer.reference == reference; });
    }

    // For a reason that excuses what is not settled.
    bool is_listed(const std::string& reference) const {
        const auto sale = sale_of_.find(reference);
        return sale != sale_of_.end() &&
               std::ranges::any_of(sales_.at(sale->second).reasons, [this](AttentionReason reason) {
                   return needs_somebody(reason) && is_explained(reason);
               });
    }

    // ---- each customer has paid for what they got, and for nothing else

    void judge_customer(const Customer& customer) {
        const std::int64_t goods = drops_for(customer.no) * customer.wants.price_minor;
        const auto payment = payments_.find(customer.reference);
        const std::int64_t kept = payment == payments_.end() ? 0 : payment->second.kept();
        if (kept == goods || is_listed(customer.reference)) {
            return;
        }
        if (was_silent_for(customer.no)) {
            ++verdict_.tally.unknown_vends;
            judge_unknown_vend(customer, kept);
            return;
        }
        broken("1: money and goods agree", customer.reference,
               "customer " + std::to_string(customer.no) + " got goods for " + std::to_string(goods) +
                   " and paid " + std::to_string(kept));
    }

    // Where the machine could not tell, the policy decides: all or nothing.
    void judge_unknown_vend(const Customer& customer, std::int64_t kept) {
        const bool charges = world_.settings().unknown_vend == UnknownVend::charge;
        if (kept != (charges ? customer.wants.price_minor : 0)) {
            broken("1: an unknown vend is settled as the policy says", customer.reference,
                   "customer " + std::to_string(customer.no) + " paid " + std::to_string(kept));
        }
    }

    std::int64_t drops_for(CustomerNo no) const {
        std::int64_t drops = 0;
        for (const auto& [id, request] : world_.board().requests()) {
            drops += request.customer == no ? request.drops : 0;
        }
        return drops;
    }

    bool was_silent_for(CustomerNo no) const {
        return std::ranges::any_of(world_.board().requests(), [no](const auto& one) {
            return one.second.customer == no && one.second.silent;
        });
    }

    // ---- in the calm the machine sells again

    void judge_calm() {
        if (drops_for(last_) != 1) {
            broken("9: after the faults stop, the machine sells", {},
                   "customer " + std::to_string(last_) + " came in the calm and got nothing");
        }
    }

    void broken(std::string promise, std::string who, std::string detail) {
        verdict_.violations.push_back(
            {.promise = std::move(promise), .who = std::move(who), .detail = std::move(detail)});
    }

    World& world_;
    CustomerNo last_;
    std::map<SaleId, Listing> sales_;
    std::map<std::string, SaleId> sale_of_;  // by reference
    std::map<std::string, PaymentTruth> payments_;
    Verdict verdict_;
};

}  // namespace

Verdict judge(World& world, CustomerNo last) {
    return Judge(world, last).verdict();
}

}  // namespace qrvend::simulation
