#include "drivers/vipps/text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "drivers/json/json.hpp"

using namespace qrvend;

namespace {

bool is_utf8(const std::string& text) {
    return json::parse(json::dump(json::Value(text))) == json::Value(text);
}

rc::Gen<std::string> utf8_text() {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                            "a", "Z", " ", "0", "\xc3\xb8", "\xc3\xa6", "\xe2\x82\xac", "\xf0\x9f\x8d\xab")),
                        [](const std::vector<std::string>& letters) {
                            std::string text;
                            for (const auto& letter : letters) {
                                text += letter;
                            }
                            return text;
                        });
}

}  // namespace

TEST_CASE("a text is cut between characters") {
    CHECK(vipps::cut_utf8("abc", 3) == "abc");
    CHECK(vipps::cut_utf8("abcd", 3) == "abc");
    CHECK(vipps::cut_utf8("ab\xc3\xb8", 3) == "ab");
    CHECK(vipps::cut_utf8("\xf0\x9f\x8d\xab", 3).empty());
    CHECK(vipps::cut_utf8("abc", 0).empty());
}

TEST_CASE("whatever is cut stays UTF-8, is a beginning, and lacks less than one character") {
    CHECK(rc::check([] {
        const std::string text = *utf8_text();
        const auto most = *rc::gen::inRange<std::size_t>(0, 40);
        const std::string cut = vipps::cut_utf8(text, most);
        RC_ASSERT(cut.size() <= most);
        RC_ASSERT(text.starts_with(cut));
        RC_ASSERT(is_utf8(cut));
        RC_ASSERT(cut.size() == text.size() || cut.size() + 4 > most);
    }));
}

TEST_CASE("a payment's description names machine and product, in 3 to 100 characters") {
    CHECK(vipps::payment_description("Vending machine Petra", "Cola 0.5 l") == "Vending machine Petra, Cola 0.5 l");
    CHECK(vipps::payment_description("", "Cola") == "Cola");
    CHECK(vipps::payment_description("Petra", "") == "Petra");
    CHECK(vipps::payment_description("", "") == "Vending machine");
    CHECK(vipps::payment_description("\xc3\xb8", "") == "Vending machine");
    CHECK(vipps::payment_description(std::string(200, 'x'), "Cola") == std::string(100, 'x'));
}

TEST_CASE("every description fits") {
    CHECK(rc::check([] {
        const std::string text = vipps::payment_description(*utf8_text(), *utf8_text());
        const auto characters =
            std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        RC_ASSERT(text.size() <= 100u);
        RC_ASSERT(characters >= 3);
        RC_ASSERT(is_utf8(text));
    }));
}

TEST_CASE("a reference has 8 to 64 letters, digits and hyphens") {
    CHECK(vipps::is_reference("vm-00001"));
    CHECK(vipps::is_reference(std::string(64, 'a')));
    CHECK_FALSE(vipps::is_reference("vm-0001"));
    CHECK_FALSE(vipps::is_reference(std::string(65, 'a')));
    CHECK_FALSE(vipps::is_reference("vm_00001"));
    CHECK_FALSE(vipps::is_reference("vm-00001/capture"));
    CHECK_FALSE(vipps::is_reference("vm-0000\xc3\xb8"));
}
