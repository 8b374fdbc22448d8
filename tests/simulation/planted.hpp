#pragma once
// Bugs to plant (--break): each sits where the real code meets a port, and makes it behave as a known mistake
// would. The simulation must find every one.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "controller/kiosk/sale_runner.hpp"
#include "controller/ports/http.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/payment_system.hpp"

namespace qrvend::simulation {

class Board;

/// What a bug may know of the world in which it is planted.
struct Soil {
    Outside& outside;
    PaymentSystem& system;
    Board& board;
    Random& random;
};

struct Bug {
    std::string_view name;    ///< as --break names it: lower case with hyphens
    std::string_view breaks;  ///< the mistake, in words
    unsigned seeds;           ///< within so many seeds it must be found

    // What the kiosk gets in the place of a port. Each may be empty.
    std::function<std::unique_ptr<Clock>(Clock&, Soil)> clock{};
    std::function<std::unique_ptr<Journal>(Journal&, Soil)> journal{};
    std::function<std::unique_ptr<PaymentProvider>(PaymentProvider&, Soil)> provider{};
    std::function<std::unique_ptr<Machine>(Machine&, Soil)> machine{};
    std::function<std::unique_ptr<HttpTransport>(HttpTransport&, Soil)> transport{};
    bool no_lock = false;  ///< a second process may open the journal of the first
};

std::span<const Bug> bugs();

/// Null where there is none of that name.
const Bug* find_bug(std::string_view name);

}  // namespace qrvend::simulation
