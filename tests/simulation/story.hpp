#pragma once
// What happened in a run, in order: as a number that two runs share only if they were the same, bit for bit, and,
// if wanted, as lines for people.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/base/time.hpp"

namespace qrvend::simulation {

class Story {
public:
    enum class Keep : std::uint8_t { digest, lines };

    struct Line {
        milliseconds at;    ///< since the run began
        std::string who;    ///< whose sale it belongs to: a reference, a sale's id, a request's; empty: everybody's
        std::string what;   ///< "sent", "fact", "crash" …
        std::string words;  ///< one line or a message's body
    };

    explicit Story(Keep keep) : keep_(keep) {}

    void tell(milliseconds at, std::string_view who, std::string_view what, std::string_view words = {});

    bool keeps_lines() const { return keep_ == Keep::lines; }
    const std::vector<Line>& lines() const { return lines_; }
    std::uint64_t digest() const { return digest_; }

private:
    void fold(std::string_view bytes);

    Keep keep_;
    std::uint64_t digest_ = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
    std::vector<Line> lines_;
};

}  // namespace qrvend::simulation
