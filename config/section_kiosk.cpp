#include "config/sections.hpp"

namespace qrvend::config {

const Section& kiosk_section() {
    static const Section section{
        .about = "Which machine this is and whom it serves.",
        .keys =
            {
                {.name = "id",
                 .type = Key::Type::text,
                 .about = "Names the machine in references, receipts and logs. No two machines of an operator "
                          "share one.",
                 .example = R"("vm-0042")",
                 .required = true,
                 .pattern = "[A-Za-z1-9][A-Za-z0-9-]{0,23}",
                 .pattern_says = "1 to 24 letters, digits and hyphens, the first no hyphen and no 0"},
                {.name = "name",
                 .type = Key::Type::text,
                 .about = "What customers read in their app and on receipts.",
                 .example = R"("Petra")",
                 .required = true,
                 .minimum = 1,
                 .maximum = 40},
                {.name = "currency",
                 .type = Key::Type::text,
                 .about = "The currency of every price (ISO 4217).",
                 .example = R"("NOK")",
                 .required = true,
                 .choices = {"NOK", "SEK", "DKK", "EUR", "GBP", "USD", "NZD"}},
                {.name = "languages",
                 .type = Key::Type::texts,
                 .about = "The languages that customers can choose (ISO 639-1). The screen returns to the first.",
                 .example = R"(["nb", "en"])",
                 .otherwise = R"(["en"])",
                 .minimum = 1,
                 .maximum = 5,
                 .choices = {"nb", "sv", "da", "fi", "en"}},
            },
    };
    return section;
}

KioskSettings kiosk_settings(const Record& root) {
    const Record& kiosk = *root.section("kiosk");
    return {.id = kiosk.text("id").value(),
            .name = kiosk.text("name").value(),
            .currency = Currency::parse(kiosk.text("currency").value()).value(),
            .languages = kiosk.texts("languages").value()};
}

}  // namespace qrvend::config
