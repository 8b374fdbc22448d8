#pragma once
// The wire of the Multi-Drop Bus: bytes with their mode bit, checksums, and the three lone answers. Source: NAMA
// MDB/ICP 4.2 (February 2011), section 2.
//
// 9600 baud, 8 data bits and a ninth, the mode bit. The master sets it on the address byte only, a peripheral on
// the last byte of its answer only.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "controller/base/time.hpp"

namespace qrvend::mdb {

struct Byte {
    std::uint8_t value = 0;
    bool mode = false;
    bool operator==(const Byte&) const = default;
};

using Frame = std::vector<Byte>;          // as it goes over the wire, checksum included
using Block = std::vector<std::uint8_t>;  // its bytes without mode bits and checksum

inline constexpr std::uint8_t ack = 0x00;
inline constexpr std::uint8_t ret = 0xAA;  // master only: send that again
inline constexpr std::uint8_t nak = 0xFF;

inline constexpr std::size_t longest_block = 36;  // checksum included

inline constexpr milliseconds longest_gap{1};       // between two bytes of a block
inline constexpr milliseconds longest_response{5};  // after it, silence counts as NAK
inline constexpr milliseconds shortest_break{100};  // a bus reset

/// The sum of all bytes, modulo 256.
std::uint8_t checksum(std::span<const std::uint8_t> block);

/// A block as a peripheral sends it: checksum added, the mode bit on that.
Frame answer_frame(std::span<const std::uint8_t> block);

/// A block as the master sends it: the mode bit on the address byte, checksum added.
Frame command_frame(std::span<const std::uint8_t> block);

/// A lone ACK or NAK of a peripheral.
Frame lone(std::uint8_t value);

/// What the master says to a peripheral's answer. Told by the number of bits that are set, so that no flipped bit
/// turns one into another: what is half one and half another is noise, and counts as NAK.
enum class Reply : std::uint8_t { ack, ret, nak, noise };
Reply read_reply(std::uint8_t value);

}  // namespace qrvend::mdb
