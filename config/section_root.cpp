#include "config/sections.hpp"

namespace qrvend::config {

namespace {

Section make_root_section() {
    return {
        .about = "The config file of one machine (qrvend run --config FILE). JSON with comments.",
        .keys = {
            {.name = "$schema",
             .type = Key::Type::text,
             .about = "Lets an editor help with this file; qrvend itself passes over it.",
             .example = R"("kiosk.schema.json")"},
            {.name = "kiosk",
             .type = Key::Type::section,
             .about = kiosk_section().about,
             .required = true,
             .section = &kiosk_section()},
            {.name = "products",
             .type = Key::Type::sections,
             .about = "What the machine sells. No two products share a slot.",
             .required = true,
             .minimum = 1,
             .maximum = 500,
             .section = &product_section()},
            {.name = "machine",
             .type = Key::Type::section,
             .about = machine_section().about,
             .required = true,
             .section = &machine_section()},
            {.name = "payment",
             .type = Key::Type::section,
             .about = payment_section().about,
             .required = true,
             .section = &payment_section()},
            {.name = "display",
             .type = Key::Type::section,
             .about = display_section().about,
             .section = &display_section()},
            {.name = "web",
             .type = Key::Type::section,
             .about = web_section().about,
             .otherwise = "{}",
             .section = &web_section()},
            {.name = "state_directory",
             .type = Key::Type::text,
             .about = "The folder of the journal, on a disk that survives a power cut.",
             .example = R"("/var/lib/qrvend")",
             .otherwise = R"("/var/lib/qrvend")",
             .maximum = 200,
             .pattern = "/.*",
             .pattern_says = "an absolute path of at most 200 characters"},
            {.name = "log_level",
             .type = Key::Type::text,
             .about = "The least important messages that are written. notice: sales and the machine's condition; "
                      "info: every step of a sale; debug: for developers.",
             .example = R"("notice")",
             .otherwise = R"("notice")",
             .choices = {"critical", "error", "warning", "notice", "info", "debug"}},
        }};
}

}  // namespace

const Section& root_section() {
    static const Section section = make_root_section();
    return section;
}

}  // namespace qrvend::config
