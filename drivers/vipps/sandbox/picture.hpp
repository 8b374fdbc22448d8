#pragma once
// QR codes as pictures (ISO/IEC 18004: error correction M, quiet zone of four modules).

#include <cstdint>
#include <string>

namespace qrvend::vipps::sandbox {

/// An SVG that shows `text`, black on white.
std::string qr_svg(const std::string& text);

/// A PNG of `size_px` times `size_px` pixels (100 to 2000), each module a whole number of pixels where that fits.
/// Its pixels are stored, not compressed: a client must not care, and no library is needed.
std::string qr_png(const std::string& text, std::uint16_t size_px);

}  // namespace qrvend::vipps::sandbox
