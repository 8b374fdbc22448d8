#pragma once
// A promise that was broken.

#include <string>

namespace qrvend::simulation {

struct Violation {
    std::string promise;  ///< which: in words, with the number of the design's invariant where it is one
    std::string who;      ///< whose sale: a payment's reference, a sale's id, a machine's request; may be empty
    std::string detail;
    bool operator==(const Violation&) const = default;
};

}  // namespace qrvend::simulation
