// The config as a whole: what a sound one gives, and what a technician reads about a wrong one.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "config/config.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend;
using namespace qrvend::config;
using test::Folder;
using test::replaced;
using test::sample;

namespace {

using Lines = std::vector<std::string>;

/// One change to the sample, and every line that must be printed about it.
struct Wrong {
    std::string_view from;
    std::string_view to;
    Lines lines;
};

void check_all(const Folder& folder, const std::vector<Wrong>& table) {
    for (const Wrong& wrong : table) {
        CAPTURE(wrong.to);
        CHECK(folder.problems(replaced(sample, wrong.from, wrong.to)) == wrong.lines);
    }
}

}  // namespace

TEST_CASE("a small config gives its values and the defaults of the rest") {
    const Folder folder;
    const auto config = folder.load(sample);
    REQUIRE(config);
    CHECK(config->warnings.empty());
    CHECK(config->kiosk.id == "vm-0042");
    CHECK(config->kiosk.name == "Petra");
    CHECK(config->kiosk.currency.code() == "NOK");
    CHECK(config->kiosk.languages == std::vector<std::string>{"en"});
    REQUIRE(config->products.size() == 2);
    const Product cola{.slot = {12},
                       .name = "Cola 0,5 l",
                       .price = {.minor = 3500, .currency = config->kiosk.currency},
                       .vat_bp = 1500};
    CHECK(config->products[0].product == cola);
    CHECK(config->products[0].picture.empty());
    CHECK_FALSE(config->products[0].sold_out);
    CHECK(config->machine.driver == "simulated");
    CHECK_FALSE(config->machine.simulated.own_keypad);
    CHECK(config->machine.simulated.confirms_product);
    CHECK_FALSE(config->machine.simulated.answer_limit);
    CHECK(config->machine.simulated.vend_time == milliseconds(2000));
    CHECK(config->payment.provider == "vipps");
    CHECK(config->payment.capture == CaptureOrder::before_vend);
    CHECK(config->payment.unknown_vend == UnknownVend::refund);
    CHECK(config->payment.timeout == seconds(300));
    CHECK(config->payment.vipps.base_url == "https://api.vipps.no");
    CHECK(config->payment.vipps.client_secret == "s3cr3t-one");
    CHECK(config->payment.vipps.subscription_key == "s3cr3t-two");
    CHECK(config->payment.vipps.payment_description == "Vending machine Petra");
    CHECK(config->payment.vipps.pos_id == "vm-0042");
    CHECK(config->payment.vipps.deadlines.adjust == milliseconds(10'000));
    CHECK_FALSE(config->display);
    CHECK(config->web.enabled);
    CHECK(config->web.address == "127.0.0.1");
    CHECK(config->web.port == 8080);
    CHECK(config->state_directory == "/var/lib/qrvend");
    CHECK(config->log_level == LogLevel::notice);
}

TEST_CASE("the defaults are those of the settings that they fill") {
    const Folder folder;
    const auto config = folder.load(replaced(sample, R"({ "enabled": false })", "{}"));
    REQUIRE(config);
    REQUIRE(config->display);
    const display::Settings screen;
    CHECK(config->display->theme == screen.theme);
    CHECK(config->display->font == screen.font);
    CHECK(config->display->bold_font == screen.bold_font);
    CHECK(config->display->diagonal_mm == screen.diagonal_mm);
    CHECK(config->display->viewing_distance_mm == screen.viewing_distance_mm);
    CHECK(config->display->mode == screen.mode);
    CHECK(config->display->window == screen.window);
    CHECK(config->display->languages == std::vector{display::Language::en});

    const vipps::Settings defaults;
    const vipps::Settings& vipps = config->payment.vipps;
    CHECK(vipps.base_url == defaults.base_url);
    CHECK(vipps.qr_source == defaults.qr_source);
    CHECK(vipps.picture_size_px == defaults.picture_size_px);
    CHECK(vipps.receipt == defaults.receipt);
    CHECK(vipps.order_management_url == defaults.order_management_url);
    CHECK(vipps.webhook_url == defaults.webhook_url);
    CHECK(vipps.deadlines.token == defaults.deadlines.token);
    CHECK(vipps.deadlines.create == defaults.deadlines.create);
    CHECK(vipps.deadlines.query == defaults.deadlines.query);
    CHECK(vipps.deadlines.adjust == defaults.deadlines.adjust);
    CHECK(vipps.deadlines.receipt == defaults.deadlines.receipt);
    CHECK(vipps.deadlines.webhooks == defaults.deadlines.webhooks);
    CHECK(vipps.deadlines.picture == defaults.deadlines.picture);
}

TEST_CASE("a config wrong in ten places names all ten in one run") {
    const Folder folder;
    const Lines lines = folder.problems(R"({
  "kiosk": { "id": "vm 42", "name": "", "currency": "XXX", "languages": ["nb", "de"] },
  "products": [
    { "slot": 0, "name": "Cola", "price_minor": 35.5, "vat_bp": 10001 }
  ],
  "machine": { "driver": "modbuss" },
  "payment": { "provider": "vipps", "timeout": 300 },
  "log_level": 7
})");
    CHECK(lines ==
          Lines{
              "2: kiosk.id: found \"vm 42\"; allowed is 1 to 24 letters, digits and hyphens, the first no hyphen "
              "and no 0",
              "2: kiosk.name: found \"\"; allowed is a text of 1 to 40 characters",
              "2: kiosk.currency: found \"XXX\"; allowed is one of \"NOK\", \"SEK\", \"DKK\", \"EUR\", \"GBP\", "
              "\"USD\", \"NZD\"",
              "2: kiosk.languages[1]: found \"de\"; allowed is one of \"nb\", \"sv\", \"da\", \"fi\", \"en\"",
              "4: products[0].slot: found 0; allowed is a whole number, 1 to 65534",
              "4: products[0].price_minor: found 35.5; allowed is a whole number, 1 to 65000000",
              "4: products[0].vat_bp: found 10001; allowed is a whole number, 0 to 10000",
              "6: machine.driver: found \"modbuss\"; allowed is one of \"simulated\", \"modbus\", \"mdb\"",
              "7: payment: unknown key \"timeout\"; did you mean \"timeout_s\"?",
              "7: payment.vipps: missing; required is an object {...}, because the provider is \"vipps\"",
              "8: log_level: found 7; allowed is one of \"critical\", \"error\", \"warning\", \"notice\", "
              "\"info\", \"debug\"",
          });
}

TEST_CASE("wrong types say what stands there") {
    const std::string allowed = "; allowed is a whole number, 30 to 600";
    const Folder folder;
    check_all(folder,
              {
                  {"300", "\"300\"", {"14: payment.timeout_s: found \"300\"" + allowed}},
                  {"300", "null", {"14: payment.timeout_s: found null" + allowed}},
                  {"300", "true", {"14: payment.timeout_s: found true" + allowed}},
                  {"300", "300.0", {"14: payment.timeout_s: found 300.0" + allowed}},
                  {"300", "[300]", {"14: payment.timeout_s: found a list" + allowed}},
                  {"300", "{}", {"14: payment.timeout_s: found an object" + allowed}},
                  {"300", "29", {"14: payment.timeout_s: found 29" + allowed}},
                  {"300", "601", {"14: payment.timeout_s: found 601" + allowed}},
                  {"300", "99999999999999999999", {"14: payment.timeout_s: found 99999999999999999999" + allowed}},
                  {"false", "\"no\"", {"22: display.enabled: found \"no\"; allowed is true or false"}},
                  {"\"Petra\"", "5", {"4: kiosk.name: found 5; allowed is a text of 1 to 40 characters"}},
                  {"\"Petra\"",
                   R"("Pe\ntra")",
                   {"4: kiosk.name: found \"Pe?tra\"; allowed is a text of 1 to 40 characters"}},
                  {R"({ "driver": "simulated" })",
                   "\"simulated\"",
                   {"11: machine: found \"simulated\"; allowed is an object {...}"}},
              });
    CHECK(folder.problems("[]") == Lines{"1: (file): found a list; allowed is an object {...}"});
}

TEST_CASE("missing and unknown keys are named with what belongs there") {
    const Folder folder;
    check_all(
        folder,
        {
            {R"("name": "Petra",)", "", {"2: kiosk.name: missing; required is a text of 1 to 40 characters"}},
            {R"("slot": 12,)", "", {"8: products[0].slot: missing; required is a whole number, 1 to 65534"}},
            {R"("merchant_serial_number": "123456",)",
             "",
             {"15: payment.vipps.merchant_serial_number: missing; required is 4 to 10 digits in quotes"}},
            {R"("client_secret": { "file": "client-secret" },)",
             "",
             {"15: payment.vipps.client_secret: missing; required is { \"file\": \"path\" } or { \"credential\": "
              "\"name\" }"}},
            {R"("state_directory")",
             R"("state_dir")",
             {"23: (file): unknown key \"state_dir\"; allowed are $schema, kiosk, products, machine, payment, "
              "display, web, state_directory, log_level"}},
            {R"("enabled")", R"("enable")", {"22: display: unknown key \"enable\"; did you mean \"enabled\"?"}},
            {R"("driver": "simulated")",
             R"("driver": "simulated", "simulated": { "vend_s": 2 })",
             {"11: machine.simulated: unknown key \"vend_s\"; did you mean \"vend_ms\"?"}},
            {R"("id": "vm-0042")",
             R"("id": "vm-0042", "id": "vm-0043")",
             {"3: kiosk.id: the key stands twice, first on line 3; each key may stand once"}},
        });
}

TEST_CASE("products and prices fit each other, the currency and the payment system") {
    const Folder folder;
    check_all(
        folder,
        {
            {R"("slot": 13)",
             R"("slot": 12)",
             {"9: products[1].slot: slot 12 has a product already, on line 8; each slot may have one product"}},
            {"3500",
             "99",
             {"8: products[0].price_minor: found 99; allowed by Vipps MobilePay in NOK is 100 to 65000000"}},
            {"3500",
             "65000001",
             {"8: products[0].price_minor: found 65000001; allowed is a whole number, 1 to 65000000"}},
            {"\"NOK\"",
             "\"SEK\"",
             {"5: kiosk.currency: Vipps MobilePay does not settle in SEK; allowed is one of \"NOK\", \"DKK\", "
              "\"EUR\""}},
            {R"("vat_bp": 1500 },)",
             R"("vat_bp": 1500, "minimum_age_years": 0 },)",
             {"8: products[0].minimum_age_years: found 0; allowed is a whole number, 1 to 100"}},
            {R"("vat_bp": 1500 },)",
             R"("vat_bp": 1500, "picture": "cola.png" },)",
             {"8: products[0].picture: FOLDER/cola.png: No such file or directory; allowed is the path of a file "
              "that can be read"}},
        });
    CHECK(folder.problems(replaced(replaced(sample, "3500", "1"), "\"NOK\"", "\"DKK\"")).empty());
    CHECK(folder.problems(replaced(replaced(sample, "3500", "1"), "\"NOK\"", "\"EUR\"")).empty());
    CHECK(folder.problems(replaced(sample, "3500", "100")).empty());
    CHECK(folder.problems(replaced(sample, "3500", "65000000")).empty());

    const std::string none = "{ \"products\": [], " + std::string(sample.substr(1));
    CHECK(folder.problems(none).front() ==
          "1: products: found 0 entries; allowed is a list of 1 to 500 objects {...}");
}

TEST_CASE("languages are known ones, each once") {
    const Folder folder;
    const auto with = [](std::string_view languages) {
        return replaced(sample, "\"NOK\"", "\"NOK\", \"languages\": " + std::string(languages));
    };
    CHECK(folder.problems(with(R"(["nb", "en", "nb"])")) ==
          Lines{"5: kiosk.languages[2]: \"nb\" stands twice; each may stand once"});
    const std::string allowed =
        "allowed is a list of 1 to 5 different texts out of \"nb\", \"sv\", \"da\", \"fi\", \"en\"";
    CHECK(folder.problems(with("[]")) == Lines{"5: kiosk.languages: found 0 entries; " + allowed});
    CHECK(folder.problems(with("\"nb\"")) == Lines{"5: kiosk.languages: found \"nb\"; " + allowed});
    const auto config = folder.load(with(R"(["fi", "sv", "da", "nb", "en"])"));
    REQUIRE(config);
    CHECK(config->kiosk.languages == std::vector<std::string>{"fi", "sv", "da", "nb", "en"});
}

TEST_CASE("capturing after the vend needs a machine that confirms the product") {
    const Folder folder;
    const std::string after = replaced(sample, R"("timeout_s": 300)", R"("capture": "after_vend")");
    CHECK(folder.problems(after).empty());
    CHECK(folder.load(after)->payment.capture == CaptureOrder::after_vend);
    const std::string blind = replaced(after, R"("driver": "simulated")",
                                       R"("driver": "simulated", "simulated": { "confirms_product": false })");
    CHECK(folder.problems(blind) ==
          Lines{"14: payment.capture: found \"after_vend\" with a machine that cannot confirm a "
                "product; allowed is \"before_vend\""});
}

TEST_CASE("a secret in the config is refused without being repeated") {
    const Folder folder;
    const std::string right = "allowed is { \"file\": \"path\" } or { \"credential\": \"name\" }";
    check_all(
        folder,
        {
            {R"({ "file": "client-secret" })",
             R"("s3cr3t")",
             {"18: payment.vipps.client_secret: a secret stands in the config file itself; " + right +
              ": keep the secret in a file of its own, and replace one that was written here"}},
            {R"({ "file": "client-secret" })",
             "53713",
             {"18: payment.vipps.client_secret: found a number; " + right}},
            {R"({ "file": "client-secret" })",
             "{}",
             {"18: payment.vipps.client_secret: found another object; " + right}},
            {R"({ "file": "client-secret" })",
             R"({ "file": 53713 })",
             {"18: payment.vipps.client_secret: found another object; " + right}},
            {R"({ "file": "client-secret" })",
             R"({ "value": "s3cr3t" })",
             {"18: payment.vipps.client_secret: unknown key \"value\"; " + right}},
            {R"({ "file": "client-secret" })",
             R"({ "file": "absent" })",
             {"18: payment.vipps.client_secret.file: FOLDER/absent: No such file or directory; the secret must be "
              "in a file that this user can read"}},
            {R"({ "credential": "subscription-key" })",
             R"({ "credential": "../x" })",
             {"19: payment.vipps.subscription_key.credential: no name of a credential; allowed are letters, "
              "digits, "
              "points, hyphens and underscores, as in LoadCredential= of the unit"}},
        });
    const auto outside = load_text(sample, folder.path() / "kiosk.json", {});
    REQUIRE_FALSE(outside);
    CHECK(outside.error().at(0).found == "no credentials directory: $CREDENTIALS_DIRECTORY is not set");

    REQUIRE(::chmod((folder.path() / "client-secret").c_str(), 0644) == 0);
    CHECK(folder.problems(sample) == Lines{"18: payment.vipps.client_secret.file: everybody may use "
                                           "FOLDER/client-secret (mode 0644); only its owner "
                                           "may: chmod 600 FOLDER/client-secret"});
    REQUIRE(::chmod((folder.path() / "client-secret").c_str(), 0640) == 0);
    CHECK(folder.load(sample));
    CHECK(folder.problems(sample) == Lines{"18: warning: payment.vipps.client_secret.file: a whole group may use "
                                           "FOLDER/client-secret (mode 0640); "
                                           "only its owner may: chmod 600 FOLDER/client-secret"});
}

TEST_CASE("Vipps' addresses are https, and http only on this computer") {
    const Folder folder;
    const auto with = [](std::string_view keys) {
        return replaced(sample, R"("client_id": "fb492b5e",)",
                        R"("client_id": "fb492b5e", )" + std::string(keys) + ",");
    };
    const std::string host = "; allowed is \"https://HOST\"; http only for 127.0.0.0/8, ::1 and localhost";
    const std::string open =
        "; allowed is \"https://HOST/PATH\" with a host that the internet can reach; http only where "
        "base_url is a sandbox on this computer";
    for (const char* sound :
         {R"("base_url": "https://apitest.vipps.no")", R"("base_url": "http://127.0.0.1:8081")",
          R"("base_url": "http://[::1]:8081")", R"("base_url": "http://localhost:8081")",
          R"("webhook_url": "https://machines.example.com/vm-0042/vipps")",
          R"("base_url": "http://127.0.0.1:8081", "webhook_url": "http://127.0.0.1:8080/vipps")"}) {
        CAPTURE(sound);
        CHECK(folder.problems(with(sound)).empty());
    }
    for (const char* wrong : {"http://api.vipps.no", "https://api.vipps.no/", "api.vipps.no",
                              "http://10.0.0.1:8081", "https://api.vipps.no/epayment"}) {
        CAPTURE(wrong);
        const std::string quoted = "\"" + std::string(wrong) + "\"";
        CHECK(folder.problems(with("\"base_url\": " + quoted)) ==
              Lines{fmt::format("17: payment.vipps.base_url: found {}{}", quoted, host)});
        CHECK(folder.problems(with("\"order_management_url\": " + quoted)) ==
              Lines{fmt::format("17: payment.vipps.order_management_url: found {}{}", quoted, host)});
    }
    for (const char* wrong :
         {"http://machines.example.com/vipps", "https://127.0.0.1/vipps", "https://192.168.1.4/vipps",
          "https://machine/vipps", "https://machine.local/vipps"}) {
        CAPTURE(wrong);
        const std::string quoted = "\"" + std::string(wrong) + "\"";
        CHECK(folder.problems(with("\"webhook_url\": " + quoted)) ==
              Lines{fmt::format("17: payment.vipps.webhook_url: found {}{}", quoted, open)});
    }
    const std::string closed = replaced(with(R"("webhook_url": "https://machines.example.com/vipps")"),
                                        R"("display")", R"("web": { "enabled": false }, "display")");
    CHECK(folder.problems(closed) ==
          Lines{"17: payment.vipps.webhook_url: found a webhook address while web.enabled is "
                "false; allowed is web.enabled true, or no webhook_url"});
}

TEST_CASE("the merchant serial number is 4 to 10 digits, as a text") {
    const Folder folder;
    const std::string allowed = "; allowed is 4 to 10 digits in quotes";
    check_all(
        folder,
        {
            {"\"123456\"", "\"123\"", {"16: payment.vipps.merchant_serial_number: found \"123\"" + allowed}},
            {"\"123456\"",
             "\"12345678901\"",
             {"16: payment.vipps.merchant_serial_number: found \"12345678901\"" + allowed}},
            {"\"123456\"", "\"12a456\"", {"16: payment.vipps.merchant_serial_number: found \"12a456\"" + allowed}},
            {"\"123456\"", "123456", {"16: payment.vipps.merchant_serial_number: found 123456" + allowed}},
        });
}

TEST_CASE("the screen's colours, files and sizes are checked where there is a screen") {
    const Folder folder;
    const auto with = [](std::string_view keys) { return replaced(sample, R"("enabled": false)", keys); };
    CHECK(folder.problems(with(R"("theme": { "text": "black" })")) ==
          Lines{"22: display.theme.text: found \"black\"; allowed is a colour as \"#rrggbb\""});
    CHECK(folder.problems(with(R"("logo": "logo.png", "diagonal_mm": 99, "mode": "windowed")")) ==
          Lines{"22: display.mode: found \"windowed\"; allowed is one of \"full_screen\", \"window\"",
                "22: display.diagonal_mm: found 99; allowed is a whole number, 100 to 2500",
                "22: display.logo: FOLDER/logo.png: No such file or directory; allowed is the path of a file that "
                "can be "
                "read"});
    const Lines pale = folder.problems(with(R"("theme": { "muted": "#eeeeee" })"));
    REQUIRE_FALSE(pale.empty());
    CHECK(pale[0].starts_with("22: display.theme.muted: too little contrast; "));
    CHECK(folder.problems(with(R"("enabled": false, "theme": { "muted": "#eeeeee" })")).empty());

    const auto dark = folder.load(with(
        R"("theme": { "alert": "#7A0000" }, "mode": "window", "window": { "width_px": 600, "height_px": 800 })"));
    REQUIRE(dark);
    CHECK(dark->display->theme.alert == display::Colour{0x7a, 0, 0});
    CHECK(dark->display->mode == display::Settings::Mode::window);
    CHECK(dark->display->window == display::Size{.width = 600, .height = 800});
}

TEST_CASE("a missing screen is a warning, a switched-off one is meant so") {
    const Folder folder;
    const std::string without = replaced(sample, R"("display": { "enabled": false },)", "");
    CHECK(folder.load(without));
    CHECK(folder.problems(without) == Lines{"1: warning: display: missing, so customers see no code to scan; "
                                            "allowed is an object {...}; { \"enabled\": "
                                            "false } says that it is meant so"});
}

TEST_CASE("the web server listens on an address of its own") {
    const Folder folder;
    const auto with = [](std::string_view keys) {
        return replaced(sample, R"("display")", "\"web\": {" + std::string(keys) + "}, \"display\"");
    };
    CHECK(folder.problems(with(R"("address": "example.com")")) ==
          Lines{"22: web.address: found \"example.com\"; allowed is an IPv4 or IPv6 address"});
    CHECK(folder.problems(with(R"("port": 65536)")) ==
          Lines{"22: web.port: found 65536; allowed is a whole number, 0 to 65535"});
    const auto config = folder.load(with(R"("address": "::1", "port": 0)"));
    REQUIRE(config);
    CHECK(config->web.address == "::1");
    CHECK(config->web.port == 0);
}

TEST_CASE("the state directory is absolute") {
    const Folder folder;
    check_all(folder,
              {{"\"/var/lib/qrvend\"",
                "\"state\"",
                {"23: state_directory: found \"state\"; allowed is an absolute path of at most 200 characters"}}});
}

TEST_CASE("a config that cannot be read is a problem like any other") {
    const Folder folder;
    const auto absent = load(folder.path() / "absent.json", folder.surroundings());
    REQUIRE_FALSE(absent);
    CHECK(to_string(absent.error().at(0)) ==
          (folder.path() / "absent.json").native() +
              ":1: (file): No such file or directory; a config file that can be read "
              "must be there");
    CHECK_FALSE(load(folder.path(), folder.surroundings()));

    folder.write("kiosk.json", sample);
    CHECK(load(folder.path() / "kiosk.json", folder.surroundings()));
}
