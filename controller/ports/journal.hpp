#pragma once
// The durable record: append-only facts of sales, and the little that commissioning must remember. What append()
// has confirmed survives a power cut. A write that fails ends selling: nobody may go on as if it had succeeded, and
// nobody may repeat it, because after a failed sync the disk may lie (see drivers/sqlite/README.md).

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/ids.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"
#include "controller/sale/facts.hpp"

namespace qrvend {

/// One fact as the journal holds it.
struct Record {
    Sequence sequence;
    SaleId sale;
    Stamp stamp;
    Fact fact;
    bool operator==(const Record&) const = default;
};

class Journal {
public:
    virtual ~Journal() = default;

    /// Appends facts of one sale in this order, all or none, and returns once they are durable. The records come
    /// back with their sequence numbers. Any failure is final for this process: every later call fails too
    /// ("broken").
    virtual boost::asio::awaitable<Result<std::vector<Record>>> append(SaleId sale, Stamp stamp,
                                                                       std::vector<Fact> facts) = 0;

    /// Makes sure that a whole sale's facts will find room on the disk. Fails (refused, "no_room") where they may
    /// not; that failure is not final. Unknown ("broken") where the journal has failed before.
    virtual boost::asio::awaitable<Result<void>> reserve_room() = 0;

    /// All records of every sale that has no Closed fact, in sequence order.
    virtual boost::asio::awaitable<Result<std::vector<Record>>> open_sales() = 0;

    /// All records of one sale, in sequence order; empty where there is no such sale.
    virtual boost::asio::awaitable<Result<std::vector<Record>>> history(SaleId sale) = 0;

    /// Remembers a commissioning value (webhook registration, terminal id) durably; replaces an earlier one.
    virtual boost::asio::awaitable<Result<void>> remember(std::string name, std::string value) = 0;
    virtual boost::asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) = 0;
};

}  // namespace qrvend
