// The example files are sound, and leave no key unexplained.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "config/config.hpp"
#include "config/sections.hpp"
#include "config/tree.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend;
using namespace qrvend::config;
namespace fs = std::filesystem;

namespace {

constexpr std::array examples{"vipps-simulated.json", "modbus-relays.json", "modbus-controller.json",
                              "mdb-qibixx.json"};

/// A copy of the examples beside secrets of their own.
void copy_examples(const test::Folder& folder) {
    fs::copy("config/examples", folder.path(), fs::copy_options::recursive);
    folder.write("secrets/vipps-client-secret", "s3cr3t-one\n");
    folder.write("credentials/vipps-subscription-key", "s3cr3t-two\n");
}

/// The paths of the keys of `section` that stand nowhere in `values`, several objects of that section.
void collect_missing(const Section& section, const std::vector<const Node*>& values, const std::string& path,
                     std::vector<std::string>& missing) {
    for (const Key& key : section.keys) {
        std::vector<const Node*> found;
        for (const Node* value : values) {
            if (const Member* const member = value->find(key.name); member != nullptr) {
                found.push_back(&member->value);
                for (const Node& entry : member->value.entries) {
                    found.push_back(&entry);
                }
            }
        }
        const std::string key_path = member_path(path, key.name);
        if (found.empty()) {
            missing.push_back(key_path);
        } else if (key.section != nullptr) {
            collect_missing(*key.section, found, key_path, missing);
        }
    }
}

}  // namespace

TEST_CASE("no example has a problem") {
    const test::Folder folder;
    copy_examples(folder);
    for (const char* const example : examples) {
        const auto config = load(folder.path() / example, folder.surroundings());
        std::string problems;
        for (const Problem& problem : config ? config->warnings : config.error()) {
            problems += to_string(problem) + "\n";
        }
        CHECK(problems == "");
    }
    CHECK(std::ranges::count_if(fs::directory_iterator("config/examples"), [](const auto& entry) {
              return entry.path().extension() == ".json";
          }) == examples.size());
}

TEST_CASE("the first example says what it seems to say") {
    const test::Folder folder;
    copy_examples(folder);
    const auto config = load(folder.path() / examples[0], folder.surroundings());
    REQUIRE(config);
    CHECK(config->products.size() == 4);
    CHECK(config->products[0].picture == folder.path() / "pictures/cola.svg");
    CHECK(config->products[2].product.minimum_age_years == 18);
    CHECK(config->products[3].sold_out);
    CHECK(config->machine.simulated.answer_limit == seconds(330));
    CHECK(config->payment.vipps.base_url == "https://apitest.vipps.no");
    CHECK(config->payment.vipps.client_secret == "s3cr3t-one");
    CHECK(config->payment.vipps.subscription_key == "s3cr3t-two");
    REQUIRE(config->display);
    CHECK(config->display->logo == (folder.path() / "pictures/logo.svg").native());
    CHECK(config->display->terms.size() == 5);
    CHECK(config->display->theme == display::Theme{});
}

TEST_CASE("the Modbus examples say what they seem to say") {
    const test::Folder folder;
    copy_examples(folder);
    const auto relays = load(folder.path() / "modbus-relays.json", folder.surroundings());
    REQUIRE(relays);
    REQUIRE(relays->machine.modbus);
    const auto& board = std::get<modbus::RelayBoard>(relays->machine.modbus->board);
    CHECK(std::get<modbus::Rtu>(relays->machine.modbus->line.way).baud == 9600);
    CHECK(board.by == modbus::RelayBoard::By::flash);
    CHECK(board.relays[2].address == 2);
    REQUIRE(board.sensor);
    CHECK(board.sensor->value == modbus::Point{.unit = 2, .table = modbus::Table::input_registers, .address = 0});
    CHECK(board.sensor->clear->address == 16);
    CHECK(board.sensor->beam->address == 0);
    CHECK(relays->machine.modbus->faults[1].minimum == -2);
    CHECK_FALSE(relays->machine.modbus->keypad);

    const auto controller = load(folder.path() / "modbus-controller.json", folder.surroundings());
    REQUIRE(controller);
    const auto& settings = *controller->machine.modbus;
    CHECK(std::get<modbus::Tcp>(settings.line.way).host == "192.168.7.20");
    CHECK(std::get<modbus::ControllerBoard>(settings.board).states[4].detail == "the lift is not at home");
    CHECK(std::get<modbus::ControllerBoard>(settings.board).columns[1].selection == 258);
    CHECK(std::get<modbus::ControllerBoard>(settings.board).vend_limit == seconds(40));
    CHECK(settings.keypad->cancel_value == 35);
    CHECK(settings.keypad->digits == 2);
}

TEST_CASE("the MDB example says what it seems to say") {
    const test::Folder folder;
    copy_examples(folder);
    const auto config = load(folder.path() / "mdb-qibixx.json", folder.surroundings());
    REQUIRE(config);
    REQUIRE(config->machine.mdb);
    const mdb::Settings& settings = *config->machine.mdb;
    CHECK(settings.device == "/dev/serial/by-id/usb-Qibixx_MDB-HAT_0-if00");
    CHECK(settings.reader.address == 0x10);
    CHECK(settings.reader.country_code == 0x1578);
    CHECK(settings.reader.answer_limit == seconds(255));
    CHECK(settings.reader.always_idle);
    CHECK(settings.items == std::map<std::uint16_t, Slot>{{257, Slot{21}}, {65'535, Slot{12}}});
}

TEST_CASE("every declared key stands in an example") {
    Problems problems("example");
    std::vector<Node> roots;
    for (const char* const example : examples) {
        auto root = parse_tree(test::file_content(fs::path("config/examples") / example), problems);
        REQUIRE(root);
        roots.push_back(std::move(*root));
    }
    std::vector<const Node*> values;
    for (const Node& root : roots) {
        values.push_back(&root);
    }
    std::vector<std::string> missing;
    collect_missing(root_section(), values, "", missing);
    CHECK(missing == std::vector<std::string>{});
}
