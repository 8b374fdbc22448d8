#pragma once
// The journal as the simulation sees it: fails and dies as fate has it, and everything that has become durable is
// told to whoever watches.

#include <boost/asio/awaitable.hpp>

#include "controller/ports/journal.hpp"
#include "drivers/simulated/memory_journal.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/wire_rules.hpp"

namespace qrvend::simulation {

class WatchedJournal final : public Journal {
public:
    WatchedJournal(Journal& journal, simulated::MemoryDisk& disk, Outside& outside, WireRules& rules)
        : journal_(journal), disk_(disk), outside_(outside), rules_(rules) {}

    boost::asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                               std::vector<Fact> facts) override;
    boost::asio::awaitable<Result<void>> reserve_room() override { return journal_.reserve_room(); }
    boost::asio::awaitable<Result<std::vector<Record>>> open_sales() override;
    boost::asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) override {
        return journal_.history(std::move(sale));
    }
    boost::asio::awaitable<Result<void>> remember(std::string name, std::string value) override {
        return journal_.remember(std::move(name), std::move(value));
    }
    boost::asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override {
        return journal_.recall(std::move(name));
    }

private:
    void order_fault();
    void is_durable(const std::vector<Record>& records, std::string_view how);

    Journal& journal_;
    simulated::MemoryDisk& disk_;
    Outside& outside_;
    WireRules& rules_;
};

}  // namespace qrvend::simulation
