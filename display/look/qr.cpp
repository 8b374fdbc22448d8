#include "display/look/qr.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <qrcodegen/qrcodegen.hpp>
#include <string>

namespace qrvend::display {

namespace {

using qrcodegen::QrSegment;

enum Mode : std::size_t { bytes, alphanumeric, numeric, mode_count };

constexpr int impossible = std::numeric_limits<int>::max() / 2;

// Bits are counted in sixths: a digit takes 10/3, a letter of the alphanumeric set 11/2.
int sixths_of(Mode mode, char letter) {
    static constexpr std::string_view alphanumeric_set = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    switch (mode) {
        case numeric:
            return letter >= '0' && letter <= '9' ? 20 : impossible;
        case alphanumeric:
            return alphanumeric_set.find(letter) != std::string_view::npos ? 33 : impossible;
        case bytes:
        case mode_count:
            break;
    }
    return 48;
}

// What a segment costs before its first letter, in versions 1 to 9: four bits of mode and the length.
int header_sixths(Mode mode) {
    switch (mode) {
        case numeric:
            return (4 + 10) * 6;
        case alphanumeric:
            return (4 + 9) * 6;
        case bytes:
        case mode_count:
            break;
    }
    return (4 + 8) * 6;
}

int round_up_to_bit(int sixths) {
    return (sixths + 5) / 6 * 6;
}

// The cheapest mode for each letter: shortest path over (letter, mode), where changing the mode costs a header.
std::vector<Mode> cheapest_modes(std::string_view text) {
    std::array<int, mode_count> cost{};
    for (std::size_t mode = 0; mode < mode_count; ++mode) {
        cost[mode] = header_sixths(static_cast<Mode>(mode));
    }
    std::vector<std::array<Mode, mode_count>> came_from(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::array<int, mode_count> next{};
        for (std::size_t mode = 0; mode < mode_count; ++mode) {
            next[mode] = impossible;
            const int letter = sixths_of(static_cast<Mode>(mode), text[at]);
            for (std::size_t before = 0; before < mode_count; ++before) {
                const int change = before == mode || at == 0
                                       ? cost[before]
                                       : round_up_to_bit(cost[before]) + header_sixths(static_cast<Mode>(mode));
                const bool reachable = before == mode || at > 0;
                if (reachable && letter < impossible && change + letter < next[mode]) {
                    next[mode] = change + letter;
                    came_from[at][mode] = static_cast<Mode>(before);
                }
            }
        }
        cost = next;
    }
    std::vector<Mode> modes(text.size());
    auto mode = static_cast<Mode>(std::ranges::min_element(cost) - cost.begin());
    for (std::size_t at = text.size(); at-- > 0;) {
        modes[at] = mode;
        mode = came_from[at][mode];
    }
    return modes;
}

QrSegment segment(Mode mode, std::string_view part) {
    const std::string text{part};
    switch (mode) {
        case numeric:
            return QrSegment::makeNumeric(text.c_str());
        case alphanumeric:
            return QrSegment::makeAlphanumeric(text.c_str());
        case bytes:
        case mode_count:
            break;
    }
    return QrSegment::makeBytes({part.begin(), part.end()});
}

std::vector<QrSegment> segments(std::string_view text) {
    const std::vector<Mode> modes = cheapest_modes(text);
    std::vector<QrSegment> all;
    for (std::size_t start = 0; start < text.size();) {
        std::size_t end = start;
        while (end < text.size() && modes[end] == modes[start]) {
            ++end;
        }
        all.push_back(segment(modes[start], text.substr(start, end - start)));
        start = end;
    }
    return all;
}

}  // namespace

std::shared_ptr<const QrMatrix> make_qr(std::string_view text) {
    if (text.empty()) {
        return nullptr;
    }
    try {
        const auto code = qrcodegen::QrCode::encodeSegments(segments(text), qrcodegen::QrCode::Ecc::MEDIUM);
        const int size = code.getSize();
        std::vector<bool> dark;
        dark.reserve(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                dark.push_back(code.getModule(x, y));
            }
        }
        return std::make_shared<const QrMatrix>(size, std::move(dark));
    } catch (const qrcodegen::data_too_long&) {
        return nullptr;
    }
}

}  // namespace qrvend::display
