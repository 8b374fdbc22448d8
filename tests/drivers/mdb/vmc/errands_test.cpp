#include "drivers/mdb/vmc/errands.hpp"

#include <doctest/doctest.h>

using namespace qrvend;
using namespace qrvend::mdb;
using namespace qrvend::mdb::vmc;

namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime start{std::chrono::hours(1)};
const Block said{0x13, 0x02};

}  // namespace

TEST_SUITE("errands") {
    TEST_CASE("nothing to say is a poll") {
        Errands errands;
        CHECK_FALSE(errands.next(start));
        CHECK_FALSE(errands.answered());
        CHECK_FALSE(errands.current());
    }

    TEST_CASE("said until it is answered, with a poll between") {
        Errands errands;
        errands.add({.task = Task::success, .block = said});
        CHECK(errands.next(start) == said);
        errands.unanswered();
        CHECK_FALSE(errands.next(start));
        CHECK_FALSE(errands.answered());  // that was the poll
        CHECK(errands.next(start) == said);
        CHECK(errands.answered());
        CHECK(errands.empty());
    }

    TEST_CASE("a silent poll is followed by the command, not by another poll") {
        Errands errands;
        errands.add({.task = Task::success, .block = said});
        errands.next(start);
        errands.unanswered();
        CHECK_FALSE(errands.next(start));
        errands.unanswered();
        CHECK(errands.next(start) == said);
    }

    TEST_CASE("no poll before a RESET was heard") {
        Errands errands;
        errands.add({.task = Task::reset, .block = {0x10}});
        CHECK(errands.next(start) == Block{0x10});
        errands.unanswered();
        CHECK(errands.next(start) == Block{0x10});
        CHECK(errands.answered());
    }

    TEST_CASE("what awaits a message polls for it, and tells since when") {
        Errands errands;
        errands.add({.task = Task::config, .block = said, .awaits = true});
        CHECK_FALSE(errands.waits_since());
        CHECK(errands.next(start) == said);
        CHECK(errands.waits_since() == start);
        CHECK_FALSE(errands.answered());
        CHECK_FALSE(errands.next(start + 1s));
        CHECK_FALSE(errands.answered());
        CHECK(errands.current() == Task::config);
        CHECK(errands.waits_since() == start);
        errands.finish();
        CHECK(errands.empty());
    }

    TEST_CASE("copies are each acknowledged") {
        Errands errands;
        errands.add({.task = Task::enable, .block = said, .copies = 2});
        CHECK(errands.next(start) == said);
        CHECK_FALSE(errands.answered());
        CHECK(errands.next(start) == said);
        errands.unanswered();
        CHECK_FALSE(errands.next(start));
        CHECK(errands.next(start) == said);
        CHECK(errands.answered());
    }

    TEST_CASE("in order, and none before its time") {
        Errands errands;
        errands.add({.task = Task::complete, .block = said, .not_before = start + 1s});
        errands.add({.task = Task::enable, .block = {0x14, 0x01}});
        CHECK_FALSE(errands.next(start));
        CHECK_FALSE(errands.answered());
        CHECK(errands.next(start + 1s) == said);
        CHECK(errands.answered());
        CHECK(errands.next(start + 1s) == Block{0x14, 0x01});
        errands.clear();
        CHECK_FALSE(errands.next(start + 1s));
    }

    TEST_CASE("an errand without a block is one poll that was answered") {
        Errands errands;
        errands.add({.task = Task::poll_after_failure});
        CHECK_FALSE(errands.next(start));
        errands.unanswered();
        CHECK_FALSE(errands.next(start));
        CHECK(errands.answered());
        CHECK(errands.empty());
    }
}
