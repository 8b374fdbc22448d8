#include "drivers/mdb/lines.hpp"

#include <utility>

namespace qrvend::mdb {

void Lines::take(std::string_view bytes) {
    for (const char byte : bytes) {
        if (byte == '\r' || byte == '\n') {
            end_line();
        } else if (half_.size() == longest) {
            too_long_ = true;
        } else {
            half_.push_back(byte);
        }
    }
}

void Lines::end_line() {
    const bool whole = !std::exchange(too_long_, false) && !half_.empty();
    std::string line = std::exchange(half_, {});
    if (whole) {
        whole_.push_back(std::move(line));
    }
}

std::optional<std::string> Lines::next() {
    if (whole_.empty()) {
        return std::nullopt;
    }
    std::string line = std::move(whole_.front());
    whole_.pop_front();
    return line;
}

void Lines::clear() {
    half_.clear();
    too_long_ = false;
    whole_.clear();
}

}  // namespace qrvend::mdb
