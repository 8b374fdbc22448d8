#include "display/samples.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace qrvend::display {

namespace {

constexpr std::array<std::string_view, 12> names{"Cola 0,5 l",
                                                 "Mineral water, still, 0,5 l",
                                                 "Orange juice",
                                                 "Chocolate with hazelnuts 100 g",
                                                 "Crisps, paprika",
                                                 "Wholegrain sandwich with cheese, ham and mustard",
                                                 "Apple",
                                                 "Energy drink sugar free 0,33 l",
                                                 "Chewing gum",
                                                 "Protein bar, peanut and caramel",
                                                 "Salted cashew nuts",
                                                 "Iced coffee"};

std::string_view currency_code(Language language) {
    switch (language) {
        case Language::nb:
            return "NOK";
        case Language::sv:
            return "SEK";
        case Language::da:
            return "DKK";
        case Language::fi:
        case Language::en:
            break;
    }
    return "EUR";
}

constexpr int offers_on_idle = 9;
constexpr std::string_view target_url = "https://qr.vipps.no/28/2/01/031/4791234567";

void add_reasons(std::vector<Sample>& all, const view::Offer& offer) {
    using NotCharged = view::NotCharged::Why;
    using OutOfService = view::OutOfService::Why;
    for (const auto& [name, why] : {std::pair{"rejected", NotCharged::rejected},
                                    {"expired", NotCharged::expired},
                                    {"cancelled", NotCharged::cancelled},
                                    {"unreachable", NotCharged::provider_unreachable},
                                    {"not-ready", NotCharged::machine_not_ready}}) {
        all.push_back({fmt::format("not-charged-{}", name), view::NotCharged{.offer = offer, .why = why}});
    }
    for (const auto& [name, why] : {std::pair{"starting", OutOfService::starting},
                                    {"unreachable", OutOfService::provider_unreachable},
                                    {"machine", OutOfService::machine_fault},
                                    {"storage", OutOfService::storage},
                                    {"stopping", OutOfService::stopping},
                                    {"set-up", OutOfService::set_up}}) {
        const std::string detail = why == OutOfService::machine_fault ? "drop_sensor_blind: light curtain 2" : "";
        all.push_back({fmt::format("out-of-service-{}", name), view::OutOfService{.why = why, .detail = detail}});
    }
}

}  // namespace

std::vector<view::Offer> sample_offers(Language language, int count) {
    const Currency currency = Currency::parse(currency_code(language)).value();
    const bool euro = currency.code() == "EUR";
    std::vector<view::Offer> offers;
    for (int i = 0; i < count; ++i) {
        const std::int64_t kroner = 1800 + i * 7 % 12 * 250;
        offers.push_back({.slot = {static_cast<std::uint16_t>(11 + i / 6 * 10 + i % 6)},
                          .name = std::string{names.at(static_cast<std::size_t>(i) % names.size())},
                          .price = {.minor = euro ? kroner / 10 : kroner, .currency = currency},
                          .picture = {},
                          .sold_out = i % 5 == 4});
    }
    return offers;
}

std::vector<Sample> samples(Language language) {
    const auto offers = sample_offers(language, offers_on_idle);
    const view::Offer& offer = offers.front();
    view::ScanToPay scan{.offer = offer,
                         .provider = "vipps",
                         .qr_text = std::string{target_url},
                         .qr_picture = nullptr,
                         .until = sample_time + std::chrono::minutes{4} + seconds{32},
                         .approving = false};
    std::vector<Sample> all{{"idle", view::Idle{.offers = offers, .own_keypad = false}},
                            {"idle-keypad", view::Idle{.offers = offers, .own_keypad = true}},
                            {"idle-begin", view::Idle{.offers = offers, .own_keypad = true, .wants_begin = true}},
                            {"preparing", view::Preparing{offer}},
                            {"scan", scan}};
    scan.approving = true;
    all.push_back({"approving", scan});
    all.push_back({"finishing", view::Finishing{offer}});
    all.push_back({"dispensing", view::Dispensing{offer}});
    all.push_back({"take-product", view::TakeProduct{offer}});
    all.push_back({"money-returning", view::MoneyReturned{.offer = offer, .done = false}});
    all.push_back({"money-returned", view::MoneyReturned{.offer = offer, .done = true}});
    all.push_back({"ask-operator", view::AskOperator{.offer = offer, .sale = SaleId{"7K3M9Q2XBD"}}});
    add_reasons(all, offer);
    return all;
}

}  // namespace qrvend::display
