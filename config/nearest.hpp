#pragma once
// The hint of an unknown key: which known one was probably meant.

#include <cstddef>
#include <string_view>
#include <vector>

namespace qrvend::config {

/// How many characters (bytes) must be added, removed, changed or swapped with their neighbour to make one text of
/// the other (the optimal string alignment distance).
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The nearest of `known`, or an empty text where none is near: at most a third of the characters may differ.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace qrvend::config
