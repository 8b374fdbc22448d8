// The rules of an MDB machine that look at several values, and the defaults of the rest.

#include <doctest/doctest.h>

#include "config/config.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend;
using namespace qrvend::config;
using test::replaced;
using Lines = std::vector<std::string>;

namespace {

/// A machine behind an adapter, with more lines of its section.
std::string with(std::string_view more = "") {
    return replaced(test::sample, R"("driver": "simulated")",
                    R"("driver": "mdb", "mdb": { "adapter": "qibixx", "device": "/dev/serial/by-id/one")" +
                        std::string(more) + "}");
}

mdb::Settings settings(std::string_view more = "") {
    const test::Folder folder;
    const auto config = folder.load(with(more));
    REQUIRE(config);
    CHECK(config->machine.driver == "mdb");
    REQUIRE(config->machine.mdb);
    return *config->machine.mdb;
}

}  // namespace

TEST_CASE("an adapter and its device are enough, and the rest has the defaults of its settings") {
    const mdb::Settings read = settings();
    const mdb::Settings defaults{.device = "/dev/serial/by-id/one", .reader = {.currency = read.reader.currency}};
    CHECK(read.device == defaults.device);
    CHECK(read.address_key == defaults.address_key);
    CHECK(read.deny_form == defaults.deny_form);
    CHECK(read.session == defaults.session);
    CHECK(read.session_funds_minor == defaults.session_funds_minor);
    CHECK(read.vend_limit == defaults.vend_limit);
    CHECK(read.items.empty());
    CHECK(read.reader.address == defaults.reader.address);
    CHECK(read.reader.scale_factor == defaults.reader.scale_factor);
    CHECK(read.reader.decimal_places == defaults.reader.decimal_places);
    CHECK(read.reader.answer_limit == defaults.reader.answer_limit);
    CHECK(read.reader.always_idle == defaults.reader.always_idle);
    CHECK(read.reader.currency.code() == "NOK");
    CHECK(read.reader.country_code == 0x1578);
}

TEST_CASE("what the section says is what the driver is told") {
    const mdb::Settings read =
        settings(R"(, "address": "60h", "address_key": "mdb-address", "deny_form": "stop", "country_code": "0047",
                     "scale_factor": 5, "decimal_places": 1, "answer_limit_s": 90, "always_idle": false,
                     "session_s": 30, "session_funds_minor": 20000, "vend_limit_s": 60,
                     "items": [ { "item": 1, "slot": 12 } ])");
    CHECK(read.reader.address == 0x60);
    CHECK(read.address_key == "mdb-address");
    CHECK(read.deny_form == mdb::DenyForm::stop);
    CHECK(read.reader.country_code == 0x0047);
    CHECK(read.reader.scale_factor == 5);
    CHECK(read.reader.decimal_places == 1);
    CHECK(read.reader.answer_limit == seconds(90));
    CHECK_FALSE(read.reader.always_idle);
    CHECK(read.session == seconds(30));
    CHECK(read.session_funds_minor == 20'000);
    CHECK(read.vend_limit == seconds(60));
    CHECK(read.items == std::map<std::uint16_t, Slot>{{1, Slot{12}}});
}

TEST_CASE("the machine and the kiosk have one currency") {
    const test::Folder folder;
    CHECK(folder.problems(with(R"(, "currency": "NOK", "country_code": "1578")")) == Lines{});
    CHECK(folder.problems(with(R"(, "currency": "SEK")")) ==
          Lines{"11: machine.mdb.currency: found \"SEK\"; allowed is the kiosk's currency, \"NOK\""});
    CHECK(
        folder.problems(with(R"(, "country_code": "1752")")) ==
        Lines{
            "11: machine.mdb.country_code: found \"1752\"; allowed is \"1578\", which is NOK, or a telephone code "
            "behind a 0"});
    CHECK(folder.problems(with(R"(, "country_code": "2578")")) ==
          Lines{"11: machine.mdb.country_code: found \"2578\"; allowed is four digits, the first 0 or 1"});
}

TEST_CASE("every currency of a kiosk has its number") {
    const test::Folder folder;
    for (const char* const code : {"NOK", "SEK", "DKK", "EUR", "GBP", "USD", "NZD"}) {
        CAPTURE(code);
        const auto text = replaced(with(), R"("currency": "NOK")", R"("currency": ")" + std::string(code) + '"');
        const auto config = folder.load(text);
        // Whether the payment system settles in it is another question.
        CHECK((!config || config->machine.mdb->reader.country_code > 0x1000));
    }
}

TEST_CASE("an item stands for one slot, which has a product") {
    const test::Folder folder;
    CHECK(folder.problems(with(R"(, "items": [ { "item": 1, "slot": 12 }, { "item": 2, "slot": 12 } ])")) ==
          Lines{});
    CHECK(
        folder.problems(with(R"(, "items": [ { "item": 1, "slot": 12 }, { "item": 1, "slot": 13 } ])")) ==
        Lines{
            "11: machine.mdb.items[1].item: item 1 stands for a slot already, on line 11; each item may stand for "
            "one slot"});
    CHECK(folder.problems(with(R"(, "items": [ { "item": 1, "slot": 99 } ])")) ==
          Lines{"11: machine.mdb.items[0].slot: found 99; allowed is the slot of a product"});
}

TEST_CASE("a machine that looks at the money first is shown enough for every product") {
    const test::Folder folder;
    CHECK(folder.problems(with(R"(, "session_funds_minor": 3499)")) == Lines{});
    CHECK(folder.problems(with(R"(, "always_idle": false, "session_funds_minor": 3500)")) == Lines{});
    CHECK(folder.problems(with(R"(, "always_idle": false, "session_funds_minor": 3499)")) ==
          Lines{"11: machine.mdb.session_funds_minor: found 3499; allowed is at least 3500, the highest price of a "
                "product"});
}

TEST_CASE("what cannot be is named") {
    const test::Folder folder;
    CHECK(folder.problems(replaced(test::sample, R"("driver": "simulated")", R"("driver": "mdb")")) ==
          Lines{"11: machine.mdb: missing; required is an object {...}, because the driver is \"mdb\""});
    CHECK(folder.problems(replaced(with(), R"("qibixx")", R"("waferstar")")) ==
          Lines{"11: machine.mdb.adapter: found \"waferstar\"; allowed is \"qibixx\""});
    CHECK(
        folder.problems(replaced(with(), R"("/dev/serial/by-id/one")", R"("ttyACM0")")) ==
        Lines{"11: machine.mdb.device: found \"ttyACM0\"; allowed is an absolute path of at most 200 characters"});
    CHECK(folder.problems(with(R"(, "answer_limit_s": 256)")) ==
          Lines{"11: machine.mdb.answer_limit_s: found 256; allowed is a whole number, 60 to 255"});
    CHECK(folder.problems(with(R"(, "answer_limit_s": 5)")) ==
          Lines{"11: machine.mdb.answer_limit_s: found 5; allowed is a whole number, 60 to 255"});
}
