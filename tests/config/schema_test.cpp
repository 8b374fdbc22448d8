#include "config/schema.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "config/sections.hpp"
#include "config/tree.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend::config;
using nlohmann::json;

namespace {

/// Every key under `section` has its place and its description in `schema`, and its example and its default are
/// sound values for the reader itself.
void check_keys(const Section& section, const json& schema) {
    for (const Key& key : section.keys) {
        CAPTURE(key.name);
        REQUIRE(schema["properties"].contains(key.name));
        const json& property = schema["properties"][std::string(key.name)];
        CHECK(property["description"] == key.about);
        CHECK_FALSE(key.about.empty());
        CHECK(key.example.empty() == (key.section != nullptr));
        CHECK_FALSE((key.required && !key.otherwise.empty()));
        if (key.section != nullptr) {
            check_keys(*key.section, key.type == Key::Type::sections ? property["items"] : property);
        }
    }
    CHECK(schema["properties"].size() == section.keys.size());
    CHECK(schema["additionalProperties"] == false);
}

}  // namespace

TEST_CASE("the schema in the repository is the one that the declarations give") {
    // On a failure: qrvend check --schema > config/kiosk.schema.json
    CHECK(test::file_content("config/kiosk.schema.json") == schema());
}

TEST_CASE("every declared key has its place in the schema") {
    check_keys(root_section(), json::parse(schema()));
}

TEST_CASE("the schema and the reader agree, as a validator of its own sees it") {
    if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
        MESSAGE("python3-jsonschema is not installed: the schema is not validated");
        return;
    }
    const test::Folder folder;
    folder.write("schema.json", schema());
    folder.write("sample.json", test::sample);
    const auto validate = [&](const std::string& file) {
        const std::string command =
            "cd " + folder.path().native() +
            " && python3 -W ignore -c 'import json,sys,jsonschema as j; s=json.load(open(\"schema.json\")); "
            "j.Draft7Validator.check_schema(s); sys.exit(0 if j.Draft7Validator(s).is_valid(json.load(open(\"" +
            file + "\"))) else 1)'";
        return std::system(command.c_str()) == 0;
    };
    CHECK(validate("sample.json"));
    for (const auto& example : std::filesystem::directory_iterator("config/examples")) {
        if (example.path().extension() == ".json") {
            CAPTURE(example.path());
            const json plain = json::parse(test::file_content(example.path()), nullptr,
                                           /*allow_exceptions=*/true, /*ignore_comments=*/true);
            folder.write("example.json", plain.dump());
            CHECK(validate("example.json"));
        }
    }
    for (const auto& [from, to] : {std::pair{"\"vm-0042\"", "\"vm 42\""},
                                   {"3500", "0"},
                                   {"\"NOK\"", "\"nok\""},
                                   {"timeout_s", "timeout"},
                                   {R"({ "file": "client-secret" })", "\"s3cr3t\""},
                                   {R"({ "file": "client-secret" })", R"({ "file": "a", "credential": "b" })"},
                                   {R"("slot": 13, )", ""}}) {
        CAPTURE(to);
        folder.write("wrong.json", test::replaced(test::sample, from, to));
        CHECK_FALSE(validate("wrong.json"));
    }
}
