// A process is killed while it appends, again and again on the same journal. What it had been told is there.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "drivers/sqlite/journal.hpp"
#include "tests/drivers/sqlite/bench.hpp"

using namespace qrvend;

namespace {

/// The child: appends until it is killed, and says through the pipe which sequence numbers were confirmed.
[[noreturn]] void append_for_ever(const std::filesystem::path& directory, int pipe_end) {
    boost::asio::io_context io;
    test::RecordingLog log;
    const auto journal = sqlite::Journal::open(directory, io, log, {.checkpoint_from_pages = 16});
    if (!journal) {
        _exit(1);
    }
    for (;;) {
        const auto records = test::run(io, (*journal)->append(SaleId("A"), test::SqliteBench::stamp(),
                                                              {test::intended("first"), test::attempted()}));
        if (!records) {
            _exit(2);
        }
        for (const Record& record : *records) {
            const std::int64_t number = record.sequence.number;
            if (write(pipe_end, &number, sizeof number) != sizeof number) {
                _exit(3);
            }
        }
    }
}

/// Reads one confirmed number; 0 at the end of the pipe.
std::int64_t next_confirmed(int pipe_end) {
    std::int64_t number = 0;
    return read(pipe_end, &number, sizeof number) == sizeof number ? number : 0;
}

/// Starts a child, kills it some time after its `confirmations`-th confirmation, and returns the last one it was
/// given.
std::int64_t run_and_kill(const std::filesystem::path& directory, int confirmations,
                          std::chrono::microseconds then_after) {
    int ends[2] = {-1, -1};
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(ends[0]);
        append_for_ever(directory, ends[1]);
    }
    close(ends[1]);
    std::int64_t last = 0;
    for (int count = 0; count < confirmations; ++count) {
        last = std::max(last, next_confirmed(ends[0]));
    }
    // So that the kill falls anywhere between two confirmations, not just behind one.
    std::this_thread::sleep_for(then_after);
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    for (std::int64_t number = next_confirmed(ends[0]); number != 0; number = next_confirmed(ends[0])) {
        last = number;
    }
    close(ends[0]);
    return last;
}

}  // namespace

TEST_CASE("a killed process loses nothing that it was told is kept") {
    TemporaryFolder directory;
    std::mt19937 random(20261121);  // NOLINT(cert-msc51-cpp): the same moments every time, as far as a kill allows
    for (int round = 0; round < 30; ++round) {
        CAPTURE(round);
        const int confirmations = std::uniform_int_distribution(1, 40)(random);
        const std::chrono::microseconds delay(std::uniform_int_distribution(0, 1500)(random));
        const std::int64_t last = run_and_kill(directory.path(), confirmations, delay);
        CHECK(last > 0);

        boost::asio::io_context io;
        test::RecordingLog log;
        const auto journal = sqlite::Journal::open(directory.path(), io, log);  // checks the whole file
        REQUIRE_MESSAGE(journal, journal.error().text);
        const auto found = test::run(io, (*journal)->history(SaleId("A")));
        REQUIRE(found);
        CHECK(found->size() % 2 == 0);
        REQUIRE_FALSE(found->empty());
        CHECK(found->back().sequence.number >= last);
        CHECK(found->back().sequence.number <= last + 2);
        CHECK(found->back().sequence.number == static_cast<std::int64_t>(found->size()));
    }
}
