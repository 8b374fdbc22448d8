// The example files are sound, and leave no key unexplained.

#include <doctest/doctest.h>

#include "config/config.hpp"
#include "config/sections.hpp"
#include "config/tree.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend;
using namespace qrvend::config;
namespace fs = std::filesystem;

namespace {

constexpr const char* example = "config/examples/vipps-simulated.json";

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

TEST_CASE("the example has no problem") {
    const test::Folder folder;
    copy_examples(folder);
    const auto config = load(folder.path() / "vipps-simulated.json", folder.surroundings());
    std::string problems;
    for (const Problem& problem : config ? config->warnings : config.error()) {
        problems += to_string(problem) + "\n";
    }
    CHECK(problems == "");
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

TEST_CASE("every declared key stands in the example") {
    Problems problems("example");
    const auto root = parse_tree(test::file_content(example), problems);
    REQUIRE(root);
    std::vector<std::string> missing;
    collect_missing(root_section(), {&*root}, "", missing);
    CHECK(missing == std::vector<std::string>{});
}
