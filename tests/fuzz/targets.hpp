#pragma once
// The fuzz targets. Each takes any bytes for what its name says (a webhook, a config file, what a client sends),
// hands them to the code that reads such, and throws std::logic_error where something is not so that must be so
// whatever the bytes are. Exceptions that come out of that code are findings as well.
//
// Every build replays the corpora (tests/fuzz_test). The preset `fuzz` makes a libFuzzer program of each
// (main.cpp).

#include <array>
#include <string_view>

namespace qrvend::fuzz {

void config(std::string_view bytes);
void http_answer(std::string_view bytes);
void http_server(std::string_view bytes);
void journal_fact(std::string_view bytes);
void journal_file(std::string_view bytes);
void keypad(std::string_view bytes);
void syntax(std::string_view bytes);
void vipps_answer(std::string_view bytes);
void vipps_sandbox(std::string_view bytes);
void vipps_webhook(std::string_view bytes);

struct Target {
    std::string_view name;  ///< also of its source target_<name>.cpp, its corpus and its dictionary
    void (*read)(std::string_view bytes);
};

inline constexpr std::array targets{
    Target{"config", config},
    Target{"http_answer", http_answer},
    Target{"http_server", http_server},
    Target{"journal_fact", journal_fact},
    Target{"journal_file", journal_file},
    Target{"keypad", keypad},
    Target{"syntax", syntax},
    Target{"vipps_answer", vipps_answer},
    Target{"vipps_sandbox", vipps_sandbox},
    Target{"vipps_webhook", vipps_webhook},
};

}  // namespace qrvend::fuzz
