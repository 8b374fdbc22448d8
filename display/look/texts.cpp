#include "display/look/texts.hpp"

#include <fmt/format.h>

#include "display/look/texts_tables.hpp"

namespace qrvend::display {

namespace {

bool is_vowel(char letter) {
    return std::string_view{"aeiouyAEIOUY"}.find(letter) != std::string_view::npos;
}

// Doubles vowels until the text is 40 % longer: the words stay whole, as those of a wordier language would.
std::string lengthened(std::string_view text) {
    std::string longer;
    std::size_t owed_tenths = 0;
    bool in_placeholder = false;
    for (const char letter : text) {
        longer += letter;
        in_placeholder = letter == '{' || (in_placeholder && letter != '}');
        owed_tenths += in_placeholder ? 0 : 4;
        while (!in_placeholder && is_vowel(letter) && owed_tenths >= 10) {
            longer += letter;
            owed_tenths -= 10;
        }
    }
    return longer;
}

// Finnish says "with" by a case of the word, which has to be known for each name.
std::string with_app_in_finnish(std::string_view app) {
    if (app == "Vipps") {
        return "Vippsillä";
    }
    if (app == "MobilePay" || app == "Centrapay") {
        return fmt::format("{}lla", app);
    }
    return fmt::format("sovelluksella {}", app);
}

std::string with_app_in(Language language, std::string_view app) {
    switch (language) {
        case Language::fi:
            return with_app_in_finnish(app);
        case Language::en:
            return fmt::format("with {}", app);
        case Language::nb:
        case Language::sv:
        case Language::da:
            break;
    }
    return fmt::format("med {}", app);
}

}  // namespace

const Texts& texts_of(Language language) {
    switch (language) {
        case Language::nb:
            return texts_nb;
        case Language::sv:
            return texts_sv;
        case Language::da:
            return texts_da;
        case Language::fi:
            return texts_fi;
        case Language::en:
            break;
    }
    return texts_en;
}

std::string Phrases::operator()(Text key) const {
    const std::string_view text = texts_of(language_).at(static_cast<std::size_t>(key));
    return kind_ == Kind::lengthened ? lengthened(text) : std::string{text};
}

std::string Phrases::with_app(Text key, std::string_view app) const {
    return fill(fill((*this)(key), "app", app), "with_app", with_app_in(language_, app));
}

std::string fill(std::string text, std::string_view name, std::string_view value) {
    const std::string placeholder = fmt::format("{{{}}}", name);
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size())) {
        text.replace(at, placeholder.size(), value);
    }
    return text;
}

std::string app_name(std::string_view provider, Currency currency) {
    if (provider == "vipps") {
        return currency.code() == "DKK" || currency.code() == "EUR" ? "MobilePay" : "Vipps";
    }
    if (provider == "settle") {
        return "Settle";
    }
    if (provider == "centrapay") {
        return "Centrapay";
    }
    return provider == "seqr" ? "SEQR" : std::string{provider};
}

}  // namespace qrvend::display
