#include "drivers/mdb/messages.hpp"

namespace qrvend::mdb {

namespace {

void put_number(Block& block, std::uint32_t number, int bytes) {
    for (int byte = bytes - 1; byte >= 0; --byte) {
        block.push_back(static_cast<std::uint8_t>(number >> (8 * static_cast<unsigned>(byte))));
    }
}

void put_amount(Block& block, std::uint32_t amount, Width width) {
    put_number(block, amount, static_cast<int>(width));
}

void put_text(Block& block, std::string text, std::size_t length) {
    text.resize(length, ' ');
    block.insert(block.end(), text.begin(), text.end());
}

Block bytes_of(const message::JustReset&, Layout) {
    return {0x00};
}

Block bytes_of(const message::ReaderConfig& config, Layout) {
    Block block{0x01, config.level};
    put_number(block, config.country_code, 2);
    block.insert(block.end(),
                 {config.scale_factor, config.decimal_places, config.answer_limit_s, config.miscellaneous});
    return block;
}

Block bytes_of(const message::BeginSession& session, Layout layout) {
    constexpr std::uint32_t unknown_media = 0xFFFFFFFF;
    constexpr std::uint32_t normal_payment = 0x000000;  // one byte of type, two of data
    Block block{0x03};
    put_amount(block, session.funds.value_or(unknown_amount(layout.width)), layout.width);
    if (layout.level >= 2) {
        put_number(block, unknown_media, 4);
        put_number(block, normal_payment, 3);
    }
    if (layout.width == Width::wide) {
        put_text(block, "en", 2);
        put_number(block, session.country_code, 2);
        block.push_back(0x00);  // no card options
    }
    return block;
}

Block bytes_of(const message::SessionCancelRequest&, Layout) {
    return {0x04};
}

Block bytes_of(const message::VendApproved& approved, Layout layout) {
    Block block{0x05};
    put_amount(block, approved.amount, layout.width);
    return block;
}

Block bytes_of(const message::VendDenied&, Layout) {
    return {0x06};
}

Block bytes_of(const message::EndSession&, Layout) {
    return {0x07};
}

Block bytes_of(const message::Cancelled&, Layout) {
    return {0x08};
}

Block bytes_of(const message::PeripheralId& id, Layout layout) {
    Block block{0x09};
    put_text(block, id.manufacturer, 3);
    put_text(block, id.serial_number, 12);
    put_text(block, id.model, 12);
    put_number(block, id.version, 2);
    if (layout.level >= 3) {
        put_number(block, id.options, 4);
    }
    return block;
}

Block bytes_of(const message::OutOfSequence& told, Layout layout) {
    Block block{0x0B};
    if (layout.level >= 2) {
        block.push_back(static_cast<std::uint8_t>(told.state));
    }
    return block;
}

Block bytes_of(const message::RevalueDenied&, Layout) {
    return {0x0E};
}

}  // namespace

Block encode(const Message& message, Layout layout) {
    return std::visit([&](const auto& what) { return bytes_of(what, layout); }, message);
}

}  // namespace qrvend::mdb
