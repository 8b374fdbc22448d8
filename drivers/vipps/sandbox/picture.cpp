#include "drivers/vipps/sandbox/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <qrcodegen/qrcodegen.hpp>
#include <string_view>

namespace qrvend::vipps::sandbox {

namespace {

using qrcodegen::QrCode;

constexpr int quiet_modules = 4;

QrCode encode(const std::string& text) {
    return QrCode::encodeText(text.c_str(), QrCode::Ecc::MEDIUM);
}

void append_big_endian(std::string& bytes, std::uint32_t number) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes.push_back(static_cast<char>((number >> shift) & 0xFFU));
    }
}

void append_little_endian(std::string& bytes, std::uint16_t number) {
    bytes.push_back(static_cast<char>(number & 0xFFU));
    bytes.push_back(static_cast<char>(number >> 8U));
}

// CRC-32 as PNG wants it (W3C PNG, annex D).
std::uint32_t crc32(std::string_view bytes) {
    static const auto table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t index = 0; index < made.size(); ++index) {
            std::uint32_t rest = index;
            for (int bit = 0; bit < 8; ++bit) {
                rest = (rest & 1U) != 0 ? 0xEDB88320U ^ (rest >> 1U) : rest >> 1U;
            }
            made[index] = rest;
        }
        return made;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (crc >> 8U);
    }
    return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
    constexpr std::uint32_t modulus = 65521;
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    for (const char byte : bytes) {
        low = (low + static_cast<unsigned char>(byte)) % modulus;
        high = (high + low) % modulus;
    }
    return high << 16U | low;
}

void append_chunk(std::string& png, std::string_view type, std::string_view data) {
    append_big_endian(png, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = png.size();
    png.append(type).append(data);
    append_big_endian(png, crc32(std::string_view{png}.substr(start)));
}

// zlib (RFC 1950) around stored blocks (RFC 1951, 3.2.4).
std::string store(std::string_view bytes) {
    constexpr std::size_t block_bytes = 65535;
    std::string zlib = "\x78\x01";
    for (std::size_t at = 0; at < bytes.size(); at += block_bytes) {
        const auto block = bytes.substr(at, block_bytes);
        zlib.push_back(at + block.size() == bytes.size() ? '\1' : '\0');
        const auto length = static_cast<std::uint16_t>(block.size());
        append_little_endian(zlib, length);
        append_little_endian(zlib, static_cast<std::uint16_t>(~length));
        zlib.append(block);
    }
    append_big_endian(zlib, adler32(bytes));
    return zlib;
}

// One bit for each pixel, 1 is white; each line begins with filter type 0.
std::string draw(const QrCode& code, int size_px) {
    const int modules = code.getSize() + 2 * quiet_modules;
    const int scale = std::max(1, size_px / modules);
    const int margin = (size_px - scale * code.getSize()) / 2;
    const auto line_bytes = static_cast<std::size_t>((size_px + 7) / 8);
    std::string lines;
    lines.reserve((line_bytes + 1) * static_cast<std::size_t>(size_px));
    for (int y = 0; y < size_px; ++y) {
        std::string line(line_bytes + 1, '\xFF');
        line[0] = '\0';
        for (int x = margin; x < size_px; ++x) {
            // Outside the code getModule() says light.
            if (y >= margin && code.getModule((x - margin) / scale, (y - margin) / scale)) {
                char& byte = line[1 + static_cast<std::size_t>(x / 8)];
                byte =
                    static_cast<char>(static_cast<unsigned char>(byte) & ~(0x80U >> static_cast<unsigned>(x % 8)));
            }
        }
        lines += line;
    }
    return lines;
}

}  // namespace

std::string qr_svg(const std::string& text) {
    const QrCode code = encode(text);
    std::string path;
    for (int y = 0; y < code.getSize(); ++y) {
        for (int x = 0; x < code.getSize(); ++x) {
            if (code.getModule(x, y)) {
                path += fmt::format("M{},{}h1v1h-1z", x + quiet_modules, y + quiet_modules);
            }
        }
    }
    const int size = code.getSize() + 2 * quiet_modules;
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" shape-rendering="crispEdges">)"
        R"(<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>)",
        size, path);
}

std::string qr_png(const std::string& text, std::uint16_t size_px) {
    std::string header;
    append_big_endian(header, size_px);
    append_big_endian(header, size_px);
    header.append({1, 0, 0, 0, 0});  // 1 bit, greyscale, deflate, standard filters, not interlaced
    std::string png = "\x89PNG\r\n\x1A\n";
    append_chunk(png, "IHDR", header);
    append_chunk(png, "IDAT", store(draw(encode(text), size_px)));
    append_chunk(png, "IEND", {});
    return png;
}

}  // namespace qrvend::vipps::sandbox
