// What a judge makes of a story's world, and what a reader of its failure needs.

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "controller/kiosk/describe.hpp"
#include "tests/loops/world.hpp"

namespace qrvend::test {

namespace {

// Nothing leaves before its intent is on disk, but one cancel where the disk no longer writes. And another key
// comes only after a refusal: what may have happened is repeated under its own.
std::vector<std::string> check_calls(const std::vector<SentCall>& calls, const std::vector<Record>& records) {
    std::set<IdempotencyKey> intended;
    for (const Record& record : records) {
        if (const auto* intent = std::get_if<fact::Intended>(&record.fact)) {
            intended.insert(intent->key);
        }
    }
    std::vector<std::string> broken;
    std::map<std::string, IdempotencyKey> without_intent;
    std::map<std::string, const SentCall*> latest;
    for (const SentCall& call : calls) {
        if (!intended.contains(call.key)) {
            const bool first = without_intent.try_emplace(call.url, call.key).first->second == call.key;
            if (!first || !call.url.ends_with("/cancel")) {
                broken.push_back("sent without an intent: " + call.url);
            }
            continue;
        }
        const SentCall*& earlier = latest[call.url + " " + call.body];
        if (earlier != nullptr && earlier->key != call.key && !earlier->was_refused) {
            broken.push_back("repeated under another key: " + call.url);
        }
        earlier = &call;
    }
    return broken;
}

}  // namespace

std::vector<BookedPayment> StoryWorld::payments() {
    std::vector<BookedPayment> booked;
    for (const auto& payment : sandbox_.payments(outside_.now())) {
        const auto events = sandbox_.events(payment.reference, outside_.now());
        const auto count = [&](vipps::sandbox::EventName name) {
            return static_cast<int>(std::ranges::count_if(
                events, [&](const auto& event) { return event.name == name && event.success; }));
        };
        booked.push_back({.reference = PaymentReference{payment.reference},
                          .amounts = {.authorized = payment.authorized,
                                      .captured = payment.captured,
                                      .cancelled = payment.cancelled,
                                      .refunded = payment.refunded},
                          .pending = payment.state == vipps::sandbox::State::created,
                          .captures = count(vipps::sandbox::EventName::captured),
                          .refunds = count(vipps::sandbox::EventName::refunded)});
    }
    return booked;
}

std::vector<std::string> StoryWorld::verdict() {
    const std::vector<Record> records = disk_->records();
    std::vector<std::string> broken = Judge(payments(), records, machine_record()).verdict();
    std::ranges::move(check_calls(network.sent(), records), std::back_inserter(broken));
    for (const Record& record : records) {
        // Nothing that can happen here is beyond the kiosk's own powers.
        if (const auto* listed = std::get_if<fact::NeedsAttention>(&record.fact)) {
            broken.push_back(record.sale.text() + ": listed, " + std::string(to_string(listed->reason)));
        }
    }
    return broken;
}

std::vector<SaleResult> StoryWorld::results() {
    std::vector<SaleResult> results;
    for (const Record& record : disk_->records()) {
        if (const auto* closed = std::get_if<fact::Closed>(&record.fact)) {
            results.push_back(closed->result);
        }
    }
    return results;
}

std::string StoryWorld::report() {
    std::string text = "facts:\n";
    for (const Record& record : disk_->records()) {
        text += fmt::format("  {:>3} {} {} {}\n", record.sequence.number, record.sale.text(), name_of(record.fact),
                            describe(record.fact));
    }
    text += "payments:\n";
    for (const BookedPayment& payment : payments()) {
        const PaymentAmounts& amounts = payment.amounts;
        text += fmt::format("  {} authorized {} captured {} cancelled {} refunded {}{}\n", payment.reference.text(),
                            amounts.authorized.minor, amounts.captured.minor, amounts.cancelled.minor,
                            amounts.refunded.minor, payment.pending ? ", still open" : "");
    }
    text += "the machine:\n";
    std::ifstream deeds(machine_record());
    for (std::string line; std::getline(deeds, line);) {
        text += "  " + line + "\n";
    }
    text += "calls:\n";
    for (const std::string& line : network.lines()) {
        text += "  " + line + "\n";
    }
    return text;
}

}  // namespace qrvend::test
