#include "drivers/simulated/memory_journal.hpp"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <utility>

namespace qrvend::simulated {

namespace {

std::unexpected<Failure> broken() {
    return unknown("broken", "the simulated disk failed");
}

void sort_by_sequence(std::vector<Record>& records) {
    std::ranges::sort(records, {}, &Record::sequence);
}

}  // namespace

void MemoryDisk::fail_append(std::uint64_t nth, Fault fault) {
    assert(nth > 0);
    fault_at_ = appends_ + nth;
    fault_ = fault;
}

void MemoryDisk::crash(std::size_t kept) {
    while (kept > 0 && !unsynced_.empty()) {
        sync_oldest();
        --kept;
    }
    while (!unsynced_.empty()) {
        lose(unsynced_.back());
        unsynced_.pop_back();
    }
}

std::vector<Record> MemoryDisk::records() const {
    std::vector<Record> all;
    for (const auto& [id, sale] : sales_) {
        all.insert(all.end(), sale.records.begin(), sale.records.end());
    }
    sort_by_sequence(all);
    return all;
}

std::vector<Record> MemoryDisk::make_records(const SaleId& sale, Stamp stamp, std::vector<Fact> facts) {
    std::vector<Record> records;
    records.reserve(facts.size());
    for (Fact& fact : facts) {
        const Sequence sequence{++last_sequence_};
        records.push_back({.sequence = sequence, .sale = sale, .stamp = stamp, .fact = std::move(fact)});
    }
    return records;
}

void MemoryDisk::sync_oldest() {
    for (Record& record : unsynced_.front()) {
        Sale& sale = sales_[record.sale];
        sale.is_closed = sale.is_closed || std::holds_alternative<fact::Closed>(record.fact);
        if (sale.is_closed) {
            open_sales_.erase(record.sale);
        } else {
            open_sales_.insert(record.sale);
        }
        sale.records.push_back(std::move(record));
    }
    unsynced_.pop_front();
}

// As a rolled back transaction does, this gives the sequence numbers back.
void MemoryDisk::lose(const std::vector<Record>& records) {
    if (!records.empty()) {
        last_sequence_ = records.front().sequence.number - 1;
    }
}

std::optional<MemoryDisk::Fault> MemoryDisk::next_fault() {
    ++appends_;
    return appends_ == fault_at_ ? std::optional(fault_) : std::nullopt;
}

MemoryJournal::~MemoryJournal() {
    disk_.crash(disk_.unconfirmed());
}

template <class T, class Call>
boost::asio::awaitable<Result<T>> MemoryJournal::run(Call call) {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
        [this](auto handler, Call what) {
            auto later = [this, fate = fate_, handler = std::move(handler), what = std::move(what)]() mutable {
                if (fate != Fate::unheard) {
                    std::move(handler)(fate == Fate::fails ? Result<T>(broken()) : what(disk_));
                }
            };
            boost::asio::post(io_, std::move(later));
        },
        boost::asio::use_awaitable, std::move(call));
}

boost::asio::awaitable<Result<std::vector<Record>>> MemoryJournal::append(SaleId sale, Stamp stamp,
                                                                          std::vector<Fact> facts) {
    // Written now, so that a crash before the answer may keep it.
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<std::vector<Record>>)>(
        [this, stamp](auto handler, SaleId id, std::vector<Fact> new_facts) {
            Written written = write(id, stamp, std::move(new_facts));
            boost::asio::post(io_, [this, handler = std::move(handler), written = std::move(written)]() mutable {
                if (auto result = finish(std::move(written))) {
                    std::move(handler)(std::move(*result));
                }
            });
        },
        boost::asio::use_awaitable, std::move(sale), std::move(facts));
}

MemoryJournal::Written MemoryJournal::write(const SaleId& sale, Stamp stamp, std::vector<Fact> facts) {
    const auto fault = disk_.next_fault();
    if (fate_ != Fate::succeeds) {
        return {.records = {}, .fate = fate_};
    }
    Written written{.records = disk_.make_records(sale, stamp, std::move(facts))};
    using enum MemoryDisk::Fault;
    written.is_on_disk = fault != fails_lost && fault != dies_lost;
    if (written.is_on_disk) {
        disk_.unsynced_.push_back(written.records);
    } else {
        disk_.lose(written.records);
    }
    if (fault == fails_lost || fault == fails_kept) {
        written.fate = Fate::fails;
        fate_ = Fate::fails;
    } else if (fault) {
        written.fate = Fate::dies;
        fate_ = Fate::unheard;
    }
    return written;
}

std::optional<Result<std::vector<Record>>> MemoryJournal::finish(Written written) {
    if (written.is_on_disk) {
        disk_.sync_oldest();
    }
    switch (written.fate) {
        case Fate::succeeds:
            return std::move(written.records);
        case Fate::fails:
            return broken();
        case Fate::dies:
            assert(disk_.on_death_);
            disk_.on_death_();
            return std::nullopt;
        case Fate::unheard:
            return std::nullopt;
    }
    std::unreachable();
}

boost::asio::awaitable<Result<void>> MemoryJournal::reserve_room() {
    return run<void>([](MemoryDisk& disk) -> Result<void> {
        if (disk.room_ == MemoryDisk::Room::none) {
            return refused("no_room", "the simulated disk is full");
        }
        if (disk.room_ == MemoryDisk::Room::unknown) {
            return broken();
        }
        return {};
    });
}

boost::asio::awaitable<Result<std::vector<Record>>> MemoryJournal::open_sales() {
    return run<std::vector<Record>>([](MemoryDisk& disk) -> Result<std::vector<Record>> {
        std::vector<Record> records;
        for (const SaleId& sale : disk.open_sales_) {
            const auto& of_sale = disk.sales_[sale].records;
            records.insert(records.end(), of_sale.begin(), of_sale.end());
        }
        sort_by_sequence(records);
        return records;
    });
}

boost::asio::awaitable<Result<std::vector<Record>>> MemoryJournal::history(SaleId sale) {
    return run<std::vector<Record>>([sale = std::move(sale)](MemoryDisk& disk) -> Result<std::vector<Record>> {
        const auto found = disk.sales_.find(sale);
        return found == disk.sales_.end() ? std::vector<Record>{} : found->second.records;
    });
}

boost::asio::awaitable<Result<void>> MemoryJournal::remember(std::string name, std::string value) {
    return run<void>([name = std::move(name), value = std::move(value)](MemoryDisk& disk) -> Result<void> {
        disk.commissioning_.insert_or_assign(name, value);
        return {};
    });
}

boost::asio::awaitable<Result<std::optional<std::string>>> MemoryJournal::recall(std::string name) {
    return run<std::optional<std::string>>([name = std::move(name)](MemoryDisk& disk) {
        const auto found = disk.commissioning_.find(name);
        return Result<std::optional<std::string>>(
            found == disk.commissioning_.end() ? std::nullopt : std::optional(found->second));
    });
}

}  // namespace qrvend::simulated
