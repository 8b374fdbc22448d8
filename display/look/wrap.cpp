#include "display/look/wrap.hpp"

#include <algorithm>

namespace qrvend::display {

namespace {

constexpr std::string_view ellipsis = "…";

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        if (end > start) {
            words.emplace_back(text.substr(start, end - start));
        }
        start = end + 1;
    }
    return words;
}

bool continues_a_letter(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

void drop_last_letter(std::string& text) {
    while (!text.empty() && continues_a_letter(text.back())) {
        text.pop_back();
    }
    if (!text.empty()) {
        text.pop_back();
    }
}

// The longest beginning of `word` that fits, at least one letter.
std::string beginning_that_fits(const Metrics& metrics, const std::string& word, const Font& font, int width) {
    std::string part = word;
    while (metrics.width(part, font) > width) {
        std::string shorter = part;
        drop_last_letter(shorter);
        if (shorter.empty()) {
            break;
        }
        part = std::move(shorter);
    }
    return part;
}

void end_with_ellipsis(const Metrics& metrics, std::string& line, const Font& font, int width) {
    while (!line.empty() && metrics.width(line + std::string{ellipsis}, font) > width) {
        drop_last_letter(line);
    }
    while (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    line += ellipsis;
}

}  // namespace

Wrapped wrap(const Metrics& metrics, std::string_view text, const Font& font, int width, int max_lines) {
    Wrapped result;
    std::string line;
    for (std::string word : words_of(text)) {
        std::string longer = line;
        longer += longer.empty() ? "" : " ";
        longer += word;
        if (metrics.width(longer, font) <= width) {
            line = std::move(longer);
            continue;
        }
        if (!line.empty()) {
            result.lines.push_back(std::move(line));
        }
        while (metrics.width(word, font) > width && word.size() > 1) {
            std::string part = beginning_that_fits(metrics, word, font, width);
            result.shortened = true;
            word.erase(0, part.size());
            result.lines.push_back(std::move(part));
        }
        line = std::move(word);
    }
    if (!line.empty()) {
        result.lines.push_back(std::move(line));
    }
    const auto limit = static_cast<std::size_t>(std::max(1, max_lines));
    if (result.lines.size() > limit) {
        result.lines.resize(limit);
        end_with_ellipsis(metrics, result.lines.back(), font, width);
        result.shortened = true;
    }
    return result;
}

Wrapped wrap_evenly(const Metrics& metrics, std::string_view text, const Font& font, int width, int max_lines) {
    Wrapped best = wrap(metrics, text, font, width, max_lines);
    if (best.lines.size() < 2 || best.shortened) {
        return best;
    }
    int too_narrow = width / static_cast<int>(best.lines.size()) / 2;
    int enough = width;
    while (enough - too_narrow > std::max(4, width / 32)) {
        const int middle = (enough + too_narrow) / 2;
        Wrapped attempt = wrap(metrics, text, font, middle, max_lines);
        if (attempt.lines.size() == best.lines.size() && !attempt.shortened) {
            best = std::move(attempt);
            enough = middle;
        } else {
            too_narrow = middle;
        }
    }
    return best;
}

std::string keep_units(std::string_view text) {
    constexpr std::size_t longest_unit = 3;
    std::string bound;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool after_digit = i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
        const std::size_t unit = std::min(text.find(' ', i + 1), text.size()) - i - 1;
        if (text[i] == ' ' && after_digit && unit >= 1 && unit <= longest_unit) {
            bound += "\u00a0";
        } else {
            bound += text[i];
        }
    }
    return bound;
}

Font fit(const Metrics& metrics, std::string_view text, Font largest, int smallest, int width, int max_lines) {
    Font font = largest;
    while (font.px > smallest && wrap(metrics, text, font, width, max_lines).shortened) {
        font.px = std::max(smallest, font.px - std::max(2, font.px / 20));
    }
    return font;
}

}  // namespace qrvend::display
