#pragma once
// The peripheral's end of the bus, below what is said: puts the master's bytes together to blocks, leaves alone
// what is for others, and keeps the last answer for RET. Source: MDB/ICP 4.2, section 2.
//
//  - A byte with the mode bit begins a block, whatever came before. One for another address, and all behind it, is
//    none of ours; so is what other peripherals answer, should the line carry that.
//  - A block ends where its length says so, or else at the gap behind it, if its checksum is right there.
//  - A bad checksum gets no answer: the address byte may be the one that is wrong.
//  - The byte that follows our answer, without a mode bit, is what the master thinks of it.

#include <optional>
#include <variant>

#include "drivers/mdb/amounts.hpp"
#include "drivers/mdb/wire.hpp"

namespace qrvend::mdb {

class Exchange {
public:
    struct Nothing {};
    struct Command {
        Block block;  ///< without checksum
    };
    struct Acknowledged {};  ///< the last answer, which held data
    struct SendAgain {};     ///< RET
    using Happened = std::variant<Nothing, Command, Acknowledged, SendAgain>;

    /// 10h or 60h.
    explicit Exchange(std::uint8_t address);

    Happened take(Byte byte, MonotonicTime now, Width width);

    /// The block that the gap behind it has ended, if there is one.
    std::optional<Block> pass_time(MonotonicTime now);
    std::optional<MonotonicTime> next_deadline() const;

    /// What is now sent. An empty block is a lone ACK.
    Frame answer(const Block& block, MonotonicTime now);
    Frame again(MonotonicTime now);

    void bus_reset();

private:
    Happened begin_block(std::uint8_t address_byte, MonotonicTime now);
    Happened go_on(std::uint8_t value, MonotonicTime now, Width width);
    Happened hear_reply(std::uint8_t value, MonotonicTime now);
    std::optional<Block> finish_block();

    std::uint8_t address_;
    Block begun_;  ///< empty: no block of ours is under way
    MonotonicTime last_byte_{};
    Frame answer_;
    bool holds_data_ = false;
    std::optional<MonotonicTime> reply_until_;
};

}  // namespace qrvend::mdb
