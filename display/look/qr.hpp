#pragma once
// A QR code (ISO/IEC 18004) as small as its text allows: digits, capitals and other bytes each get the densest
// mode, because fewer modules are larger ones on the same glass. Error correction M or better.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace qrvend::display {

/// Light modules around the symbol, as the standard demands.
inline constexpr int quiet_modules = 4;

class QrMatrix {
public:
    QrMatrix(int size, std::vector<bool> dark) : size_(size), dark_(std::move(dark)) {}

    int size() const { return size_; }  ///< modules on a side, without the quiet zone
    bool dark(int x, int y) const { return *(dark_.begin() + y * size_ + x); }
    bool operator==(const QrMatrix&) const = default;

private:
    int size_;
    std::vector<bool> dark_;
};

/// The code of `text`; nullptr where it is empty or too long for any symbol (over about 2,300 bytes).
std::shared_ptr<const QrMatrix> make_qr(std::string_view text);

}  // namespace qrvend::display
