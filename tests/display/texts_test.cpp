#include "display/look/texts.hpp"

#include <doctest/doctest.h>

#include <set>

namespace qrvend::display {

namespace {

std::set<std::string> placeholders(std::string_view text) {
    std::set<std::string> found;
    for (auto start = text.find('{'); start != std::string_view::npos; start = text.find('{', start + 1)) {
        found.emplace(text.substr(start, text.find('}', start) - start + 1));
    }
    return found;
}

}  // namespace

TEST_CASE("every language has every text, with the same blanks to fill in") {
    for (const Language language : all_languages) {
        for (std::size_t key = 0; key < text_count; ++key) {
            const std::string_view text = texts_of(language).at(key);
            INFO(code_of(language), " ", key, " ", text);
            CHECK_FALSE(text.empty());
            CHECK(placeholders(text) == placeholders(texts_of(Language::en).at(key)));
            CHECK(text.find("  ") == std::string_view::npos);
            CHECK(text.front() != ' ');
            CHECK(text.back() != ' ');
        }
    }
}

TEST_CASE("an app is named as in its country, and put into the sentence as the language wants it") {
    const auto currency = [](std::string_view code) { return Currency::parse(code).value(); };
    CHECK(app_name("vipps", currency("NOK")) == "Vipps");
    CHECK(app_name("vipps", currency("SEK")) == "Vipps");
    CHECK(app_name("vipps", currency("DKK")) == "MobilePay");
    CHECK(app_name("vipps", currency("EUR")) == "MobilePay");
    CHECK(app_name("seqr", currency("SEK")) == "SEQR");
    CHECK(app_name("newpay", currency("SEK")) == "newpay");
    CHECK(Phrases{Language::nb}.with_app(Text::scan_call, "Vipps") == "Skann og betal med Vipps");
    CHECK(Phrases{Language::fi}.with_app(Text::scan_call, "MobilePay") == "Skannaa ja maksa MobilePaylla");
    CHECK(Phrases{Language::fi}.with_app(Text::scan_call, "SEQR") == "Skannaa ja maksa sovelluksella SEQR");
    CHECK(Phrases{Language::da}.with_app(Text::step_open, "MobilePay") == "Åbn MobilePay");
}

TEST_CASE("the lengthened texts are about 40 % longer and keep their blanks") {
    const Phrases longer{Language::fi, Phrases::Kind::lengthened};
    std::size_t before = 0;
    std::size_t after = 0;
    for (std::size_t key = 0; key < text_count; ++key) {
        const auto text = static_cast<Text>(key);
        before += Phrases{Language::fi}(text).size();
        after += longer(text).size();
        CHECK(placeholders(longer(text)) == placeholders(Phrases{Language::fi}(text)));
    }
    CHECK(after * 100 >= before * 130);
    CHECK(after * 100 <= before * 145);
}

TEST_CASE("every blank of a name is filled in") {
    CHECK(fill("{a} and {a}{b}", "a", "{a}") == "{a} and {a}{b}");
    CHECK(fill("{page} of {pages}", "page", "1") == "1 of {pages}");
}

}  // namespace qrvend::display
