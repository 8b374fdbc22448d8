#include "tests/app/side_by_side.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

namespace qrvend::test {

namespace {

constexpr std::size_t at_a_time = 8;

std::string failure_of(const Scenario& scenario) {
    try {
        scenario.run();
        return {};
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

}  // namespace

void run_side_by_side(const std::vector<Scenario>& scenarios) {
    std::vector<std::string> failures(scenarios.size());
    std::atomic<std::size_t> next{0};
    {
        std::vector<std::jthread> threads;
        for (std::size_t number = 0; number < std::min(at_a_time, scenarios.size()); ++number) {
            threads.emplace_back([&] {
                for (std::size_t mine = next++; mine < scenarios.size(); mine = next++) {
                    failures[mine] = failure_of(scenarios[mine]);
                }
            });
        }
    }
    for (std::size_t number = 0; number < scenarios.size(); ++number) {
        CHECK_MESSAGE(failures[number].empty(), scenarios[number].name, ": ", failures[number]);
    }
}

}  // namespace qrvend::test
