#include "tests/bench/virtual_display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace qrvend::bench {

namespace {

bool is_number(const std::string& line) {
    return !line.empty() && std::ranges::all_of(line, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

VirtualDisplay::VirtualDisplay() {
    const std::string screen = fmt::format("{}x{}x24", glass_width_px, glass_height_px);
    try {
        // The server chooses its number and writes it to descriptor 1 when it is ready.
        server_.emplace(std::vector<std::string>{"Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten",
                                                 "tcp", "-noreset"});
    } catch (const std::runtime_error&) {
        return;  // not installed
    }
    while (auto line = server_->read_line()) {
        if (is_number(*line)) {
            name_ = ":" + *line;
            return;
        }
    }
    server_.reset();
}

}  // namespace qrvend::bench
