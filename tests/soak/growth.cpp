#include "tests/soak/growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>

namespace qrvend::soak {

namespace {

std::int64_t median(std::span<const Point> points, std::int64_t Point::* member) {
    std::vector<std::int64_t> values;
    for (const Point& point : points) {
        values.push_back(point.*member);
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace

Growth growth_of(const std::vector<Point>& points, const Limit& limit) {
    if (points.size() < fewest_points) {
        throw std::invalid_argument(fmt::format("{} samples of {} are too few", points.size(), limit.figure));
    }
    const std::size_t third = points.size() / 3;
    const auto early = std::span(points).first(third);
    const auto late = std::span(points).last(third);
    const std::int64_t sales = median(late, &Point::sales) - median(early, &Point::sales);
    return {.early = median(early, &Point::value),
            .late = median(late, &Point::value),
            .sales = sales,
            .allowed = limit.noise + limit.per_thousand * sales / 1000};
}

std::string to_text(const Growth& growth, const Limit& limit) {
    return fmt::format("{}: {} -> {} in {} sales, {:+}, allowed {:+}", limit.figure, growth.early, growth.late,
                       growth.sales, growth.late - growth.early, growth.allowed);
}

}  // namespace qrvend::soak
