#pragma once
// Vipps allows so many calls a minute on one payment (5 of each that changes it, 120 reads) and answers 429 to
// more. Counting on our own side keeps a machine in trouble from making it worse, and names the time to wait.

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "controller/base/time.hpp"

namespace qrvend::vipps {

class RateLimit {
public:
    /// At most `sends` of one name in any `window`. A name is forgotten when its window is over and another one
    /// comes; where there are more than `most_names`, so is the one that was used longest ago.
    RateLimit(std::size_t sends, milliseconds window, std::size_t most_names)
        : sends_(sends), window_(window), most_names_(most_names) {}

    /// Counts one send, or says how long to wait before it may go out (then nothing is counted).
    std::optional<milliseconds> take(const std::string& name, MonotonicTime now);

    std::size_t names() const { return sent_.size(); }

private:
    void make_room(MonotonicTime now);

    std::size_t sends_;
    milliseconds window_;
    std::size_t most_names_;
    std::map<std::string, std::deque<MonotonicTime>> sent_;
};

}  // namespace qrvend::vipps
