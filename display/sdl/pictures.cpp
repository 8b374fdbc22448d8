#include "display/sdl/pictures.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "display/sdl/image_files.hpp"

namespace qrvend::display::sdl {

namespace {

constexpr std::size_t most_bytes_kept = std::size_t{3} * 1024 * 1024;
constexpr int most_pixels_on_a_side = 4096;

constexpr Uint32 pixel_format = SDL_PIXELFORMAT_ARGB8888;

std::size_t bytes_of(const SDL_Surface* surface) {
    return surface == nullptr ? 0 : static_cast<std::size_t>(surface->pitch) * static_cast<std::size_t>(surface->h);
}

Surface read(const Picture& picture, Size room) {
    SDL_RWops* input = picture.bytes
                           ? SDL_RWFromConstMem(picture.bytes->data(), static_cast<int>(picture.bytes->size()))
                           : SDL_RWFromFile(picture.path.c_str(), "rb");
    if (input == nullptr) {
        return nullptr;
    }
    const Surface any = load_picture(*input, room.height);
    SDL_RWclose(input);
    if (!any || any->w > most_pixels_on_a_side || any->h > most_pixels_on_a_side) {
        return nullptr;
    }
    return Surface{SDL_ConvertSurfaceFormat(any.get(), pixel_format, 0)};
}

const std::uint32_t* row_of(const SDL_Surface& surface, int y) {
    const auto* bytes = static_cast<const std::uint8_t*>(surface.pixels);
    return reinterpret_cast<const std::uint32_t*>(bytes + static_cast<std::ptrdiff_t>(y) * surface.pitch);
}

std::uint32_t* row_of(SDL_Surface& surface, int y) {
    auto* bytes = static_cast<std::uint8_t*>(surface.pixels);
    return reinterpret_cast<std::uint32_t*>(bytes + static_cast<std::ptrdiff_t>(y) * surface.pitch);
}

// The mean of a block of pixels, colours weighted by their opacity.
std::uint32_t mean(const SDL_Surface& source, const Rect& block) {
    std::array<std::uint64_t, 4> sum{};
    for (int y = block.y; y < block.bottom(); ++y) {
        const std::uint32_t* row = row_of(source, y);
        for (int x = block.x; x < block.right(); ++x) {
            const std::uint32_t opacity = row[x] >> 24U;
            sum[0] += (row[x] & 0xFFU) * opacity;
            sum[1] += (row[x] >> 8U & 0xFFU) * opacity;
            sum[2] += (row[x] >> 16U & 0xFFU) * opacity;
            sum[3] += opacity;
        }
    }
    if (sum[3] == 0) {
        return 0;
    }
    const auto count = static_cast<std::uint64_t>(block.width) * static_cast<std::uint64_t>(block.height);
    const std::uint64_t pixel =
        sum[3] / count << 24U | sum[2] / sum[3] << 16U | sum[1] / sum[3] << 8U | sum[0] / sum[3];
    return static_cast<std::uint32_t>(pixel);
}

Surface made_smaller(const SDL_Surface& source, Size size) {
    Surface target{SDL_CreateRGBSurfaceWithFormat(0, size.width, size.height, 32, pixel_format)};
    for (int y = 0; target && y < size.height; ++y) {
        std::uint32_t* row = row_of(*target, y);
        const int top = y * source.h / size.height;
        const int bottom = std::max(top + 1, (y + 1) * source.h / size.height);
        for (int x = 0; x < size.width; ++x) {
            const int left = x * source.w / size.width;
            const int right = std::max(left + 1, (x + 1) * source.w / size.width);
            row[x] = mean(source, {.x = left, .y = top, .width = right - left, .height = bottom - top});
        }
    }
    return target;
}

Surface made_larger(const SDL_Surface& source, int times) {
    Surface target{SDL_CreateRGBSurfaceWithFormat(0, source.w * times, source.h * times, 32, pixel_format)};
    for (int y = 0; target && y < target->h; ++y) {
        const std::uint32_t* from = row_of(source, y / times);
        std::uint32_t* row = row_of(*target, y);
        for (int x = 0; x < target->w; ++x) {
            row[x] = from[x / times];
        }
    }
    return target;
}

}  // namespace

Surface scaled(SDL_Surface& source, Size room) {
    if (source.w <= 0 || source.h <= 0 || room.width <= 0 || room.height <= 0) {
        return nullptr;
    }
    const int times = std::min(room.width / source.w, room.height / source.h);
    if (times >= 1) {
        return made_larger(source, times);
    }
    const bool wide = std::int64_t{source.w} * room.height > std::int64_t{source.h} * room.width;
    const int width = wide ? room.width : std::max(1, source.w * room.height / source.h);
    const int height = wide ? std::max(1, source.h * room.width / source.w) : room.height;
    return made_smaller(source, {.width = width, .height = height});
}

SDL_Surface* Pictures::find(const Picture& picture) {
    const Size room{.width = picture.rect.width, .height = picture.rect.height};
    const auto known = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.room == room && entry.path == picture.path && entry.bytes == picture.bytes;
    });
    if (known != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, known);
        return entries_.front().surface.get();
    }
    const Surface whole = read(picture, room);
    entries_.push_front({.path = picture.path,
                         .bytes = picture.bytes,
                         .room = room,
                         .surface = whole ? scaled(*whole, room) : nullptr});
    forget_the_oldest();
    return entries_.front().surface.get();
}

void Pictures::forget_the_oldest() {
    std::size_t kept = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        kept += bytes_of(entry->surface.get());
        const bool newest = entry == entries_.begin();
        entry = newest || kept <= most_bytes_kept ? std::next(entry) : entries_.erase(entry);
    }
}

}  // namespace qrvend::display::sdl
