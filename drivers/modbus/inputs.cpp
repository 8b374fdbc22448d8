#include "drivers/modbus/inputs.hpp"

#include <algorithm>

namespace qrvend::modbus {

namespace {

constexpr std::uint16_t most_at_once = 64;  // of either kind; every board has buffers for that

bool goes_on(const Request& request, const Point& point) {
    const auto& read = std::get<Read>(request.what);
    return request.unit == point.unit && read.table == point.table && read.count < most_at_once &&
           read.address + read.count == point.address;
}

}  // namespace

std::vector<Request> reads_of(std::vector<Point> points) {
    std::ranges::sort(points);
    points.erase(std::ranges::unique(points).begin(), points.end());
    std::vector<Request> reads;
    for (const Point& point : points) {
        if (!reads.empty() && goes_on(reads.back(), point)) {
            ++std::get<Read>(reads.back().what).count;
        } else {
            reads.push_back({.unit = point.unit, .what = Read{.table = point.table, .address = point.address}});
        }
    }
    return reads;
}

bool enter(const Request& read, const Words& words, Values& values) {
    const auto& what = std::get<Read>(read.what);
    if (words.size() != what.count) {
        return false;
    }
    for (std::size_t index = 0; index < words.size(); ++index) {
        const auto address = static_cast<std::uint16_t>(what.address + index);
        values[Point{.unit = read.unit, .table = what.table, .address = address}] = words[index];
    }
    return true;
}

}  // namespace qrvend::modbus
