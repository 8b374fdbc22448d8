#include "drivers/vipps/sandbox/phone_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "drivers/vipps/sandbox/text.hpp"

namespace qrvend::vipps::sandbox {

namespace {

constexpr std::array<Words, 5> all_words = {{
    {.language = "en",
     .decimal_mark = ".",
     .no_real_money = "No real money",
     .pay_to = "Payment to",
     .total = "Total",
     .approve = "Approve",
     .reject = "Reject",
     .minutes_left = "Must be approved within {} min",
     .age_demanded = "Buyers must be {} years or older",
     .pretend_younger = "Pretend that I am younger than {}",
     .too_young = "You are too young to buy this. Nothing was charged.",
     .card_refused = "The payment was refused by the bank. Nothing was charged.",
     .processing = "One moment …",
     .processing_hint = "Your payment is being processed.",
     .approved = "Approved",
     .approved_hint = "The amount is reserved. The machine is getting your product ready.",
     .paid = "Paid",
     .paid_hint = "Thank you for your purchase.",
     .refunded = "Refunded",
     .refunded_hint = "{} has been paid back.",
     .released = "Not charged",
     .released_hint = "The reserved amount has been released.",
     .rejected = "You rejected the payment",
     .not_charged = "Nothing was charged.",
     .expired = "The payment has expired",
     .terminated = "The shop cancelled the payment",
     .unknown = "This payment is not known",
     .unknown_hint = "The code is old, or it belongs to another sandbox.",
     .reference = "Reference"},
    {.language = "nb",
     .decimal_mark = ",",
     .no_real_money = "Ikke ekte penger",
     .pay_to = "Betaling til",
     .total = "Totalt",
     .approve = "Godkjenn",
     .reject = "Avvis",
     .minutes_left = "Må godkjennes innen {} min",
     .age_demanded = "Kjøper må være {} år eller eldre",
     .pretend_younger = "Lat som jeg er under {} år",
     .too_young = "Du er for ung til å kjøpe dette. Ingenting er trukket.",
     .card_refused = "Banken avviste betalingen. Ingenting er trukket.",
     .processing = "Et øyeblikk …",
     .processing_hint = "Betalingen behandles.",
     .approved = "Godkjent",
     .approved_hint = "Beløpet er reservert. Automaten gjør varen klar.",
     .paid = "Betalt",
     .paid_hint = "Takk for handelen.",
     .refunded = "Refundert",
     .refunded_hint = "{} er betalt tilbake.",
     .released = "Ikke belastet",
     .released_hint = "Det reserverte beløpet er frigitt.",
     .rejected = "Du avviste betalingen",
     .not_charged = "Ingenting er trukket.",
     .expired = "Betalingen har utløpt",
     .terminated = "Butikken avbrøt betalingen",
     .unknown = "Betalingen er ukjent",
     .unknown_hint = "Koden er gammel, eller den hører til en annen sandkasse.",
     .reference = "Referanse"},
    {.language = "sv",
     .decimal_mark = ",",
     .no_real_money = "Inga riktiga pengar",
     .pay_to = "Betalning till",
     .total = "Totalt",
     .approve = "Godkänn",
     .reject = "Avvisa",
     .minutes_left = "Måste godkännas inom {} min",
     .age_demanded = "Köparen måste ha fyllt {} år",
     .pretend_younger = "Låtsas att jag är under {} år",
     .too_young = "Du är för ung för att köpa detta. Inget har dragits.",
     .card_refused = "Banken nekade betalningen. Inget har dragits.",
     .processing = "Ett ögonblick …",
     .processing_hint = "Betalningen behandlas.",
     .approved = "Godkänd",
     .approved_hint = "Beloppet är reserverat. Automaten gör varan klar.",
     .paid = "Betald",
     .paid_hint = "Tack för ditt köp.",
     .refunded = "Återbetald",
     .refunded_hint = "{} har betalats tillbaka.",
     .released = "Inte debiterad",
     .released_hint = "Det reserverade beloppet har släppts.",
     .rejected = "Du avvisade betalningen",
     .not_charged = "Inget har dragits.",
     .expired = "Betalningen har gått ut",
     .terminated = "Butiken avbröt betalningen",
     .unknown = "Betalningen är okänd",
     .unknown_hint = "Koden är gammal eller hör till en annan sandlåda.",
     .reference = "Referens"},
    {.language = "da",
     .decimal_mark = ",",
     .no_real_money = "Ingen rigtige penge",
     .pay_to = "Betaling til",
     .total = "I alt",
     .approve = "Godkend",
     .reject = "Afvis",
     .minutes_left = "Skal godkendes inden {} min",
     .age_demanded = "Køber skal være fyldt {} år",
     .pretend_younger = "Lad som om jeg er under {} år",
     .too_young = "Du er for ung til at købe dette. Intet er trukket.",
     .card_refused = "Banken afviste betalingen. Intet er trukket.",
     .processing = "Et øjeblik …",
     .processing_hint = "Betalingen behandles.",
     .approved = "Godkendt",
     .approved_hint = "Beløbet er reserveret. Automaten gør varen klar.",
     .paid = "Betalt",
     .paid_hint = "Tak for handlen.",
     .refunded = "Refunderet",
     .refunded_hint = "{} er betalt tilbage.",
     .released = "Ikke trukket",
     .released_hint = "Det reserverede beløb er frigivet.",
     .rejected = "Du afviste betalingen",
     .not_charged = "Intet er trukket.",
     .expired = "Betalingen er udløbet",
     .terminated = "Butikken annullerede betalingen",
     .unknown = "Betalingen er ukendt",
     .unknown_hint = "Koden er gammel eller hører til en anden sandkasse.",
     .reference = "Reference"},
    {.language = "fi",
     .decimal_mark = ",",
     .no_real_money = "Ei oikeaa rahaa",
     .pay_to = "Maksun saaja",
     .total = "Yhteensä",
     .approve = "Hyväksy",
     .reject = "Hylkää",
     .minutes_left = "Hyväksyttävä {} minuutin kuluessa",
     .age_demanded = "Ostajan on oltava vähintään {}-vuotias",
     .pretend_younger = "Olen muka alle {}-vuotias",
     .too_young = "Olet liian nuori ostamaan tämän. Mitään ei veloitettu.",
     .card_refused = "Pankki hylkäsi maksun. Mitään ei veloitettu.",
     .processing = "Hetkinen …",
     .processing_hint = "Maksua käsitellään.",
     .approved = "Hyväksytty",
     .approved_hint = "Summa on varattu. Automaatti valmistelee tuotettasi.",
     .paid = "Maksettu",
     .paid_hint = "Kiitos ostoksesta.",
     .refunded = "Palautettu",
     .refunded_hint = "{} on maksettu takaisin.",
     .released = "Ei veloitettu",
     .released_hint = "Varattu summa on vapautettu.",
     .rejected = "Hylkäsit maksun",
     .not_charged = "Mitään ei veloitettu.",
     .expired = "Maksu on vanhentunut",
     .terminated = "Kauppa perui maksun",
     .unknown = "Maksua ei tunneta",
     .unknown_hint = "Koodi on vanha tai kuuluu toiseen hiekkalaatikkoon.",
     .reference = "Viite"},
}};

// "nb-NO;q=0.8" gives "nb" and 800.
struct Wish {
    std::string_view language;
    int weight = 1000;
};

Wish read_wish(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    Wish wish{.language = text.substr(0, text.find_first_of("-; "))};
    const auto quality = text.find(";q=0");
    if (quality != std::string_view::npos) {
        const std::string_view digits = text.substr(std::min(quality + 5, text.size()));
        int tenths = 0;
        std::from_chars(digits.data(), digits.data() + std::min<std::size_t>(digits.size(), 1), tenths);
        wish.weight = 100 * tenths;
    }
    return wish;
}

const Words* words_of(std::string_view language) {
    // Plain Norwegian and Nynorsk readers are served in Bokmål.
    if (equal_ignoring_case(language, "no") || equal_ignoring_case(language, "nn")) {
        language = "nb";
    }
    const auto found = std::ranges::find_if(
        all_words, [&](const Words& words) { return equal_ignoring_case(words.language, language); });
    return found == all_words.end() ? nullptr : &*found;
}

}  // namespace

const Words& choose_words(std::string_view accept_language) {
    const Words* best = all_words.data();
    int best_weight = 0;
    while (!accept_language.empty()) {
        const auto end = std::min(accept_language.find(','), accept_language.size());
        const Wish wish = read_wish(accept_language.substr(0, end));
        const Words* words = words_of(wish.language);
        if (words != nullptr && wish.weight > best_weight) {
            best = words;
            best_weight = wish.weight;
        }
        accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    }
    return *best;
}

std::string price_text(Money money, const Words& words) {
    const std::string_view code = money.currency.code();
    const std::string_view sign = money.minor < 0 ? "-" : "";
    const std::int64_t minor = money.minor < 0 ? -money.minor : money.minor;
    const std::string number = money.currency.decimals() == 0
                                   ? fmt::format("{}{}", sign, minor)
                                   : fmt::format("{}{}{}{:02}", sign, minor / 100, words.decimal_mark, minor % 100);
    if (words.language == "en") {
        return fmt::format("{} {}", code, number);
    }
    // A no-break space keeps the amount in one line.
    return fmt::format("{}\u00a0{}", number, code == "EUR" ? "€" : "kr");
}

}  // namespace qrvend::vipps::sandbox
