#pragma once
// What the MDB driver has to be told. The values come from the config file.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "controller/base/ids.hpp"
#include "controller/base/money.hpp"
#include "controller/base/time.hpp"

namespace qrvend::mdb {

/// How a Qibixx adapter is told no; sources disagree.
enum class DenyForm : std::uint8_t { vend_minus_one, stop };

struct ReaderSettings {
    std::uint8_t address = 0x10;  ///< 10h cashless 1, 60h cashless 2
    std::uint8_t level = 3;       ///< 1 to 3
    Currency currency;
    std::uint16_t country_code = 0xFFFF;  ///< BCD with a leading 1 for ISO 4217 numeric: NOK 1578
    std::uint8_t scale_factor = 1;  ///< amount = wire value x scale_factor, in units of the last decimal place
    std::uint8_t decimal_places = 2;
    seconds answer_limit{255};                   ///< Application Maximum Response Time, READER CONFIG Z7, 1 to 255
    bool always_idle = true;                     ///< offered to the machine
    bool cash_sales = true;                      ///< ask for CASH SALE messages
    bool wide_money = true;                      ///< offer 32-bit amounts
    std::string serial_number = "000000000001";  ///< 12 characters
    std::string model = "QRVEND-1    ";          ///< 12 characters
};

struct Settings {
    std::string device;                    ///< a stable name such as /dev/serial/by-id/...
    std::string address_key = "mdb-addr";  ///< the Qibixx parameter's name; sources disagree
    DenyForm deny_form = DenyForm::vend_minus_one;
    ReaderSettings reader;
    std::int64_t session_funds_minor = 10'000;  ///< named to machines that want to see money before a selection
    seconds session{60};                        ///< how long a session without a selection stays open
    seconds vend_limit{120};                    ///< from the approval until VEND SUCCESS or FAILURE must have come
    std::map<std::uint16_t, Slot> items{};  ///< the machine's item number to our slot; absent ones are themselves
};

}  // namespace qrvend::mdb
