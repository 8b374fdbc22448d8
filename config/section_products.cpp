#include <fmt/format.h>

#include <map>

#include "config/sections.hpp"

namespace qrvend::config {

const Section& product_section() {
    static const Section section{
        .about = "What one slot sells.",
        .keys =
            {
                {.name = "slot",
                 .type = Key::Type::integer,
                 .about = "The number of the slot, as the machine's keypad or its vend request names it.",
                 .example = "12",
                 .required = true,
                 .minimum = 1,
                 .maximum = 65'534},
                {.name = "name",
                 .type = Key::Type::text,
                 .about = "The product's name on the screen and on receipts.",
                 .example = R"("Cola 0,5 l")",
                 .required = true,
                 .minimum = 1,
                 .maximum = 60},
                {.name = "price_minor",
                 .type = Key::Type::integer,
                 .about =
                     "The price with tax, in minor units of the kiosk's currency (øre, cent): 3500 is 35.00. The "
                     "payment system has limits of its own.",
                 .example = "3500",
                 .required = true,
                 .minimum = 1,
                 .maximum = 65'000'000},
                {.name = "vat_bp",
                 .type = Key::Type::integer,
                 .about = "The value added tax that the price holds, in hundredths of a percent: 1500 is 15 %.",
                 .example = "1500",
                 .required = true,
                 .minimum = 0,
                 .maximum = 10'000},
                {.name = "picture",
                 .type = Key::Type::file,
                 .about =
                     "An image of the product for the screen (PNG, JPEG or SVG), as a path from this file's folder "
                     "on.",
                 .example = R"("pictures/cola.svg")"},
                {.name = "minimum_age_years",
                 .type = Key::Type::integer,
                 .about = "The payment system refuses customers who are younger. Absent: no limit.",
                 .example = "18",
                 .minimum = 1,
                 .maximum = 100},
                {.name = "sold_out",
                 .type = Key::Type::boolean,
                 .about = "Shows the product and does not sell it.",
                 .example = "false",
                 .otherwise = "false"},
            },
    };
    return section;
}

void check_products(const Record& root, Problems& problems) {
    std::map<std::int64_t, int> line_of_slot;
    for (const Record& product : root.sections("products")) {
        const auto slot = product.integer("slot");
        if (!slot) {
            continue;
        }
        const Place place = product.place("slot");
        const auto [first, is_new] = line_of_slot.emplace(*slot, place.line);
        if (!is_new) {
            problems.error(place, fmt::format("slot {} has a product already, on line {}", *slot, first->second),
                           "each slot may have one product");
        }
    }
}

std::vector<ProductSettings> product_settings(const Record& root) {
    const Currency currency = kiosk_settings(root).currency;
    std::vector<ProductSettings> products;
    for (const Record& record : root.sections("products")) {
        Product product{.slot = {.number = static_cast<std::uint16_t>(record.integer("slot").value())},
                        .name = record.text("name").value(),
                        .price = {.minor = record.integer("price_minor").value(), .currency = currency},
                        .vat_bp = static_cast<std::uint16_t>(record.integer("vat_bp").value())};
        if (const auto years = record.integer("minimum_age_years")) {
            product.minimum_age_years = static_cast<std::uint8_t>(*years);
        }
        products.push_back({.product = std::move(product),
                            .picture = record.file("picture").value_or(std::filesystem::path()),
                            .sold_out = record.boolean("sold_out").value()});
    }
    return products;
}

}  // namespace qrvend::config
