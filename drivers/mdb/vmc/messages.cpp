// What the reader says, and what the machine makes of it.

#include "drivers/mdb/vmc/vmc.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::mdb::vmc {

bool Vmc::hear(const Message& message, MonotonicTime now) {
    using enum MessageCode;
    switch (message.code) {
        case just_reset:
            return hear_just_reset(now);
        case reader_config:
            return hear_config(message, now);
        case peripheral_id:
            return hear_identity(message, now);
        case begin_session:
            return hear_begin_session(message, now);
        case session_cancel:
            return hear_session_cancel(now);
        case vend_approved:
            return hear_approved(message, now);
        case vend_denied:
            return hear_denied(now);
        case end_session:
            return hear_end_session(now);
        case out_of_sequence:
            return hear_out_of_sequence(now);
        case malfunction:
            ++books_.malfunctions;
            return true;
        case display_request:
            display_.assign(message.data.begin() + 1, message.data.end());
            return true;
        case time_request:
        case data_entry_request:
        case data_entry_cancel:
        case diagnostics:
            return true;
        case cancelled:
            break;
    }
    return surprise("a message that nothing asked for", now);
}

// The 7 bytes after the code: level, country code, scale factor, decimals, Z7, Z8 (MDB/ICP 4.2, 7.4.2).
bool Vmc::hear_config(const Message& message, MonotonicTime now) {
    if (errands_.current() != Task::config) {
        return surprise("READER CONFIG unasked", now);
    }
    errands_.finish();
    const Block& data = message.data;
    level_ = std::min(habits_.level, data[0]);
    country_code_ = static_cast<std::uint16_t>(number_at(data, 1, 2));
    units_.scale_factor = data[3];
    units_.decimal_places = data[4];
    reader_limit_ = seconds(data[5]);
    reader_wants_cash_sales_ = (data[6] & (1U << 3U)) != 0;
    return true;
}

bool Vmc::hear_identity(const Message& message, MonotonicTime now) {
    if (errands_.current() != Task::identity) {
        return surprise("PERIPHERAL ID unasked", now);
    }
    errands_.finish();
    constexpr std::size_t without_options = 29;
    if (message.data.size() > without_options) {
        offered_ = number_at(message.data, without_options, 4);
    }
    return true;
}

bool Vmc::hear_begin_session(const Message& message, MonotonicTime now) {
    const bool welcome = stage_ == Stage::setting_up || stage_ == Stage::idle || stage_ == Stage::asking;
    if (session_open_ || !welcome) {
        return surprise("BEGIN SESSION where none can begin", now);
    }
    session_open_ = true;
    funds_ = to_money(number_at(message.data, 0, std::to_underlying(width())), width(), units_);
    return true;
}

bool Vmc::hear_session_cancel(MonotonicTime now) {
    if (stage_ == Stage::closing) {
        return true;
    }
    if (stage_ != Stage::idle || !session_open_) {
        return surprise("SESSION CANCEL REQUEST without a session to end", now);
    }
    complete_session(now);
    return true;
}

bool Vmc::hear_approved(const Message& message, MonotonicTime now) {
    if (stage_ != Stage::asking && stage_ != Stage::cancelling) {
        return surprise("VEND APPROVED where nothing was asked", now);
    }
    const std::uint32_t value = number_at(message.data, 0, message.data.size());
    vend().approved = to_money(value, width(), units_).value_or(vend().price);  // without an amount: a token
    errands_.finish();
    const bool wrong = habits_.checks_amount && vend().approved != vend().price;
    if (stage_ == Stage::cancelling || wrong) {
        books_.remarks.emplace_back(wrong ? "another amount was approved" : "approved after the customer had left");
        report(Vend::End::failed, now);
        return true;
    }
    vend().motor_started = true;
    stage_ = Stage::vending;
    start_motor({.cash = false, .entry = books_.vends.size() - 1}, now);
    return true;
}

bool Vmc::hear_denied(MonotonicTime now) {
    if (stage_ != Stage::asking && stage_ != Stage::cancelling) {
        return surprise("VEND DENIED where nothing was asked", now);
    }
    errands_.finish();
    vend().end = stage_ == Stage::asking ? Vend::End::denied : Vend::End::cancelled;
    complete_session(now);
    return true;
}

bool Vmc::hear_end_session(MonotonicTime now) {
    if (stage_ == Stage::closing && errands_.current() == Task::complete && errands_.waits_since()) {
        errands_.finish();
        stage_ = Stage::idle;
        session_open_ = false;
        if (habits_.completes_twice) {
            errands_.add({.task = Task::complete_again, .block = command::session_complete(settings_.address)});
        }
        return true;
    }
    session_open_ = session_open_ && stage_ != Stage::idle;
    return surprise("END SESSION unasked", now);
}

bool Vmc::hear_out_of_sequence(MonotonicTime now) {
    if (habits_.resets_on_out_of_sequence) {
        reset_reader(now, "COMMAND OUT OF SEQUENCE");
        return false;
    }
    books_.remarks.emplace_back("COMMAND OUT OF SEQUENCE, overlooked");
    return true;
}

bool Vmc::surprise(const std::string& what, MonotonicTime now) {
    if (habits_.resets_on_surprise) {
        reset_reader(now, what);
        return false;
    }
    books_.remarks.push_back(what);
    return true;
}

}  // namespace qrvend::mdb::vmc
