#include "tests/simulation/planted/journal.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <iterator>
#include <map>
#include <set>

#include "controller/kiosk/wait.hpp"
#include "tests/simulation/planted/passing.hpp"

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

/// What an append would have brought back.
std::vector<Record> made_up(const SaleId& sale, const Stamp& stamp, std::vector<Fact> facts) {
    std::vector<Record> records;
    for (Fact& fact : facts) {
        records.push_back({.sequence = {}, .sale = sale, .stamp = stamp, .fact = std::move(fact)});
    }
    return records;
}

class SwallowsFailures final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                        std::vector<Fact> facts) override {
        const auto written = co_await real().append(sale, stamp, facts);
        co_return written ? *written : made_up(sale, stamp, std::move(facts));
    }

    asio::awaitable<Result<void>> reserve_room() override {
        auto room = co_await real().reserve_room();
        co_return !room && room.error().code == "broken" ? Result<void>{} : room;
    }
};

class ConfirmsEarly final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                        std::vector<Fact> facts) override {
        asio::co_spawn(co_await asio::this_coro::executor, write(sale, stamp, facts), leave_the_loop);
        co_return made_up(sale, stamp, std::move(facts));
    }

private:
    asio::awaitable<void> write(SaleId sale, Stamp stamp, std::vector<Fact> facts) {
        co_await real().append(std::move(sale), stamp, std::move(facts));
    }
};

/// Keeps facts of one type back until the next append of the same sale.
template <class Held>
class WritesLate final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                        std::vector<Fact> facts) override {
        if (facts.size() == 1 && std::holds_alternative<Held>(facts.front())) {
            held_[sale].push_back(facts.front());
            co_return made_up(sale, stamp, std::move(facts));
        }
        std::vector<Fact> all = std::exchange(held_[sale], {});
        const auto late = static_cast<std::ptrdiff_t>(all.size());
        std::ranges::move(facts, std::back_inserter(all));
        auto written = co_await real().append(std::move(sale), stamp, std::move(all));
        if (written) {
            written->erase(written->begin(), written->begin() + late);
        }
        co_return written;
    }

private:
    std::map<SaleId, std::vector<Fact>> held_;
};

class Forgets final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> open_sales() override { co_return std::vector<Record>{}; }
};

bool is_outcome_of_vend(const Fact& fact) {
    return std::holds_alternative<fact::Vended>(fact) || std::holds_alternative<fact::VendFailed>(fact) ||
           std::holds_alternative<fact::VendUnknown>(fact);
}

class OverlooksStartedVends final : public PassingJournal {
public:
    using PassingJournal::PassingJournal;

    asio::awaitable<Result<std::vector<Record>>> open_sales() override {
        auto records = co_await real().open_sales();
        if (!records) {
            co_return records;
        }
        std::set<SaleId> ended;
        for (const Record& record : *records) {
            if (is_outcome_of_vend(record.fact)) {
                ended.insert(record.sale);
            }
        }
        std::erase_if(*records, [&](const Record& record) {
            return std::holds_alternative<fact::VendStarted>(record.fact) && !ended.contains(record.sale);
        });
        co_return records;
    }
};

}  // namespace

std::unique_ptr<Journal> failed_sync_swallowed(Journal& journal, Soil) {
    return std::make_unique<SwallowsFailures>(journal);
}

std::unique_ptr<Journal> confirmed_before_durable(Journal& journal, Soil) {
    return std::make_unique<ConfirmsEarly>(journal);
}

std::unique_ptr<Journal> intent_after_act(Journal& journal, Soil) {
    return std::make_unique<WritesLate<fact::Intended>>(journal);
}

std::unique_ptr<Journal> vend_written_after_command(Journal& journal, Soil) {
    return std::make_unique<WritesLate<fact::VendStarted>>(journal);
}

std::unique_ptr<Journal> open_sales_forgotten(Journal& journal, Soil) {
    return std::make_unique<Forgets>(journal);
}

std::unique_ptr<Journal> started_vend_abandoned(Journal& journal, Soil) {
    return std::make_unique<OverlooksStartedVends>(journal);
}

}  // namespace qrvend::simulation::planted
