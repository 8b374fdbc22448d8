#include "drivers/simulated/clock.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace qrvend::simulated {

namespace {

constexpr unsigned cell_bits = 20;
constexpr std::size_t most_waits = std::size_t{1} << cell_bits;  // more of them pending is a leak

std::size_t cell_of(std::uint64_t wait) {
    return wait & (most_waits - 1);
}

}  // namespace

Stamp SimulatedClock::now() const {
    return {.wall = WallTime{monotonic_.time_since_epoch() + wall_offset_}, .monotonic = monotonic_, .boot = boot_};
}

std::uint64_t SimulatedClock::call_at(MonotonicTime deadline, std::move_only_function<void()> expired) {
    const std::size_t cell = dead_ ? 0 : free_cell();
    const std::uint64_t wait = (++last_number_ << cell_bits) | cell;
    if (dead_) {
        return wait;
    }
    cells_[cell].wait = wait;
    cells_[cell].expired = std::move(expired);
    heap_.emplace_back();
    put(heap_.size() - 1, {.deadline = deadline, .wait = wait});
    sift_up(heap_.size() - 1);
    return wait;
}

void SimulatedClock::cancel(std::uint64_t wait) {
    const std::size_t cell = cell_of(wait);
    if (wait != 0 && cell < cells_.size() && cells_[cell].wait == wait) {
        const auto doomed = take(cells_[cell].place);  // its destructor may come back here: all is in order by then
    }
}

void SimulatedClock::run_until(boost::asio::io_context& io, MonotonicTime end) {
    run_until(io, [] { return false; }, end);
}

void SimulatedClock::freeze(boost::asio::io_context& io) {
    frozen_ = true;
    io.stop();
}

void SimulatedClock::abandon(std::unique_ptr<boost::asio::io_context> io) {
    dead_ = true;
    while (!heap_.empty()) {
        const auto doomed = take(heap_.size() - 1);
    }
    io.reset();
    dead_ = false;
    frozen_ = false;
}

void SimulatedClock::reboot() {
    if (!heap_.empty()) {
        throw std::logic_error("a computer was restarted under a running process");
    }
    elapsed_before_ = elapsed();
    const WallTime wall = now().wall;
    monotonic_ = MonotonicTime{std::chrono::seconds(20)};
    began_ = monotonic_;
    ++boot_.value;
    set_wall(wall);
}

void SimulatedClock::poll(boost::asio::io_context& io) {
    if (!frozen_) {
        io.restart();
        io.poll();
    }
}

bool SimulatedClock::step(MonotonicTime limit) {
    if (heap_.empty() || heap_.front().deadline > limit) {
        if (limit != MonotonicTime::max()) {
            monotonic_ = std::max(monotonic_, limit);
        }
        return false;
    }
    monotonic_ = std::max(monotonic_, heap_.front().deadline);
    ++wakeups_;
    auto expired = take(0);
    expired();
    return true;
}

std::size_t SimulatedClock::free_cell() {
    if (free_.empty()) {
        if (cells_.size() == most_waits) {
            throw std::logic_error("a million waits are pending");
        }
        cells_.emplace_back();
        return cells_.size() - 1;
    }
    const std::size_t cell = free_.back();
    free_.pop_back();
    return cell;
}

std::move_only_function<void()> SimulatedClock::take(std::size_t place) {
    const std::size_t cell = cell_of(heap_[place].wait);
    cells_[cell].wait = 0;
    free_.push_back(cell);
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) {
        put(place, last);
        sift_up(place);
        sift_down(cells_[cell_of(last.wait)].place);
    }
    return std::exchange(cells_[cell].expired, nullptr);
}

void SimulatedClock::put(std::size_t place, Entry entry) {
    heap_[place] = entry;
    cells_[cell_of(entry.wait)].place = place;
}

void SimulatedClock::sift_up(std::size_t place) {
    const Entry entry = heap_[place];
    while (place > 0) {
        const std::size_t parent = (place - 1) / 2;
        if (heap_[parent] < entry) {
            break;
        }
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, entry);
}

void SimulatedClock::sift_down(std::size_t place) {
    const Entry entry = heap_[place];
    while (2 * place + 1 < heap_.size()) {
        std::size_t child = 2 * place + 1;
        if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) {
            ++child;
        }
        if (entry < heap_[child]) {
            break;
        }
        put(place, heap_[child]);
        place = child;
    }
    put(place, entry);
}

}  // namespace qrvend::simulated
