#include "display/look/qr.hpp"

#include <doctest/doctest.h>

#include <qrcodegen/qrcodegen.hpp>
#include <string>

namespace qrvend::display {

TEST_CASE("digits and capitals make the symbol smaller than bytes would") {
    using qrcodegen::QrCode;
    const std::string url = "https://qr.vipps.no/28/2/01/031/47912345678901";
    const int plain = QrCode::encodeText(url.c_str(), QrCode::Ecc::MEDIUM).getSize();
    CHECK(make_qr(url)->size() == plain - 4);
    CHECK(make_qr("HTTP://SEQR.SE/R1397240460668")->size() == 25);
}

TEST_CASE("a text of one kind is encoded as the library would") {
    using qrcodegen::QrCode;
    for (const std::string text : {"12345678901234567890", "HTTP://SEQR.SE/R", "all small letters", "æøå €"}) {
        CHECK(make_qr(text)->size() == QrCode::encodeText(text.c_str(), QrCode::Ecc::MEDIUM).getSize());
    }
}

TEST_CASE("there is no code for nothing, nor for more than a symbol can hold") {
    CHECK(make_qr("") == nullptr);
    CHECK(make_qr(std::string(3000, 'x')) == nullptr);
    CHECK(make_qr(std::string(2000, 'x')) != nullptr);
}

}  // namespace qrvend::display
