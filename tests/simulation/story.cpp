#include "tests/simulation/story.hpp"

namespace qrvend::simulation {

void Story::tell(milliseconds at, std::string_view who, std::string_view what, std::string_view words) {
    digest_ = (digest_ ^ static_cast<std::uint64_t>(at.count())) * 0x100000001b3U;
    fold(who);
    fold(what);
    fold(words);
    if (keeps_lines()) {
        lines_.push_back(
            {.at = at, .who = std::string(who), .what = std::string(what), .words = std::string(words)});
    }
}

void Story::fold(std::string_view bytes) {
    for (const char byte : bytes) {
        digest_ = (digest_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    }
    digest_ = (digest_ ^ bytes.size()) * 0x100000001b3U;
}

}  // namespace qrvend::simulation
