#include "tests/simulation/wire_rules.hpp"

#include <algorithm>

#include "controller/kiosk/describe.hpp"

namespace qrvend::simulation {

void WireRules::intended(const fact::Intended& intent) {
    const auto [begin, end] = intents_.equal_range(intent.key.text());
    const bool known = std::any_of(begin, end, [&](const auto& one) { return one.second == intent; });
    if (!known) {
        intents_.emplace(intent.key.text(), intent);
    }
}

std::string WireRules::sent(const Act& act) {
    const fact::Intended* intent = intent_of(act);
    if (intent == nullptr) {
        sent_without_intent(act);
        return act.reference;
    }
    const std::string& reference = intent->reference.text();
    std::string& last = last_key_[{reference, intent->operation}];
    const std::string& key = intent->key.text();
    if (!last.empty() && last != key && !refused_.contains(last)) {
        violations_.push_back({.promise = "2: what may have happened is not done again under another key",
                               .who = reference,
                               .detail = std::string(to_string(intent->operation)) + " went under the key " + key +
                                         " although nobody has refused " + last});
    }
    last = key;
    if (intent->operation == Operation::cancel_unapproved && act.returns_approval) {
        violations_.push_back({.promise = "2: the end of the wait leaves an approval untouched",
                               .who = reference,
                               .detail = act.url + " would return it: " + act.body});
    }
    return reference;
}

const fact::Intended* WireRules::intent_of(const Act& act) const {
    if (act.key.empty()) {
        const auto same =
            std::ranges::find_if(intents_, [&](const auto& one) { return one.second.body == act.body; });
        return same == intents_.end() ? nullptr : &same->second;
    }
    const auto [begin, end] = intents_.equal_range(act.key);
    const auto same = std::find_if(begin, end, [&](const auto& one) { return one.second.body == act.body; });
    return same == end ? nullptr : &same->second;
}

void WireRules::sent_without_intent(const Act& act) {
    if (unrecorded_ == Unrecorded::one_cancel && act.url.ends_with("/cancel")) {
        unrecorded_ = Unrecorded::nothing;
        unrecorded_key_ = act.key;
        return;
    }
    if (!act.key.empty() && act.key == unrecorded_key_) {
        return;  // the same once more, with a fresh token
    }
    violations_.push_back({.promise = "4: nothing leaves before its intent is on disk",
                           .who = act.reference,
                           .detail = act.url + " under the key " + (act.key.empty() ? "(none)" : act.key)});
}

}  // namespace qrvend::simulation
