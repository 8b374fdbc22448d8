#include "drivers/mdb/wire.hpp"

#include <bit>
#include <numeric>

namespace qrvend::mdb {

namespace {

Frame without_mode(std::span<const std::uint8_t> block) {
    Frame frame;
    frame.reserve(block.size() + 1);
    for (const std::uint8_t value : block) {
        frame.push_back({.value = value});
    }
    frame.push_back({.value = checksum(block)});
    return frame;
}

}  // namespace

std::uint8_t checksum(std::span<const std::uint8_t> block) {
    return static_cast<std::uint8_t>(std::accumulate(block.begin(), block.end(), 0U));
}

Frame answer_frame(std::span<const std::uint8_t> block) {
    Frame frame = without_mode(block);
    frame.back().mode = true;
    return frame;
}

Frame command_frame(std::span<const std::uint8_t> block) {
    Frame frame = without_mode(block);
    frame.front().mode = true;
    return frame;
}

Frame lone(std::uint8_t value) {
    return {{.value = value, .mode = true}};
}

Reply read_reply(std::uint8_t value) {
    const int bits = std::popcount(value);
    if (bits <= 1) {
        return Reply::ack;
    }
    if (bits >= 7) {
        return Reply::nak;
    }
    return bits >= 3 && bits <= 5 ? Reply::ret : Reply::noise;
}

}  // namespace qrvend::mdb
