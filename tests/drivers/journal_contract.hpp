#pragma once
// What every journal promises, whatever it is made of. Each test program that has one calls
// check_journal_contract() from a test case, with a function that makes a bench around an empty journal.

#include <doctest/doctest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/journal.hpp"
#include "tests/drivers/fact_samples.hpp"

namespace qrvend::test {

/// Runs the event loop until `work` is done.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(work), [&result](const std::exception_ptr& error, T value) {
        if (error) {
            std::rethrow_exception(error);
        }
        result = std::move(value);
    });
    io.restart();
    io.run();
    REQUIRE(result.has_value());
    return std::move(*result);
}

/// A journal, its event loop, and the power to do to it what a test needs.
class JournalBench {
public:
    virtual ~JournalBench() = default;

    virtual Journal& journal() = 0;

    /// Ends the process in good order and starts it again on the same disk.
    virtual void restart() = 0;

    /// The next append meets a disk that cannot write it.
    virtual void break_next_append() = 0;

    virtual void fill_disk() = 0;
    virtual void empty_disk() = 0;

    boost::asio::io_context& io() { return io_; }

    Result<std::vector<Record>> append(const std::string& sale, std::vector<Fact> facts) {
        return run(io_, journal().append(SaleId(sale), stamp(), std::move(facts)));
    }
    Result<std::vector<Record>> open_sales() { return run(io_, journal().open_sales()); }
    Result<std::vector<Record>> history(const std::string& sale) {
        return run(io_, journal().history(SaleId(sale)));
    }
    Result<void> reserve_room() { return run(io_, journal().reserve_room()); }
    Result<void> remember(std::string name, std::string value) {
        return run(io_, journal().remember(std::move(name), std::move(value)));
    }
    Result<std::optional<std::string>> recall(std::string name) {
        return run(io_, journal().recall(std::move(name)));
    }

    static Stamp stamp() {
        return {.wall = WallTime(milliseconds(1'795'000'000'123)),
                .monotonic = MonotonicTime(milliseconds(4567)),
                .boot = BootId{0xfedc'ba98'7654'3210}};
    }

private:
    boost::asio::io_context io_;
};

using MakeBench = std::function<std::unique_ptr<JournalBench>()>;

namespace contract {

inline std::vector<std::string> sales_of(const std::vector<Record>& records) {
    std::vector<std::string> sales;
    for (const Record& record : records) {
        sales.push_back(record.sale.text());
    }
    return sales;
}

inline std::vector<Fact> facts_of(const std::vector<Record>& records) {
    std::vector<Fact> facts;
    for (const Record& record : records) {
        facts.push_back(record.fact);
    }
    return facts;
}

inline void records_come_back(JournalBench& bench) {
    const auto first = bench.append("A", {opened(), intended()});
    REQUIRE(first);
    REQUIRE(first->size() == 2);
    CHECK(facts_of(*first) == std::vector<Fact>{opened(), intended()});
    CHECK((*first)[0].sequence < (*first)[1].sequence);
    CHECK((*first)[1].stamp == JournalBench::stamp());
    CHECK((*first)[1].sale == SaleId("A"));
    const auto second = bench.append("A", {attempted()});
    REQUIRE(second);
    CHECK(first->back().sequence < second->front().sequence);

    auto all = *first;
    all.push_back(second->front());
    CHECK(bench.history("A") == all);
    bench.restart();
    CHECK(bench.history("A") == all);
    const auto third = bench.append("A", {fact::Withdrawn{}});
    REQUIRE(third);
    CHECK(second->back().sequence < third->front().sequence);
}

inline void every_fact_survives(JournalBench& bench) {
    std::vector<Fact> facts = one_of_each();
    for (Fact& fact : hard_cases()) {
        facts.push_back(std::move(fact));
    }
    REQUIRE(bench.append(any_bytes(), facts));
    bench.restart();
    const auto history = bench.history(any_bytes());
    REQUIRE(history);
    CHECK(facts_of(*history) == facts);
}

inline void open_sales_are_those_without_an_end(JournalBench& bench) {
    REQUIRE(bench.open_sales());
    CHECK(bench.open_sales()->empty());
    REQUIRE(bench.append("B", {opened()}));
    REQUIRE(bench.append("A", {opened()}));
    REQUIRE(bench.append("C", {opened()}));
    REQUIRE(bench.append("B", {fact::Left{}}));
    CHECK(sales_of(bench.open_sales().value()) == std::vector<std::string>{"B", "A", "C", "B"});
    REQUIRE(bench.append("A", {fact::Closed{}}));
    CHECK(sales_of(bench.open_sales().value()) == std::vector<std::string>{"B", "C", "B"});
    REQUIRE(bench.append("D", {opened(), fact::Closed{}}));
    bench.restart();
    CHECK(sales_of(bench.open_sales().value()) == std::vector<std::string>{"B", "C", "B"});
    // What comes after the end is recorded and opens nothing.
    REQUIRE(bench.append("A", {fact::Absent{}}));
    REQUIRE(bench.append("D", {fact::Absent{}, fact::Closed{}, fact::Absent{}}));
    CHECK(sales_of(bench.open_sales().value()) == std::vector<std::string>{"B", "C", "B"});
    CHECK(bench.history("A")->size() == 3);
}

inline void small_questions(JournalBench& bench) {
    CHECK(bench.history("nobody")->empty());
    CHECK(bench.append("A", {})->empty());
    CHECK(bench.open_sales()->empty());
    CHECK(bench.reserve_room());
    CHECK(bench.recall("webhook").value() == std::nullopt);
    CHECK(bench.remember("webhook", "1"));
    CHECK(bench.remember("webhook", any_bytes()));
    CHECK(bench.remember("empty", ""));
    bench.restart();
    CHECK(bench.recall("webhook").value() == any_bytes());
    CHECK(bench.recall("empty").value() == "");
    CHECK(bench.recall("Webhook").value() == std::nullopt);
}

inline void calls_complete_in_order_and_never_within_the_call(JournalBench& bench) {
    std::vector<std::string> done;
    const auto note = [&done](std::string name) {
        return [&done, name = std::move(name)](const std::exception_ptr& error, const auto& result) {
            CHECK_FALSE(error);
            CHECK(result);
            done.push_back(name);
        };
    };
    auto& io = bench.io();
    const auto append = [&](const std::string& sale) {
        boost::asio::co_spawn(
            io, bench.journal().append(SaleId(sale), JournalBench::stamp(), {opened(), intended()}), note(sale));
    };
    append("A");
    append("B");
    boost::asio::co_spawn(io, bench.journal().history(SaleId("B")), note("history"));
    append("C");
    boost::asio::co_spawn(io, bench.journal().remember("name", "value"), note("remember"));
    boost::asio::co_spawn(io, bench.journal().reserve_room(), note("room"));
    append("D");
    CHECK(done.empty());
    io.restart();
    io.run();
    CHECK(done == std::vector<std::string>{"A", "B", "history", "C", "remember", "room", "D"});
    CHECK(sales_of(bench.open_sales().value()) == std::vector<std::string>{"A", "A", "B", "B", "C", "C", "D", "D"});
}

inline void a_failed_write_is_final(JournalBench& bench) {
    REQUIRE(bench.append("A", {opened()}));
    bench.break_next_append();
    const auto is_broken = [](const auto& result) {
        return !result && result.error().world == World::unknown && result.error().code == "broken";
    };
    CHECK(is_broken(bench.append("A", {intended()})));
    CHECK(is_broken(bench.append("A", {attempted()})));
    CHECK(is_broken(bench.append("B", {opened()})));
    CHECK(is_broken(bench.reserve_room()));
    CHECK(is_broken(bench.open_sales()));
    CHECK(is_broken(bench.history("A")));
    CHECK(is_broken(bench.remember("name", "value")));
    CHECK(is_broken(bench.recall("name")));
    // A new process reads what is really there: the one append in question, or not, but none after it.
    bench.restart();
    const auto facts = facts_of(bench.history("A").value());
    REQUIRE_FALSE(facts.empty());
    CHECK(facts.front() == Fact(opened()));
    CHECK(facts.size() <= 2);
    CHECK(bench.history("B")->empty());
    CHECK(bench.append("A", {fact::Closed{}}));
    CHECK(bench.open_sales()->empty());
}

inline void want_of_room_is_not_final(JournalBench& bench) {
    REQUIRE(bench.reserve_room());
    REQUIRE(bench.append("A", {opened()}));
    bench.fill_disk();
    const auto room = bench.reserve_room();
    REQUIRE_FALSE(room);
    CHECK(room.error().world == World::refused);
    CHECK(room.error().code == "no_room");
    CHECK(bench.append("A", {intended()}));
    bench.empty_disk();
    CHECK(bench.reserve_room());
    CHECK(bench.append("A", {attempted()}));
}

}  // namespace contract

inline void check_journal_contract(const MakeBench& make) {
    const auto bench = make();
    SUBCASE("records come back with growing numbers, also after a restart") {
        contract::records_come_back(*bench);
    }
    SUBCASE("every fact survives a restart") {
        contract::every_fact_survives(*bench);
    }
    SUBCASE("open sales are those without an end") {
        contract::open_sales_are_those_without_an_end(*bench);
    }
    SUBCASE("small questions") {
        contract::small_questions(*bench);
    }
    SUBCASE("calls complete in order, and never within the call") {
        contract::calls_complete_in_order_and_never_within_the_call(*bench);
    }
    SUBCASE("a failed write is final for the process") {
        contract::a_failed_write_is_final(*bench);
    }
    SUBCASE("want of room is not final") {
        contract::want_of_room_is_not_final(*bench);
    }
}

}  // namespace qrvend::test
