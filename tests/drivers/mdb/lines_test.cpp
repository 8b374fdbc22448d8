#include "drivers/mdb/lines.hpp"

#include <doctest/doctest.h>

#include <vector>

using qrvend::mdb::Lines;

namespace {

std::vector<std::string> all(Lines& lines) {
    std::vector<std::string> all;
    while (auto line = lines.next()) {
        all.push_back(*line);
    }
    return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end with CR, LF or both, and empty ones are passed over") {
    Lines lines;
    lines.take("c,0\r\nc,1\nr,ACK\r\r\n\nv,4\r\n");
    CHECK(all(lines) == Texts{"c,0", "c,1", "r,ACK", "v,4"});
}

TEST_CASE("a line may come in pieces") {
    Lines lines;
    for (const char byte : std::string("c,STATUS,ENABLED\r\n")) {
        CHECK(all(lines).empty());
        lines.take({&byte, 1});
        if (byte == '\r') {
            CHECK(all(lines) == Texts{"c,STATUS,ENABLED"});
        }
    }
    CHECK(all(lines).empty());
}

TEST_CASE("a line that is too long is passed over as a whole, and those around it are not") {
    Lines lines;
    lines.take("before\n" + std::string(Lines::longest, 'x') + "\n" + std::string(Lines::longest + 1, 'y'));
    lines.take("\nbetween\n" + std::string(100'000, 'z') + "\nafter\n");
    CHECK(all(lines) == Texts{"before", std::string(Lines::longest, 'x'), "between", "after"});
}

TEST_CASE("half a line is worth nothing once the line was interrupted") {
    Lines lines;
    lines.take("whole\nc,STATUS,VEND,1");
    lines.clear();
    lines.take("c,0\n");
    CHECK(all(lines) == Texts{"c,0"});
}
