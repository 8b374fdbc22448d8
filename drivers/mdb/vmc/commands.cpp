#include "drivers/mdb/vmc/commands.hpp"

#include <string_view>

namespace qrvend::mdb::vmc::command {

namespace {

// What follows the address byte's upper bits.
enum Command : std::uint8_t {
    reset_command = 0,
    setup_command = 1,
    poll_command = 2,
    vend_command = 3,
    reader_command = 4,
    expansion_command = 7,
};

Block begin(std::uint8_t address, Command command) {
    return {static_cast<std::uint8_t>(address + command)};
}

Block begin(std::uint8_t address, Command command, std::uint8_t part) {
    return {static_cast<std::uint8_t>(address + command), part};
}

void put16(Block& block, std::uint32_t value) {
    block.push_back(static_cast<std::uint8_t>(value >> 8U));
    block.push_back(static_cast<std::uint8_t>(value));
}

void put32(Block& block, std::uint32_t value) {
    put16(block, value >> 16U);
    put16(block, value);
}

void put(Block& block, Amount amount) {
    if (amount.width == Width::wide) {
        put32(block, amount.value);
    } else {
        put16(block, amount.value);
    }
}

void put(Block& block, std::string_view text) {
    block.insert(block.end(), text.begin(), text.end());
}

}  // namespace

Block reset(std::uint8_t address) {
    return begin(address, reset_command);
}

Block poll(std::uint8_t address) {
    return begin(address, poll_command);
}

Block setup_config(std::uint8_t address, const Habits& habits) {
    Block block = begin(address, setup_command, 0x00);
    const bool full_ascii = habits.columns > 0;
    block.insert(block.end(), {habits.level, habits.columns, habits.rows, std::uint8_t{full_ascii}});
    return block;
}

Block setup_prices(std::uint8_t address, Amount highest, Amount lowest) {
    Block block = begin(address, setup_command, 0x01);
    put(block, highest);
    put(block, lowest);
    return block;
}

Block setup_wide_prices(std::uint8_t address, Amount highest, Amount lowest, std::uint16_t currency) {
    Block block = setup_prices(address, highest, lowest);
    put16(block, currency);
    return block;
}

Block request_identity(std::uint8_t address) {
    Block block = begin(address, expansion_command, 0x00);
    put(block, "VMC");
    put(block, "000000000001");
    put(block, "TESTVMC     ");
    put16(block, 0x0100);
    return block;
}

Block enable_options(std::uint8_t address, std::uint32_t options) {
    Block block = begin(address, expansion_command, 0x04);
    put32(block, options);
    return block;
}

Block enable(std::uint8_t address) {
    return begin(address, reader_command, 0x01);
}

Block vend_request(std::uint8_t address, Amount price, std::uint16_t item) {
    Block block = begin(address, vend_command, 0x00);
    put(block, price);
    put16(block, item);
    return block;
}

Block vend_cancel(std::uint8_t address) {
    return begin(address, vend_command, 0x01);
}

Block vend_success(std::uint8_t address, std::uint16_t item) {
    Block block = vend_success_without_item(address);
    put16(block, item);
    return block;
}

Block vend_success_without_item(std::uint8_t address) {
    return begin(address, vend_command, 0x02);
}

Block vend_failure(std::uint8_t address) {
    return begin(address, vend_command, 0x03);
}

Block session_complete(std::uint8_t address) {
    return begin(address, vend_command, 0x04);
}

Block cash_sale(std::uint8_t address, Amount price, std::uint16_t item, std::uint16_t currency) {
    Block block = begin(address, vend_command, 0x05);
    put(block, price);
    put16(block, item);
    if (price.width == Width::wide) {
        put16(block, currency);
    }
    return block;
}

}  // namespace qrvend::mdb::vmc::command
