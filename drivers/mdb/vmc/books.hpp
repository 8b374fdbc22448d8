#pragma once
// What really happened in a vending machine, for whoever must judge whether money and goods agree.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"
#include "controller/base/time.hpp"

namespace qrvend::mdb::vmc {

/// One choice that the reader was asked to have paid, and what came of it.
struct Vend {
    enum class End : std::uint8_t {
        open,       ///< not ended yet
        denied,     ///< VEND DENIED without our asking
        cancelled,  ///< by the customer or for lack of patience
        succeeded,  ///< as the machine believes, after an approval
        failed,     ///< likewise
        forgotten,  ///< the reader was reset, has reset itself, or the mains failed
    };
    enum class Report : std::uint8_t { none, success, failure };

    Slot slot;
    Money price;
    MonotonicTime asked_at;           ///< when VEND REQUEST was first sent
    std::optional<Money> approved{};  ///< VEND APPROVED was taken, for this amount
    bool motor_started = false;
    bool dropped = false;  ///< the truth
    End end = End::open;
    Report report = Report::none;  ///< what the reader was told
    bool report_heard = false;     ///< and acknowledged
    bool lost_power = false;       ///< before the report
    /// It was reset between its approval and the report: to the reader that is a success (MDB/ICP 4.2, 7.4.8).
    bool reset_in_vend = false;
};

struct CashSale {
    Slot slot;
    Money price;
    bool dropped = false;
    bool told = false;  ///< CASH SALE was sent and acknowledged
};

struct Books {
    std::vector<Vend> vends;
    std::vector<CashSale> cash_sales;
    std::vector<std::string> remarks;  ///< what the machine found strange
    unsigned resets = 0;               ///< sent for any reason, power-up included
    unsigned malfunctions = 0;         ///< told by the reader

    std::size_t drops() const;
    std::size_t approvals() const;
};

}  // namespace qrvend::mdb::vmc
