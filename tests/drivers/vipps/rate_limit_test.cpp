#include "drivers/vipps/rate_limit.hpp"

#include <doctest/doctest.h>

using namespace qrvend;

namespace {
constexpr MonotonicTime start{seconds{1000}};
}

TEST_CASE("so many sends in a window, and then the wait until the first of them is old") {
    vipps::RateLimit limit(2, seconds{60}, 10);
    CHECK_FALSE(limit.take("a", start));
    CHECK_FALSE(limit.take("a", start + seconds{10}));
    CHECK(limit.take("a", start + seconds{20}) == seconds{40});
    CHECK_FALSE(limit.take("b", start + seconds{20}));
    CHECK(limit.take("a", start + milliseconds{59'999}) == milliseconds{1});
    CHECK_FALSE(limit.take("a", start + seconds{60}));
    CHECK(limit.take("a", start + seconds{60}) == seconds{10});
}

TEST_CASE("names whose window is over make room first") {
    vipps::RateLimit limit(1, seconds{60}, 2);
    CHECK_FALSE(limit.take("old", start));
    CHECK_FALSE(limit.take("new", start + seconds{50}));
    CHECK_FALSE(limit.take("third", start + seconds{60}));
    CHECK(limit.names() == 2);
    CHECK(limit.take("new", start + seconds{60}) == seconds{50});
}

TEST_CASE("nothing is remembered of names whose window is over") {
    vipps::RateLimit limit(2, seconds{60}, 100);
    for (const char* name : {"a", "b", "c"}) {
        CHECK_FALSE(limit.take(name, start));
    }
    CHECK_FALSE(limit.take("d", start + seconds{59}));
    CHECK(limit.names() == 4);
    CHECK_FALSE(limit.take("e", start + seconds{60}));
    CHECK(limit.names() == 2);
}

TEST_CASE("the table is bounded: the name used longest ago goes") {
    vipps::RateLimit limit(1, seconds{60}, 2);
    CHECK_FALSE(limit.take("a", start));
    CHECK_FALSE(limit.take("b", start + seconds{1}));
    CHECK_FALSE(limit.take("c", start + seconds{2}));
    CHECK(limit.names() == 2);
    CHECK(limit.take("b", start + seconds{3}));
    CHECK_FALSE(limit.take("a", start + seconds{3}));
}
