#include "tests/simulation/watched_journal.hpp"

#include <utility>

#include "controller/kiosk/describe.hpp"

namespace qrvend::simulation {

namespace asio = boost::asio;

asio::awaitable<Result<std::vector<Record>>> WatchedJournal::append(SaleId sale, Stamp stamp,
                                                                    std::vector<Fact> facts) {
    order_fault();
    auto written = co_await journal_.append(std::move(sale), stamp, std::move(facts));
    if (written) {
        is_durable(*written, {});
    } else {
        outside_.tell({}, "disk fails");
        rules_.disk_broke();
    }
    co_return written;
}

// What an earlier process has written and not heard of is durable all the same.
asio::awaitable<Result<std::vector<Record>>> WatchedJournal::open_sales() {
    auto records = co_await journal_.open_sales();
    if (records) {
        is_durable(*records, "found ");
    }
    co_return records;
}

void WatchedJournal::order_fault() {
    using enum simulated::MemoryDisk::Fault;
    if (outside_.fate.strikes(Trouble::write_fails)) {
        disk_.fail_append(1, fails_lost);
    } else if (outside_.fate.strikes(Trouble::write_fails_kept)) {
        disk_.fail_append(1, fails_kept);
    } else if (outside_.fate.strikes(Trouble::dies_before_durable)) {
        disk_.fail_append(1, dies_lost);
    } else if (outside_.fate.strikes(Trouble::dies_after_durable)) {
        disk_.fail_append(1, dies_durable);
    }
}

void WatchedJournal::is_durable(const std::vector<Record>& records, std::string_view how) {
    for (const Record& record : records) {
        if (const auto* intent = std::get_if<fact::Intended>(&record.fact)) {
            rules_.intended(*intent);
        }
        outside_.tell(record.sale.text(), std::string(how).append(name_of(record.fact)), describe(record.fact));
    }
}

}  // namespace qrvend::simulation
