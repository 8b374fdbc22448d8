#pragma once
// Did money and goods agree? Judged by the payment system's books and the machine's own record; the journal only
// says which payment and which vend belong to which sale.

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/kiosk/describe.hpp"
#include "controller/ports/journal.hpp"
#include "drivers/simulated/machine.hpp"
#include "tests/support/payment_book.hpp"

namespace qrvend::test {

/// One payment as its payment system's books show it in the end.
struct BookedPayment {
    PaymentReference reference;
    PaymentAmounts amounts;
    bool pending = false;  ///< somebody could still approve it
    int captures = 0;      ///< that took effect, as refunds did
    int refunds = 0;
};

inline std::vector<BookedPayment> booked(const PaymentBook& book) {
    std::vector<BookedPayment> payments;
    for (const auto& entry : book.entries()) {
        payments.push_back({.reference = entry.reference,
                            .amounts = entry.status.amounts,
                            .pending = entry.status.state == PaymentStatus::State::pending,
                            .captures = entry.captures,
                            .refunds = entry.refunds});
    }
    return payments;
}

/// One broken promise a line; empty where all were kept. `records` are those of a disk whose sales had time to end.
class Judge {
public:
    Judge(const PaymentBook& book, const std::vector<Record>& records, const std::filesystem::path& machine_record)
        : Judge(booked(book), records, machine_record) {}
    Judge(std::vector<BookedPayment> payments, const std::vector<Record>& records,
          const std::filesystem::path& machine_record)
        : payments_(std::move(payments)), deeds_(simulated::Machine::read_record(machine_record)) {
        for (const Record& record : records) {
            read(record);
        }
    }

    std::vector<std::string> verdict() {
        for (const auto& [id, sale] : sales_) {
            judge(id, sale);
        }
        for (const BookedPayment& payment : payments_) {
            const bool ours = std::ranges::any_of(
                sales_, [&](const auto& sale) { return sale.second.payments.contains(payment.reference); });
            require(ours, payment.reference.text(), "a payment that no journalled intent made");
        }
        for (const auto& deed : deeds_) {
            const bool ours = std::ranges::any_of(
                sales_, [&](const auto& sale) { return sale.second.tickets.contains(deed.vend); });
            require(ours || deed.what == simulated::Deed::What::started, deed.vend,
                    "a vend that no journalled intent commanded");
        }
        return broken_;
    }

    std::size_t dropped() const { return count(simulated::Deed::What::dropped, nullptr); }

private:
    struct JudgedSale {
        Money price;
        UnknownVend unknown_vend = UnknownVend::refund;
        std::set<PaymentReference> payments;
        std::set<std::string> tickets;
        bool authorized = false;
        bool authorized_before_vend = false;
        bool vend_unknown = false;
        bool listed = false;
        bool closed = false;
        std::string story;
    };

    void read(const Record& record) {
        if (const auto* opened = std::get_if<fact::Opened>(&record.fact)) {
            sales_.emplace(record.sale,
                           JudgedSale{.price = opened->amount, .unknown_vend = opened->policy.unknown_vend});
        }
        const auto found = sales_.find(record.sale);
        if (found == sales_.end()) {
            broken_.push_back(record.sale.text() + ": " + std::string(name_of(record.fact)) +
                              " without a beginning");
            return;
        }
        JudgedSale& sale = found->second;
        sale.story.append(" ").append(name_of(record.fact));
        if (const auto* intended = std::get_if<fact::Intended>(&record.fact)) {
            sale.payments.insert(intended->reference);
        }
        if (const auto* started = std::get_if<fact::VendStarted>(&record.fact)) {
            sale.tickets.insert(started->ticket.state);
            sale.authorized_before_vend = sale.authorized;
        }
        sale.authorized = sale.authorized || std::holds_alternative<fact::Authorized>(record.fact);
        sale.vend_unknown = sale.vend_unknown || std::holds_alternative<fact::VendUnknown>(record.fact);
        sale.listed = sale.listed || std::holds_alternative<fact::NeedsAttention>(record.fact);
        sale.closed = sale.closed || std::holds_alternative<fact::Closed>(record.fact);
    }

    void judge(const SaleId& id, const JudgedSale& sale) {
        const std::string who = id.text() + " (" + sale.story + " )";
        require(sale.closed || sale.listed, who, "neither closed nor listed");
        require(sale.tickets.size() <= 1, who, "more than one vend was intended");
        require(count(simulated::Deed::What::commanded, &sale) <= 1, who, "more than one vend was commanded");
        require(sale.tickets.empty() || sale.authorized_before_vend, who, "a vend without an approval");
        std::int64_t kept = 0;
        for (const BookedPayment& payment : payments_) {
            if (sale.payments.contains(payment.reference)) {
                const PaymentAmounts& amounts = payment.amounts;
                kept += amounts.captured.minor - amounts.refunded.minor;
                require(sale.listed || amounts.authorized.minor <= amounts.captured.minor + amounts.cancelled.minor,
                        who, "money is left reserved");
                require(sale.listed || !payment.pending, who, "a payment is left open");
                require(payment.captures <= 1 && payment.refunds <= 1, who, "captured or refunded twice");
            }
        }
        const auto goods = static_cast<std::int64_t>(worth(sale)) * sale.price.minor;
        const bool undecided = sale.vend_unknown && sale.unknown_vend == UnknownVend::attention;
        require(undecided || kept == goods, who,
                "to be paid " + std::to_string(goods) + ", money " + std::to_string(kept));
    }

    // Products that must be paid: those that dropped, or where nobody could tell, what the policy says.
    std::size_t worth(const JudgedSale& sale) const {
        if (sale.vend_unknown) {
            return sale.unknown_vend == UnknownVend::charge ? 1 : 0;
        }
        return count(simulated::Deed::What::dropped, &sale);
    }

    std::size_t count(simulated::Deed::What what, const JudgedSale* sale) const {
        return static_cast<std::size_t>(std::ranges::count_if(deeds_, [&](const simulated::Deed& deed) {
            return deed.what == what && (sale == nullptr || sale->tickets.contains(deed.vend));
        }));
    }

    void require(bool holds, const std::string& who, const std::string& otherwise) {
        if (!holds) {
            broken_.push_back(who + ": " + otherwise);
        }
    }

    std::vector<BookedPayment> payments_;
    std::vector<simulated::Deed> deeds_;
    std::map<SaleId, JudgedSale> sales_;
    std::vector<std::string> broken_;
};

}  // namespace qrvend::test
