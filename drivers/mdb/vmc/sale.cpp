// Customers, motors, and what the reader is told of them.

#include "drivers/mdb/vmc/vmc.hpp"

#include <algorithm>
#include <utility>

namespace qrvend::mdb::vmc {

namespace {

constexpr std::uint16_t no_item = 0xFFFF;

}  // namespace

// ---- the customer

void Vmc::press(Slot slot) {
    wish(slot, false);
}

void Vmc::pay_cash(Slot slot) {
    if (takes_coins()) {
        wish(slot, true);
    }
}

void Vmc::pull_lever() {
    wish_.reset();
    if (stage_ == Stage::asking) {
        cancel();
    } else if (stage_ == Stage::idle && session_open_) {
        complete_session(MonotonicTime::min());
    }
}

void Vmc::wish(Slot slot, bool cash) {
    if (stage_ == Stage::dark || stage_ == Stage::vending || column(slot) == nullptr) {
        return;  // no light, no keypad, or no such product
    }
    wish_ = {.slot = slot, .cash = cash};
    if (stage_ == Stage::asking) {
        cancel();
    }
}

const Column* Vmc::column(Slot slot) const {
    const auto found = std::ranges::find(settings_.columns, slot, &Column::slot);
    return found == settings_.columns.end() ? nullptr : &*found;
}

void Vmc::grant_wish(MonotonicTime now) {
    const bool free = (stage_ == Stage::idle && errands_.empty()) || stage_ == Stage::setting_up;
    if (!wish_ || mechanism_.turns() || !free) {
        return;
    }
    if (wish_->cash && session_open_) {
        complete_session(now);
        return;
    }
    const Wish granted = *std::exchange(wish_, std::nullopt);
    const Column& chosen = *column(granted.slot);
    if (granted.cash) {
        sell_for_cash(chosen, now);
    } else if (may_ask(chosen)) {
        ask(chosen, now);
    }
}

bool Vmc::may_ask(const Column& column) {
    if (stage_ == Stage::setting_up || (!always_idle_ && !session_open_)) {
        books_.remarks.emplace_back("chosen without a session");
        return false;
    }
    if (habits_.believes_funds && funds_ && *funds_ < column.price) {
        books_.remarks.emplace_back("the funds do not suffice");
        return false;
    }
    if (!on_wire(column.price)) {
        books_.remarks.emplace_back("the wire cannot say this price");
        return false;
    }
    return true;
}

void Vmc::ask(const Column& column, MonotonicTime now) {
    books_.vends.push_back({.slot = column.slot, .price = column.price, .asked_at = now});
    stage_ = Stage::asking;
    const std::uint16_t item = habits_.numbers_items ? column.slot.number : no_item;
    add_waiting(Task::request, command::vend_request(settings_.address, *on_wire(column.price), item));
}

void Vmc::cancel() {
    errands_.finish();
    stage_ = Stage::cancelling;
    add_waiting(Task::cancel, command::vend_cancel(settings_.address));
}

// ---- motors

void Vmc::start_motor(Turning turning, MonotonicTime now) {
    turning_ = turning;
    mechanism_.start(now);
}

void Vmc::settle_motor(Mechanism::End end, MonotonicTime now) {
    const Turning turning = *std::exchange(turning_, std::nullopt);
    if (turning.cash) {
        CashSale& sale = books_.cash_sales[turning.entry];
        sale.dropped = end.dropped;
        settle_cash_motor(sale, turning.entry, end.success);
        return;
    }
    books_.vends[turning.entry].dropped = end.dropped;
    if (stage_ == Stage::vending) {
        report(end.success ? Vend::End::succeeded : Vend::End::failed, now);
    }
}

void Vmc::sell_for_cash(const Column& column, MonotonicTime now) {
    books_.cash_sales.push_back({.slot = column.slot, .price = column.price});
    start_motor({.cash = true, .entry = books_.cash_sales.size() - 1}, now);
}

void Vmc::settle_cash_motor(CashSale& sale, std::size_t entry, bool success) {
    const auto price = on_wire(sale.price);
    if (!success || !price || !reader_wants_cash_sales_ || stage_ != Stage::idle || session_open_) {
        return;
    }
    cash_told_ = entry;
    const std::uint16_t item = habits_.numbers_items ? sale.slot.number : no_item;
    errands_.add(
        {.task = Task::cash_sale, .block = command::cash_sale(settings_.address, *price, item, country_code_)});
}

// ---- what the reader is told

void Vmc::report(Vend::End end, MonotonicTime now) {
    const std::uint8_t to = settings_.address;
    vend().end = end;
    if (end == Vend::End::succeeded) {
        const std::uint16_t item = habits_.numbers_items ? vend().slot.number : no_item;
        vend().report = Vend::Report::success;
        errands_.add(order(Task::success, habits_.success_names_item ? command::vend_success(to, item)
                                                                     : command::vend_success_without_item(to)));
    } else {
        vend().report = Vend::Report::failure;
        errands_.add(order(Task::failure, command::vend_failure(to)));
        errands_.add({.task = Task::poll_after_failure});
    }
    complete_session(now);
}

void Vmc::complete_session(MonotonicTime now) {
    stage_ = Stage::closing;
    errands_.add({.task = Task::complete,
                  .block = command::session_complete(settings_.address),
                  .awaits = true,
                  .not_before = now + habits_.complete_after});
}

void Vmc::forget_sale(Forgotten why) {
    const bool in_sale = stage_ == Stage::asking || stage_ == Stage::cancelling || stage_ == Stage::vending ||
                         stage_ == Stage::closing;
    if (in_sale && !books_.vends.empty()) {
        Vend& last = vend();
        const bool untold = last.approved && !last.report_heard;
        last.end = last.end == Vend::End::open ? Vend::End::forgotten : last.end;
        last.lost_power = last.lost_power || (untold && why == Forgotten::power_cut);
        last.reset_in_vend = last.reset_in_vend || (untold && why == Forgotten::we_reset);
    }
    session_open_ = false;
    wish_.reset();
}

}  // namespace qrvend::mdb::vmc
