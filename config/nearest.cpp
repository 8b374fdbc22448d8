#include "config/nearest.hpp"

#include <algorithm>
#include <limits>

namespace qrvend::config {

namespace {

// A longer name is no misspelt key, and comparing it would cost its length squared.
constexpr std::size_t longest_name = 64;

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> cells((left.size() + 1) * width);
    const auto at = [&](std::size_t row, std::size_t column) -> std::size_t& {
        return cells[row * width + column];
    };
    for (std::size_t row = 0; row <= left.size(); ++row) {
        for (std::size_t column = 0; column <= right.size(); ++column) {
            if (row == 0 || column == 0) {
                at(row, column) = row + column;
                continue;
            }
            const std::size_t change = left[row - 1] == right[column - 1] ? 0 : 1;
            at(row, column) =
                std::min({at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + change});
            const bool swapped =
                row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
            if (swapped) {
                at(row, column) = std::min(at(row, column), at(row - 2, column - 2) + 1);
            }
        }
    }
    return at(left.size(), right.size());
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known) {
    if (name.size() > longest_name) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::numeric_limits<std::size_t>::max();
    for (const std::string_view candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        const std::size_t tolerated = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
        if (distance <= tolerated && distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace qrvend::config
