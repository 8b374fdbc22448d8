#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "config/sections.hpp"

namespace qrvend::config {

namespace {

/// MDB/ICP 4.2, READER CONFIG: ISO 4217 numbers as BCD digits behind a leading 1.
struct CountryCode {
    std::string_view currency;
    std::string_view digits;
};
constexpr std::array country_codes{
    CountryCode{.currency = "NOK", .digits = "1578"}, CountryCode{.currency = "SEK", .digits = "1752"},
    CountryCode{.currency = "DKK", .digits = "1208"}, CountryCode{.currency = "EUR", .digits = "1978"},
    CountryCode{.currency = "GBP", .digits = "1826"}, CountryCode{.currency = "USD", .digits = "1840"},
    CountryCode{.currency = "NZD", .digits = "1554"},
};

std::string_view country_code_of(std::string_view currency) {
    return std::ranges::find(country_codes, currency, &CountryCode::currency)->digits;
}

constexpr std::string_view cashless_2 = "60h";
constexpr std::string_view stop_denies = "stop";

const Section& item_section() {
    static const Section section{
        .about = "Which slot an item number of the machine stands for.",
        .keys = {{.name = "item",
                  .type = Key::Type::integer,
                  .about = "The number in the machine's vend request. 65535 (FFFF): it named none.",
                  .example = "257",
                  .required = true,
                  .minimum = 0,
                  .maximum = 65'535},
                 {.name = "slot",
                  .type = Key::Type::integer,
                  .about = "The slot of a product.",
                  .example = "12",
                  .required = true,
                  .minimum = 1,
                  .maximum = 65'534}},
    };
    return section;
}

std::vector<Key> adapter_keys() {
    return {
        {.name = "adapter",
         .type = Key::Type::text,
         .about = "What stands between this computer and the bus. qibixx: an MDB-USB or a Pi HAT.",
         .example = R"("qibixx")",
         .required = true,
         .choices = {"qibixx"}},
        {.name = "device",
         .type = Key::Type::text,
         .about = "The adapter's serial device, by a name that it keeps when it is plugged in again.",
         .example = R"("/dev/serial/by-id/usb-Qibixx_MDB-HAT_0-if00")",
         .required = true,
         .pattern = "/.*",
         .pattern_says = "an absolute path of at most 200 characters"},
        {.name = "address_key",
         .type = Key::Type::text,
         .about = "What the adapter calls the parameter of its bus address. Where the log says that it does not "
                  "know one, try the other.",
         .example = R"("mdb-addr")",
         .otherwise = R"("mdb-addr")",
         .choices = {"mdb-addr", "mdb-address"}},
        {.name = "deny_form",
         .type = Key::Type::text,
         .about = "How the adapter is told that nothing was paid: C,VEND,-1 or C,STOP. Where the machine does "
                  "not return to its idle state after an aborted payment, try the other.",
         .example = R"("vend_minus_one")",
         .otherwise = R"("vend_minus_one")",
         .choices = {"vend_minus_one", stop_denies}}};
}

std::vector<Key> reader_keys() {
    return {
        {.name = "address",
         .type = Key::Type::text,
         .about = "The reader's place on the bus: 10h is cashless 1, 60h is cashless 2, for machines that have "
                  "a card reader already.",
         .example = R"("10h")",
         .otherwise = R"("10h")",
         .choices = {"10h", cashless_2}},
        {.name = "currency",
         .type = Key::Type::text,
         .about = "What the machine counts in, where its own settings say so. It must be the kiosk's currency.",
         .example = R"("NOK")"},
        {.name = "country_code",
         .type = Key::Type::text,
         .about = "The currency as the machine wants to be told it: 1 and the ISO 4217 number, or 0 and the "
                  "telephone code of the country, for old machines. Absent: the number of the kiosk's currency.",
         .example = R"("1578")",
         .pattern = "[01][0-9]{3}",
         .pattern_says = "four digits, the first 0 or 1"},
        {.name = "scale_factor",
         .type = Key::Type::integer,
         .about = "The smallest amount on the bus, in units of the last decimal place; as the machine's prices "
                  "want it.",
         .example = "1",
         .otherwise = "1",
         .minimum = 1,
         .maximum = 100},
        {.name = "decimal_places",
         .type = Key::Type::integer,
         .about = "The decimal places of amounts on the bus.",
         .example = "2",
         .otherwise = "2",
         .minimum = 0,
         .maximum = 3},
        {.name = "answer_limit_s",
         .type = Key::Type::integer,
         .about = "How long the machine is asked to wait for the payment. The code disappears 30 s before, and "
                  "the machine always has its answer in time. MDB knows no more than 255.",
         .example = "255",
         .otherwise = "255",
         .minimum = 60,
         .maximum = 255},
        {.name = "always_idle",
         .type = Key::Type::boolean,
         .about = "The machine takes a selection at any time (MDB level 3, Always Idle). false, for machines "
                  "that want a card first: a touch on the screen begins a session.",
         .example = "true",
         .otherwise = "true"}};
}

std::vector<Key> vend_keys() {
    return {{.name = "session_s",
             .type = Key::Type::integer,
             .about = "How long a session stays open in which nothing is chosen. Many machines take no cash then.",
             .example = "60",
             .otherwise = "60",
             .minimum = 10,
             .maximum = 600},
            {.name = "session_funds_minor",
             .type = Key::Type::integer,
             .about = "What the machine is told that the customer has, in minor units of the currency, until a "
                      "payment tells: at least the highest price.",
             .example = "10000",
             .otherwise = "10000",
             .minimum = 1,
             .maximum = 65'000'000},
            {.name = "vend_limit_s",
             .type = Key::Type::integer,
             .about = "From the approval until the machine must have said whether the product dropped.",
             .example = "120",
             .otherwise = "120",
             .minimum = 10,
             .maximum = 600},
            {.name = "items",
             .type = Key::Type::sections,
             .about = "The machine's item numbers. One that is absent here is the slot of the same number.",
             .minimum = 1,
             .maximum = 500,
             .section = &item_section()}};
}

Section make_mdb_section() {
    Section section{.about = "A vending machine with an MDB bus: qrvend is its cashless reader.", .keys = {}};
    for (const auto& keys : {adapter_keys(), reader_keys(), vend_keys()}) {
        section.keys.insert(section.keys.end(), keys.begin(), keys.end());
    }
    return section;
}

void check_currency(const Record& mdb, std::string_view currency, Problems& problems) {
    const auto machines = mdb.text("currency");
    if (machines && *machines != currency) {
        problems.error(mdb.place("currency"), fmt::format("found \"{}\"", *machines),
                       fmt::format("allowed is the kiosk's currency, \"{}\"", currency));
    }
    const auto code = mdb.text("country_code");
    if (code && code->starts_with('1') && *code != country_code_of(currency)) {
        problems.error(mdb.place("country_code"), fmt::format("found \"{}\"", *code),
                       fmt::format("allowed is \"{}\", which is {}, or a telephone code behind a 0",
                                   country_code_of(currency), currency));
    }
}

bool has_product(const Record& root, std::int64_t slot) {
    return std::ranges::any_of(root.sections("products"),
                               [slot](const Record& product) { return product.integer("slot") == slot; });
}

void check_items(const Record& root, const Record& mdb, Problems& problems) {
    std::map<std::int64_t, int> line_of_item;
    for (const Record& entry : mdb.sections("items")) {
        if (const auto slot = entry.integer("slot"); slot && !has_product(root, *slot)) {
            problems.error(entry.place("slot"), fmt::format("found {}", *slot), "allowed is the slot of a product");
        }
        const auto item = entry.integer("item");
        if (!item) {
            continue;
        }
        const Place place = entry.place("item");
        const auto [first, is_new] = line_of_item.emplace(*item, place.line);
        if (!is_new) {
            problems.error(place,
                           fmt::format("item {} stands for a slot already, on line {}", *item, first->second),
                           "each item may stand for one slot");
        }
    }
}

// A machine that wants to see money before a selection offers only what that money buys.
void check_funds(const Record& root, const Record& mdb, Problems& problems) {
    std::int64_t highest = 0;
    for (const Record& product : root.sections("products")) {
        highest = std::max(highest, product.integer("price_minor").value_or(0));
    }
    const auto funds = mdb.integer("session_funds_minor");
    if (funds && *funds < highest && !mdb.boolean("always_idle").value_or(true)) {
        problems.error(mdb.place("session_funds_minor"), fmt::format("found {}", *funds),
                       fmt::format("allowed is at least {}, the highest price of a product", highest));
    }
}

std::map<std::uint16_t, Slot> items(const Record& mdb) {
    std::map<std::uint16_t, Slot> items;
    for (const Record& entry : mdb.sections("items")) {
        items.emplace(static_cast<std::uint16_t>(entry.integer("item").value()),
                      Slot{static_cast<std::uint16_t>(entry.integer("slot").value())});
    }
    return items;
}

// The digits are binary coded decimals.
std::uint16_t country_code(const Record& mdb, Currency currency) {
    const std::string digits = mdb.text("country_code").value_or(std::string(country_code_of(currency.code())));
    return static_cast<std::uint16_t>(std::stoul(digits, nullptr, 16));
}

mdb::ReaderSettings reader_settings(const Record& mdb, Currency currency) {
    return {.address = static_cast<std::uint8_t>(mdb.text("address") == cashless_2 ? 0x60 : 0x10),
            .currency = currency,
            .country_code = country_code(mdb, currency),
            .scale_factor = static_cast<std::uint8_t>(mdb.integer("scale_factor").value()),
            .decimal_places = static_cast<std::uint8_t>(mdb.integer("decimal_places").value()),
            .answer_limit = seconds(mdb.integer("answer_limit_s").value()),
            .always_idle = mdb.boolean("always_idle").value(),
            .cash_sales = false};  // no line is known by which the adapter would tell of one
}

}  // namespace

const Section& mdb_section() {
    static const Section section = make_mdb_section();
    return section;
}

void check_mdb(const Record& root, const Record& mdb, Problems& problems) {
    const Record* const kiosk = root.section("kiosk");
    if (const auto currency = kiosk == nullptr ? std::nullopt : kiosk->text("currency")) {
        check_currency(mdb, *currency, problems);
    }
    check_items(root, mdb, problems);
    check_funds(root, mdb, problems);
}

bool mdb_confirms_product(const Record&) {
    return true;
}

mdb::Settings mdb_settings(const Record& root, const Record& mdb) {
    return {.device = mdb.text("device").value(),
            .address_key = mdb.text("address_key").value(),
            .deny_form = mdb.text("deny_form") == stop_denies ? mdb::DenyForm::stop : mdb::DenyForm::vend_minus_one,
            .reader = reader_settings(mdb, kiosk_settings(root).currency),
            .session_funds_minor = mdb.integer("session_funds_minor").value(),
            .session = seconds(mdb.integer("session_s").value()),
            .vend_limit = seconds(mdb.integer("vend_limit_s").value()),
            .items = items(mdb)};
}

}  // namespace qrvend::config
