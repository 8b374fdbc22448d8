#include "tests/simulation/planted.hpp"

#include <algorithm>

namespace qrvend::simulation {

std::span<const Bug> bugs() {
    return {};
}

const Bug* find_bug(std::string_view name) {
    const auto found = std::ranges::find(bugs(), name, &Bug::name);
    return found == bugs().end() ? nullptr : &*found;
}

}  // namespace qrvend::simulation
