#pragma once
// What must hold of every act that leaves the machine, watched on the wire:
//  - its intent, byte for byte, is on disk (invariant 4; on a disk that no longer writes, one cancel may go
//  without);
//  - what ends the wait of a customer leaves an approval untouched ("The end of the wait");
//  - while the outcome of an act is unknown, it goes again under its own key only; another key follows nothing but
//  a
//    definite refusal ("Keys and references").

#include <map>
#include <set>
#include <string>
#include <vector>

#include "controller/sale/facts.hpp"
#include "tests/simulation/violation.hpp"

namespace qrvend::simulation {

/// An act as it is seen on the wire.
struct Act {
    std::string url;
    std::string key;  ///< idempotency key, may be empty
    std::string body;
    std::string reference{};        ///< of the payment, as the request names it; may be empty
    bool returns_approval = false;  ///< an approved payment may be given back by it
};

class WireRules {
public:
    /// An intent that is durable, as the process knows or a later one finds.
    void intended(const fact::Intended& intent);

    /// Returns whose payment the act is about, empty where that cannot be told.
    std::string sent(const Act& act);

    /// The machine's disk no longer writes: until the process is gone, one cancel may leave without a record.
    void disk_broke() { unrecorded_ = Unrecorded::one_cancel; }
    void process_began() { unrecorded_ = Unrecorded::nothing; }

    /// The machine has received a definite refusal of that key.
    void refused(const std::string& key) { refused_.insert(key); }

    const std::vector<Violation>& violations() const { return violations_; }

private:
    enum class Unrecorded : std::uint8_t { nothing, one_cancel };

    const fact::Intended* intent_of(const Act& act) const;
    void sent_without_intent(const Act& act);

    std::multimap<std::string, fact::Intended> intents_;                 // by key
    std::map<std::pair<std::string, Operation>, std::string> last_key_;  // by reference
    std::set<std::string> refused_;
    Unrecorded unrecorded_ = Unrecorded::nothing;  // what may leave without a record
    std::string unrecorded_key_;                   // of the cancel that did
    std::vector<Violation> violations_;
};

}  // namespace qrvend::simulation
