#include "drivers/mdb/vmc/bus.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>

#include "tests/drivers/mdb/vmc/joined.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using namespace qrvend::mdb::vmc;
using namespace qrvend::mdb::vmc::test;

namespace {

const std::array<Habits (*)(), 3> all_habits{fussy, sloppy, old};

std::string last_lines(const Joined& joined) {
    std::string text;
    const std::size_t count = std::min<std::size_t>(joined.trace.size(), 60);
    for (std::size_t at = joined.trace.size() - count; at < joined.trace.size(); ++at) {
        text += joined.trace[at] + "\n";
    }
    return text;
}

// A sale with something done just before its exchange number `at` (from 1, the first after the power-up), and then
// a second sale without: the machine and the reader must be good for it, whatever happened in the first.
struct Story {
    Habits habits;
    Payer payer = Payer::approves;
    std::uint64_t at = 0;
    std::function<Trouble(Joined&)> strike;
};

// How many exchanges the first sale took; 0 where a promise was broken.
std::uint64_t play(const Story& story) {
    Joined joined(story.habits);
    CHECK(joined.settle());
    const std::uint64_t before = joined.bus.exchanges();
    joined.payer = story.payer;
    joined.bus.set_fate(
        [&](std::uint64_t exchange) { return exchange == before + story.at ? story.strike(joined) : Trouble{}; });
    joined.come(Slot{5});
    const bool first = joined.settle();
    const std::uint64_t length = joined.bus.exchanges() - before;
    joined.bus.set_fate({});
    joined.payer = Payer::approves;
    joined.come(Slot{6});
    const bool second = joined.settle() && joined.vmc.books().vends.back().slot == Slot{6} &&
                        joined.vmc.books().vends.back().dropped;
    const std::string verdict = joined.verdict();
    if (first && second && verdict.empty()) {
        return length;
    }
    FAIL_CHECK(fmt::format("{} at {}: first {} second {}\n{}{}", story.habits.name, story.at, first, second,
                           verdict, last_lines(joined)));
    return 0;
}

// Strikes at every exchange of a sale, for each habit.
void play_everywhere(Payer payer, const std::function<Trouble(Joined&)>& strike) {
    for (const auto habits : all_habits) {
        std::uint64_t length = play({.habits = habits(), .payer = payer, .strike = strike});
        for (std::uint64_t at = 1; at <= length; ++at) {
            if (play({.habits = habits(), .payer = payer, .at = at, .strike = strike}) == 0) {
                break;
            }
        }
    }
}

// In one exchange of thirty something happens.
Trouble draw(std::mt19937_64& dice, Joined& joined) {
    const std::uint64_t number = dice() % 390;
    if (number == 13) {
        joined.vmc.pull_lever();
    } else if (number == 14) {
        joined.vmc.press(Slot{7});
    } else if (number == 15) {
        joined.restart_reader(dice() % 2 == 0 ? 0ms : 5000ms);
    }
    const auto damage = dice();
    return {.fault = number <= 12 ? static_cast<Fault>(number) : Fault::none,
            .damage = {.way = static_cast<Damage::Way>(damage % 3),
                       .place = static_cast<std::uint8_t>(damage >> 8U),
                       .bit = static_cast<std::uint8_t>(damage >> 16U)}};
}

void suffer_everywhere(Fault fault) {
    play_everywhere(Payer::approves, [fault](Joined&) { return Trouble{.fault = fault}; });
}

}  // namespace

TEST_SUITE("a machine and the reader on one bus") {
    TEST_CASE("each habit sells") {
        for (const auto habits : all_habits) {
            Joined joined(habits());
            CAPTURE(joined.vmc.habits().name);
            joined.come(Slot{5});
            CHECK_MESSAGE(joined.settle(), last_lines(joined));
            CHECK(joined.vmc.books().drops() == 1);
            CHECK(joined.vmc.books().vends.at(0).report_heard);
            CHECK(joined.told().at(0).money == Told::Money::kept);
            CHECK(joined.count<event::Vended>() == 1);
            CHECK(joined.verdict().empty());
        }
    }

    TEST_CASE("what was agreed on: Always Idle and 32 bits with fussy alone") {
        Joined strict(fussy());
        strict.settle();
        CHECK(strict.vmc.always_idle());
        CHECK(strict.reader->always_idle());
        Joined simple(old());
        simple.settle();
        CHECK_FALSE(simple.vmc.always_idle());
        CHECK_FALSE(simple.reader->always_idle());
    }

    TEST_CASE("cashless 2") {
        VmcSettings settings = Joined::quick_settings();
        settings.address = 0x60;
        ReaderSettings reader = reader_settings();
        reader.address = 0x60;
        Joined joined(fussy(), reader, settings);
        joined.come(Slot{5});
        CHECK(joined.settle());
        CHECK(joined.vmc.books().drops() == 1);
    }

    TEST_CASE("a denial, and a reader that never answers") {
        for (const auto habits : all_habits) {
            for (const Payer payer : {Payer::denies, Payer::sleeps}) {
                Joined joined(habits());
                joined.payer = payer;
                joined.come(Slot{5});
                CHECK_MESSAGE(joined.settle(), last_lines(joined));
                CHECK(joined.vmc.books().vends.size() == 1);
                CHECK(joined.vmc.books().drops() == 0);
                CHECK(joined.count<event::Withdrawn>() == (payer == Payer::sleeps ? 1 : 0));
                CHECK(joined.verdict().empty());
            }
        }
    }

    TEST_CASE("a jam gives the money back, and so does a product that hangs where a sensor looks") {
        for (const auto habits : all_habits) {
            Joined joined(habits());
            joined.vmc.mechanism().set_mood(habits().has_drop_sensor ? Mood::misses : Mood::jams);
            joined.come(Slot{5});
            CHECK_MESSAGE(joined.settle(), last_lines(joined));
            CHECK(joined.vmc.books().drops() == 0);
            CHECK(joined.told().at(0).money == Told::Money::returned);
            CHECK(joined.verdict().empty());
        }
    }

    TEST_CASE("cash is told to a reader that wants to know") {
        Joined joined(fussy());
        joined.settle();
        joined.vmc.pay_cash(Slot{6});
        CHECK(joined.settle());
        CHECK(joined.vmc.books().cash_sales.at(0).told);
        CHECK(joined.count<event::CashSale>() == 1);
    }

    TEST_CASE("the lever at every moment of a sale") {
        play_everywhere(Payer::approves, [](Joined& joined) {
            joined.vmc.pull_lever();
            return Trouble{};
        });
    }

    TEST_CASE("the lever at every moment of a denied sale") {
        play_everywhere(Payer::denies, [](Joined& joined) {
            joined.vmc.pull_lever();
            return Trouble{};
        });
    }

    TEST_CASE("cash, or another choice, at every moment of a sale") {
        play_everywhere(Payer::approves, [](Joined& joined) {
            joined.vmc.pay_cash(Slot{5});
            return Trouble{};
        });
        play_everywhere(Payer::approves, [](Joined& joined) {
            joined.vmc.press(Slot{7});
            return Trouble{};
        });
    }

    TEST_CASE("a reset at every moment") {
        suffer_everywhere(Fault::reset);
    }
    TEST_CASE("a bus reset at every moment") {
        suffer_everywhere(Fault::bus_reset);
    }
    TEST_CASE("a power cut of the machine at every moment") {
        suffer_everywhere(Fault::power_cut);
    }
    TEST_CASE("a power cut within every exchange") {
        suffer_everywhere(Fault::power_cut_within);
    }
    TEST_CASE("a lost ACK at every exchange") {
        suffer_everywhere(Fault::reply_lost);
    }
    TEST_CASE("a lost answer at every exchange") {
        suffer_everywhere(Fault::answer_lost);
    }
    TEST_CASE("a lost command at every exchange") {
        suffer_everywhere(Fault::command_lost);
    }
    TEST_CASE("a NAK at every exchange") {
        suffer_everywhere(Fault::nak);
    }
    TEST_CASE("a RET at every exchange") {
        suffer_everywhere(Fault::ret);
    }

    TEST_CASE("a restart of our program at every exchange, with and without listening for the end of a vend") {
        for (const milliseconds listens : {0ms, 5000ms}) {
            play_everywhere(Payer::approves, [listens](Joined& joined) {
                joined.restart_reader(listens);
                return Trouble{};
            });
        }
    }

    TEST_CASE("what the restarted program hears: the success or failure of the vend that was open") {
        for (const auto habits : all_habits) {
            for (const Mood mood : {Mood::works, Mood::jams}) {
                Joined joined(habits());
                joined.vmc.mechanism().set_mood(mood);
                joined.come(Slot{5});
                while (joined.vmc.stage() != Stage::vending) {
                    joined.run(50ms);
                }
                joined.restart_reader(5000ms);
                CHECK_MESSAGE(joined.settle(), last_lines(joined));
                CHECK(joined.told().at(0).money ==
                      (mood == Mood::works ? Told::Money::kept : Told::Money::returned));
                CHECK(joined.verdict().empty());
            }
        }
    }

    TEST_CASE("a damaged byte at every exchange, of the command, the answer and the ACK") {
        using Way = Damage::Way;
        for (const Fault fault : {Fault::command_damaged, Fault::answer_damaged, Fault::reply_damaged}) {
            for (const Way way : {Way::flip, Way::drop, Way::twice}) {
                play_everywhere(Payer::approves, [&](Joined& joined) {
                    const auto place = static_cast<std::uint8_t>(joined.bus.exchanges());
                    const Damage damage{.way = way, .place = place, .bit = place};
                    return Trouble{.fault = fault, .damage = damage};
                });
            }
        }
    }

    TEST_CASE("many faults at once, as a seed decides, and a good sale when they are over") {
        for (std::uint64_t seed = 1; seed <= 150; ++seed) {
            std::mt19937_64 dice(seed);
            Joined joined(all_habits[seed % all_habits.size()]());
            joined.bus.set_fate([&](std::uint64_t) { return draw(dice, joined); });
            for (int sale = 0; sale < 6; ++sale) {
                joined.payer = dice() % 4 == 0 ? Payer::denies : Payer::approves;
                joined.vmc.mechanism().set_mood(dice() % 4 == 0 ? Mood::jams : Mood::works);
                joined.come(Slot{5});
                joined.run(20s);
            }
            joined.bus.set_fate({});
            joined.payer = Payer::approves;
            joined.vmc.mechanism().set_mood(Mood::works);
            CHECK(joined.settle());
            joined.come(Slot{6});
            const bool good = joined.settle() && joined.vmc.books().vends.back().slot == Slot{6} &&
                              joined.vmc.books().vends.back().dropped;
            const std::string verdict = joined.verdict();
            CHECK_MESSAGE((good && verdict.empty()),
                          fmt::format("seed {}\n{}{}", seed, verdict, last_lines(joined)));
        }
    }
}
