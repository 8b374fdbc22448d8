#pragma once
// Mistakes with connections.

#include <memory>

#include "tests/simulation/planted.hpp"

namespace qrvend::simulation::planted {

/// A connection on which an answer failed to come in time is used again, and from then on each request is given
/// the answer to the one before.
std::unique_ptr<HttpTransport> answers_one_behind(HttpTransport& transport, Soil soil);

}  // namespace qrvend::simulation::planted
