#include "drivers/mdb/commands.hpp"

#include <algorithm>
#include <array>

namespace qrvend::mdb {

namespace {

using Bytes = std::span<const std::uint8_t>;

// The low three bits of the address byte.
enum Number : std::uint8_t { reset = 0, setup = 1, poll = 2, vend = 3, reader = 4, revalue = 5, expansion = 7 };

constexpr std::uint8_t number_mask = 0x07;

struct Length {
    std::uint8_t number;
    std::uint8_t sub;
    std::uint8_t narrow;  // bytes, address byte included, checksum not
    std::uint8_t wide;
};

constexpr std::array lengths{
    Length{setup, 0x00, 6, 6},       Length{setup, 0x01, 6, 12},      Length{vend, 0x00, 6, 8},
    Length{vend, 0x01, 2, 2},        Length{vend, 0x02, 4, 4},        Length{vend, 0x03, 2, 2},
    Length{vend, 0x04, 2, 2},        Length{vend, 0x05, 6, 10},       Length{vend, 0x06, 6, 8},
    Length{reader, 0x00, 2, 2},      Length{reader, 0x01, 2, 2},      Length{reader, 0x02, 2, 2},
    Length{reader, 0x03, 10, 10},    Length{revalue, 0x00, 4, 6},     Length{revalue, 0x01, 2, 2},
    Length{expansion, 0x00, 31, 31}, Length{expansion, 0x03, 12, 12}, Length{expansion, 0x04, 6, 6},
};

std::uint8_t number_of(Bytes block) {
    return block.front() & number_mask;
}

std::uint32_t number_at(Bytes block, std::size_t from, std::size_t bytes) {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : block.subspan(from, bytes)) {
        number = number << 8U | byte;
    }
    return number;
}

std::uint16_t short_at(Bytes block, std::size_t from) {
    return static_cast<std::uint16_t>(number_at(block, from, 2));
}

Command parse_setup(Bytes block) {
    if (block[1] == 0x00) {
        return command::SetupConfig{.level = block[2]};
    }
    return command::SetupPrices{};
}

Command parse_cash_sale(Bytes block, std::size_t width) {
    command::CashSale sale{.price = number_at(block, 2, width), .item = short_at(block, 2 + width), .currency = {}};
    if (block.size() > 2 + width + 2) {
        sale.currency = short_at(block, 2 + width + 2);
    }
    return sale;
}

Command parse_success(Bytes block) {
    if (block.size() < 4) {
        return command::VendSuccess{};
    }
    return command::VendSuccess{.item = short_at(block, 2)};
}

Command parse_vend(Bytes block, std::size_t width) {
    switch (block[1]) {
        case 0x00:
            return command::VendRequest{.price = number_at(block, 2, width), .item = short_at(block, 2 + width)};
        case 0x01:
            return command::VendCancel{};
        case 0x02:
            return parse_success(block);
        case 0x03:
            return command::VendFailure{};
        case 0x04:
            return command::SessionComplete{};
        case 0x05:
            return parse_cash_sale(block, width);
        default:
            return command::NegativeVend{};
    }
}

Command parse_reader(Bytes block) {
    switch (block[1]) {
        case 0x00:
            return command::ReaderDisable{};
        case 0x01:
            return command::ReaderEnable{};
        case 0x02:
            return command::ReaderCancel{};
        default:
            return command::Unused{};
    }
}

Command parse_expansion(Bytes block) {
    switch (block[1]) {
        case 0x00:
            return command::RequestId{};
        case 0x04:
            return command::EnableOptions{.options = number_at(block, 2, 4)};
        default:
            return command::Unused{};
    }
}

// What has no length of its own: user files (01, 02), file transfer (FA to FE), diagnostics (FF).
Command parse_unlisted(Bytes block) {
    const bool known = block.size() > 1 && number_of(block) == expansion &&
                       (block[1] == 0x01 || block[1] == 0x02 || block[1] >= 0xFA);
    return known ? Command{command::Unused{}} : Command{command::Unknown{}};
}

const Length* listed(Bytes block) {
    if (block.size() < 2) {
        return nullptr;
    }
    const auto* found = std::ranges::find_if(
        lengths, [&](const Length& length) { return length.number == number_of(block) && length.sub == block[1]; });
    return found == lengths.end() ? nullptr : found;
}

bool is_bare(Bytes block) {
    return number_of(block) == reset || number_of(block) == poll;
}

// Machines leave the item out of VEND SUCCESS, and go on naming highest and lowest price in 16 bits.
bool shortened(Bytes block) {
    return (number_of(block) == vend && block[1] == 0x02 && block.size() == 2) ||
           (number_of(block) == setup && block[1] == 0x01 && block.size() == 6);
}

}  // namespace

std::optional<std::size_t> command_length(Bytes begun, Width width) {
    if (begun.empty()) {
        return std::nullopt;
    }
    if (is_bare(begun)) {
        return 1;
    }
    const Length* length = listed(begun);
    if (length == nullptr) {
        return std::nullopt;
    }
    return width == Width::wide ? length->wide : length->narrow;
}

std::optional<Command> parse_command(Bytes block, Width width) {
    const auto length = command_length(block, width);
    if (block.empty() || (length && *length != block.size() && !shortened(block))) {
        return std::nullopt;
    }
    if (!length) {
        return parse_unlisted(block);
    }
    switch (number_of(block)) {
        case reset:
            return command::Reset{};
        case poll:
            return command::Poll{};
        case setup:
            return parse_setup(block);
        case vend:
            return parse_vend(block, static_cast<std::size_t>(width));
        case reader:
            return parse_reader(block);
        case revalue:
            return command::Revalue{};
        default:
            return parse_expansion(block);
    }
}

}  // namespace qrvend::mdb
