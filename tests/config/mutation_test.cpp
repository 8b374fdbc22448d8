// Whatever a file holds, loading it ends, and with a usable config or with a problem on a line of that file.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "config/config.hpp"
#include "drivers/vipps/settings.hpp"
#include "tests/config/sample.hpp"

using namespace qrvend::config;

namespace {

constexpr std::array<std::string_view, 24> pieces{"{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "\"",
                                                  "\n",
                                                  "//",
                                                  "/*",
                                                  "*/",
                                                  "null",
                                                  "true",
                                                  "-1",
                                                  "1e9",
                                                  "18446744073709551616",
                                                  "\"\"",
                                                  "\"\\u0000\"",
                                                  "\\",
                                                  "\xff",
                                                  "\xc3\xa6",
                                                  "{\"file\":\"secrets\"}",
                                                  "\"kiosk\":{},",
                                                  "[[[[[[[[[[[[[[[[[["};

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::string mutate(std::string text) {
        for (std::size_t changes = below(4) + 1; changes > 0; --changes) {
            change(text);
        }
        return text;
    }

private:
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
    }

    void change(std::string& text) {
        const std::size_t at = below(text.size() + 1);
        const std::size_t length = below(40);
        switch (below(5)) {
            case 0:
                text.erase(at, length);
                break;
            case 1:
                text.insert(at, pieces[below(pieces.size())]);
                break;
            case 2:
                text.insert(at, text.substr(below(text.size() + 1), length));
                break;
            case 3:
                if (at < text.size()) {
                    text[at] = static_cast<char>(below(256));
                }
                break;
            default:
                replace_value(text);
                break;
        }
    }

    /// Puts something else in the place of a value, so that the text often remains JSON.
    void replace_value(std::string& text) {
        const std::size_t colon = text.find(':', below(text.size() + 1));
        const std::size_t end = colon == std::string::npos ? colon : text.find_first_of(",}\n", colon);
        if (end != std::string::npos) {
            text.replace(colon + 1, end - colon - 1, pieces[below(pieces.size())]);
        }
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("no text makes loading fail in another way than by its problems") {
    const test::Folder folder;
    const std::array starts{std::string(test::sample), test::file_content("config/examples/vipps-simulated.json")};
    int sound = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        const std::string text = Mutator(seed).mutate(starts[seed % starts.size()]);
        const auto config = folder.load(text);
        if (config) {
            ++sound;
            // What is accepted here, the driver accepts too.
            CHECK(qrvend::vipps::problems(config->payment.vipps).empty());
        } else {
            CHECK(has_error(config.error()));
        }
        const auto lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
        for (const Problem& problem : config ? config->warnings : config.error()) {
            CHECK(problem.line >= 1);
            CHECK(problem.line <= lines);
            CHECK_FALSE(problem.path.empty());
            CHECK(to_string(problem).find('\n') == std::string::npos);
            CHECK(to_string(problem).find("s3cr3t") == std::string::npos);
        }
    }
    CHECK(sound > 0);
}
