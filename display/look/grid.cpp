#include "display/look/grid.hpp"

#include <algorithm>

namespace qrvend::display {

namespace {

int how_many_fit(int room, int smallest, int gap) {
    return std::max(1, (room + gap) / (smallest + gap));
}

int part_of(int room, int count, int gap) {
    return (room - (count - 1) * gap) / count;
}

Grid with(int columns, int rows, const Rect& area, const CardLimits& limits) {
    Grid grid{.columns = columns,
              .rows = rows,
              .pages = 1,
              .area = area,
              .card_width = part_of(area.width, columns, limits.gap),
              .card_height = part_of(area.height, rows, limits.gap),
              .gap = limits.gap};
    return grid;
}

}  // namespace

Rect Grid::card(int place) const {
    return {.x = area.x + (place % columns) * (card_width + gap),
            .y = area.y + (place / columns) * (card_height + gap),
            .width = card_width,
            .height = card_height};
}

Grid make_grid(int count, Rect area, const CardLimits& limits, int pager_height) {
    const int most_columns = how_many_fit(area.width, limits.smallest_width, limits.gap);
    const int most_rows = how_many_fit(area.height, limits.smallest_height, limits.gap);
    count = std::max(1, count);
    if (count <= most_columns * most_rows) {
        Grid best;
        std::int64_t best_area = 0;
        for (int columns = 1; columns <= std::min(count, most_columns); ++columns) {
            const int rows = (count + columns - 1) / columns;
            if (rows > most_rows) {
                continue;
            }
            Grid grid = with(columns, rows, area, limits);
            const int best_height = grid.card_width * limits.best_height_permille / 1000;
            grid.card_height = std::min(grid.card_height, std::max(limits.smallest_height, best_height));
            const std::int64_t covered = std::int64_t{grid.card_width} * grid.card_height;
            if (covered > best_area) {
                best = grid;
                best_area = covered;
            }
        }
        return best;
    }
    area.height -= pager_height;
    const int rows = how_many_fit(area.height, limits.smallest_height, limits.gap);
    Grid grid = with(most_columns, rows, area, limits);
    grid.pages = (count + grid.per_page() - 1) / grid.per_page();
    return grid;
}

}  // namespace qrvend::display
