#include "drivers/vipps/sandbox/picture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <qrcodegen/qrcodegen.hpp>
#include <string>
#include <string_view>

using namespace qrvend::vipps::sandbox;

namespace {

const std::string text = "http://192.168.1.5:8080/phone/abcdefghijklmnopqrstuvwx";

std::size_t big_endian(std::string_view bytes) {
    std::size_t number = 0;
    for (const char byte : bytes.substr(0, 4)) {
        number = number * 256 + static_cast<unsigned char>(byte);
    }
    return number;
}

std::size_t little_endian(std::string_view bytes) {
    return static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]);
}

// The data of the first chunk of a type.
std::string_view chunk(std::string_view png, std::string_view type) {
    png.remove_prefix(8);
    while (png.size() >= 12) {
        const std::size_t length = big_endian(png);
        if (png.substr(4, 4) == type) {
            return png.substr(8, length);
        }
        png.remove_prefix(12 + length);
    }
    return {};
}

// The bytes inside zlib's stored blocks.
std::string unpack(std::string_view zlib) {
    std::string bytes;
    zlib.remove_prefix(2);
    for (bool last = false; !last;) {
        last = zlib[0] == '\1';
        const std::size_t length = little_endian(zlib.substr(1));
        CHECK((length ^ little_endian(zlib.substr(3))) == 0xFFFF);
        bytes += zlib.substr(5, length);
        zlib.remove_prefix(5 + length);
    }
    CHECK(zlib.size() == 4);
    return bytes;
}

}  // namespace

TEST_CASE("a PNG of every size shows the code, quiet zone included") {
    const auto code = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
    for (const int size : {100, 321, 1024, 2000}) {
        CAPTURE(size);
        const std::string png = qr_png(text, static_cast<std::uint16_t>(size));
        CHECK(png.starts_with("\x89PNG\r\n\x1A\n"));
        CHECK(png.ends_with(std::string_view{"\0\0\0\0IEND\xAE\x42\x60\x82", 12}));
        const std::string_view header = chunk(png, "IHDR");
        CHECK(big_endian(header) == static_cast<std::size_t>(size));
        CHECK(big_endian(header.substr(4)) == static_cast<std::size_t>(size));

        const std::string lines = unpack(chunk(png, "IDAT"));
        const auto line_bytes = static_cast<std::size_t>((size + 7) / 8) + 1;
        REQUIRE(lines.size() == line_bytes * static_cast<std::size_t>(size));
        const auto dark = [&](int x, int y) {
            const auto at = static_cast<std::size_t>(y) * line_bytes + 1 + static_cast<std::size_t>(x / 8);
            return ((static_cast<unsigned char>(lines[at]) >> static_cast<unsigned>(7 - x % 8)) & 1U) == 0;
        };
        const int scale = size / (code.getSize() + 8);
        const int margin = (size - scale * code.getSize()) / 2;
        CHECK(margin >= 4 * scale);
        int wrong = 0;
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                const bool inside = x >= margin && y >= margin;
                const bool wanted = inside && code.getModule((x - margin) / scale, (y - margin) / scale);
                wrong += dark(x, y) == wanted ? 0 : 1;
            }
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("an SVG has a path step for each dark module") {
    const auto code = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
    std::ptrdiff_t dark = 0;
    for (int y = 0; y < code.getSize(); ++y) {
        for (int x = 0; x < code.getSize(); ++x) {
            dark += code.getModule(x, y) ? 1 : 0;
        }
    }
    const std::string svg = qr_svg(text);
    CHECK(std::ranges::count(svg, 'M') == dark);
    CHECK(svg.find("viewBox=\"0 0 " + std::to_string(code.getSize() + 8)) != std::string::npos);
}
