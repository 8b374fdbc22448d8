// Vends under all faults at once, in memory: frames lost and garbled, the board restarted, the adapter unplugged,
// jams, late drops, a blocked sensor, the driver killed. Whatever happens, at most one start leaves for a ticket,
// and what the driver reports is what dropped, unless it says that it does not know.

#include <random>

#include "tests/drivers/modbus/stand.hpp"

using namespace qrvend;
using namespace qrvend::modbus;
using namespace qrvend::modbus::test;

namespace {

class Misfortune {
public:
    Misfortune(Stand<MemoryRung>& stand, std::uint64_t seed) : stand_(stand), engine_(seed) {}

    bool chance(int percent) { return number(100) < percent; }
    int number(int below) { return std::uniform_int_distribution(0, below - 1)(engine_); }
    milliseconds time(milliseconds below) { return milliseconds(number(static_cast<int>(below.count()))); }

    /// What will go wrong in the next vend.
    void choose() {
        const int percent = chance(50) ? 0 : number(40);
        const bool jams = chance(20);
        const milliseconds late = chance(20) ? time(600ms) : 0ms;
        stand_.board([&](SimulatedBoard& board) {
            board.set_mood(jams ? SimulatedBoard::Mood::jams : SimulatedBoard::Mood::works);
            board.delay_fall(late);
            board.fate = [this, percent](const Request&) { return chance(percent) ? some_fate() : Fate::served; };
        });
        restart_in_ = chance(20) ? std::optional{time(1500ms)} : std::nullopt;
        unplug_in_ = chance(20) ? std::optional{time(1500ms)} : std::nullopt;
        block_in_ = chance(10) ? std::optional{time(1500ms)} : std::nullopt;
        kill_in_ = chance(20) ? std::optional{time(1500ms)} : std::nullopt;
    }

    /// Lets a moment pass, and happen what is due. True where the driver shall die now.
    bool strike(milliseconds passed) {
        if (restart_in_ && *restart_in_ <= passed) {
            restart_in_.reset();
            stand_.restart_board(100ms + time(900ms));
        }
        if (unplug_in_ && *unplug_in_ <= passed) {
            unplug_in_.reset();
            stand_.unplug();
        }
        if (block_in_ && *block_in_ <= passed) {
            block_in_.reset();
            stand_.board([](SimulatedBoard& board) { board.block_beam(true); });
        }
        if (chance(3)) {
            stand_.plug_in();
        }
        return kill_in_ && *kill_in_ <= passed && std::exchange(kill_in_, std::nullopt);
    }

    void relent() {
        stand_.plug_in();
        stand_.board([](SimulatedBoard& board) {
            board.fate = {};
            board.block_beam(false);
            board.delay_fall(0ms);
        });
    }

private:
    Fate some_fate() {
        constexpr std::array fates{Fate::request_lost, Fate::answer_lost, Fate::answer_garbled};
        return fates[static_cast<std::size_t>(number(3))];
    }

    Stand<MemoryRung>& stand_;
    std::mt19937_64 engine_;
    std::optional<milliseconds> restart_in_;
    std::optional<milliseconds> unplug_in_;
    std::optional<milliseconds> block_in_;
    std::optional<milliseconds> kill_in_;
};

struct Tally {
    int known = 0;
    int unknown = 0;
};

/// Waits for the vend, or kills the driver and asks a new one.
VendResult see_through(Stand<MemoryRung>& stand, Misfortune& misfortune, const VendTicket& ticket) {
    auto result = stand.begin(stand.machine().vend(ticket));
    for (milliseconds passed{0}; !result->has_value(); passed += 20ms) {
        stand.pass(20ms);
        if (misfortune.strike(passed)) {
            stand.kill();
            stand.pass(misfortune.time(2s));
            stand.plug_in();
            stand.start();
            const auto told = stand.finish(stand.machine().outcome_of(ticket));
            return told.value_or(VendResult{});
        }
        if (passed > 10s) {
            misfortune.relent();
        }
    }
    return **result;
}

void sell_through_faults(Stand<MemoryRung>& stand, std::uint64_t seed, int vends, Tally& tally) {
    Misfortune misfortune(stand, seed);
    stand.start_and_be_ready();
    for (int vend = 0; vend < vends; ++vend) {
        CAPTURE(vend);
        misfortune.relent();
        REQUIRE(stand.until([&] { return stand.machine().status().ready(); }));
        const auto selection = stand.machine().select(Slot{3});
        REQUIRE(selection);
        const auto ticket = stand.finish(stand.machine().prepare(selection->request, Slot{3}));
        if (!ticket) {
            stand.begin(stand.machine().decline(selection->request, DeclineReason::out_of_service));
            stand.pass(2s);
            continue;
        }
        const int started = stand.count(What::started);
        const int dropped = stand.count(What::dropped);
        misfortune.choose();
        const VendResult result = see_through(stand, misfortune, *ticket);
        CAPTURE(result.reason);
        misfortune.relent();
        stand.pass(2s);  // until nothing falls any more
        const int starts = stand.count(What::started) - started;
        const int drops = stand.count(What::dropped) - dropped;
        CHECK(starts <= 1);
        CHECK(drops <= 1);
        if (result.outcome == Outcome::unknown) {
            ++tally.unknown;
        } else {
            ++tally.known;
            CHECK(drops == (result.outcome == Outcome::vended ? 1 : 0));
        }
        if (result.outcome == Outcome::unsent) {
            CHECK(starts == 0);
        }
    }
}

}  // namespace

TEST_CASE("under all faults at once, what is reported is what dropped") {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const int way : {0, 1, 2}) {
            CAPTURE(seed);
            CAPTURE(way);
            Stand<MemoryRung> stand;
            if (way == 1) {
                stand.use_controller();
            }
            if (way == 2) {  // a latch in the place of the counter
                DropSensor& sensor = *stand.relays().sensor;
                sensor.kind = DropSensor::Kind::latch;
                sensor.value = {.table = Table::discrete_inputs, .address = BoardMap::drop_latch};
                sensor.clear = Command{.address = BoardMap::clear_latch};
            }
            sell_through_faults(stand, seed, 60, tally);
        }
    }
    MESSAGE(tally.known << " vends told, " << tally.unknown << " unknown");
    CHECK(tally.known > tally.unknown);
}
