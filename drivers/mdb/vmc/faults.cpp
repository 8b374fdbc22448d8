#include "drivers/mdb/vmc/faults.hpp"

namespace qrvend::mdb::vmc {

Frame damaged(Frame frame, Damage damage) {
    if (frame.empty()) {
        return frame;
    }
    const auto place = frame.begin() + static_cast<std::ptrdiff_t>(damage.place % frame.size());
    switch (damage.way) {
        case Damage::Way::drop:
            frame.erase(place);
            break;
        case Damage::Way::twice:
            frame.insert(place, *place);
            break;
        case Damage::Way::flip:
            if (const unsigned bit = damage.bit % 9U; bit == 8) {
                place->mode = !place->mode;
            } else {
                place->value = static_cast<std::uint8_t>(place->value ^ (1U << bit));
            }
            break;
    }
    return frame;
}

}  // namespace qrvend::mdb::vmc
