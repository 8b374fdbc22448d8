#pragma once
// How every loop goes: the n-th place of a story is struck, for n = 1, 2, 3 ..., until a run passes unharmed. Each
// run ends on a sound disk and a sound network, where everything must settle, and is judged.

#include <cstdint>
#include <functional>
#include <string>

#include "tests/loops/world.hpp"

namespace qrvend::test {

struct Outcome {
    bool struck = false;
    bool well = false;  ///< judged, and no promise was broken
};

/// Runs `trial` until it is not struck, or until a promise is broken, so that the first broken one is the one to
/// read about. `what` names the story and its fault. Returns how many runs were struck; fails where there seems to
/// be no end.
std::uint64_t for_every_place(const std::string& what, const std::function<Outcome(std::uint64_t nth)>& trial);

/// Starts the process where there is none, lets everything settle and every unpaid code expire, and judges. Where a
/// promise is broken, the test fails with `what` and the whole story.
bool settles_well(StoryWorld& world, const std::string& what);

/// For a run that was not struck: each of its sales has ended as the story says.
bool ends_as_told(StoryWorld& world, const Story& story, const std::string& what);

}  // namespace qrvend::test
