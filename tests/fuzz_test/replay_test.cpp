// Every input that the fuzzer once found worth keeping, read anew.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

using namespace qrvend;

namespace {

namespace fs = std::filesystem;

const fs::path corpora = "tests/fuzz/corpus";

std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("each target holds what it promises for every input of its corpus") {
    for (const fuzz::Target& target : fuzz::targets) {
        SUBCASE(std::string(target.name).c_str()) {
            int inputs = 0;
            for (const auto& entry : fs::directory_iterator(corpora / target.name)) {
                CAPTURE(entry.path().string());
                CHECK_NOTHROW(target.read(content_of(entry.path())));
                ++inputs;
            }
            CHECK(inputs > 0);
            CHECK_NOTHROW(target.read({}));
        }
    }
}

TEST_CASE("each corpus has its target") {
    for (const auto& entry : fs::directory_iterator(corpora)) {
        CAPTURE(entry.path().string());
        const auto name = entry.path().filename().string();
        CHECK(std::ranges::count(fuzz::targets, name, &fuzz::Target::name) == 1);
    }
}

TEST_CASE("what does not hold is thrown, with its place") {
    CHECK_NOTHROW(fuzz::must(true, "two and two are four"));
    CHECK_THROWS_WITH_AS(fuzz::must(false, "two and two are five"), doctest::Contains("two and two are five"),
                         std::logic_error);
}
