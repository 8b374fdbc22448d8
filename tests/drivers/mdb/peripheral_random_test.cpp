// Whatever the bus brings, and whatever the driver says when: the promises of driven_peripheral.hpp hold.
// With an honest machine on a bad bus, moreover: what it vends was taken or is in doubt, and what it did not vend
// is not told as vended.

#include <doctest/doctest.h>

#include "tests/drivers/mdb/driven_peripheral.hpp"

using namespace qrvend;
using namespace qrvend::mdb;
using test::Chance;
using test::DrivenPeripheral;
using test::Ledger;

namespace {

using namespace std::chrono_literals;

void drive_at_random(DrivenPeripheral& machine, Chance& chance) {
    switch (chance.below(12)) {
        case 0:
        case 1:
        case 2:
            machine.approve();
            break;
        case 3:
            machine.deny();
            break;
        case 4:
            machine.begin_session();
            break;
        case 5:
            machine.end_session();
            break;
        default:
            break;
    }
}

const std::vector<Block> commands{
    {0x10},
    {0x11, 0x00, 0x03, 0x10, 0x02, 0x01},
    {0x11, 0x00, 0x01, 0x00, 0x00, 0x00},
    {0x11, 0x01, 0xFF, 0xFF, 0x00, 0x00},
    {0x13, 0x00, 0x00, 0x96, 0x00, 0x05},
    {0x13, 0x00, 0x00, 0x96, 0x00, 0x05},
    {0x13, 0x00, 0x00, 0x96, 0x00, 0x05},
    {0x13, 0x00, 0x00, 0x96, 0x00, 0x05},
    {0x13, 0x00, 0x01, 0x00, 0x00, 0x06},
    {0x13, 0x00, 0xFF, 0xFF, 0x00, 0x06},
    {0x13, 0x00, 0x00, 0x00, 0x00, 0x96, 0x00, 0x07},
    {0x13, 0x01},
    {0x13, 0x02, 0x00, 0x05},
    {0x13, 0x02},
    {0x13, 0x03},
    {0x13, 0x04},
    {0x13, 0x05, 0x00, 0x96, 0x00, 0x05},
    {0x13, 0x06, 0x00, 0x96, 0x00, 0x05},
    {0x14, 0x00},
    {0x14, 0x01},
    {0x14, 0x02},
    {0x15, 0x01},
    {0x17, 0x04, 0x00, 0x00, 0x00, 0x20},
    {0x17, 0x04, 0x00, 0x00, 0x00, 0x22},
    {0x17, 0xFF, 0x00},
    {0x16, 0x01},
    {0x0B},
};

void command_at_random(DrivenPeripheral& machine, Chance& chance) {
    Block command = !chance.one_in(4) ? Block{0x12} : chance.of(commands);
    if (chance.one_in(50)) {
        command.resize(static_cast<std::size_t>(chance.below(40)) + 1, chance.byte());
    }
    const Frame answer = machine.send(command);
    if (answer.empty()) {
        return;
    }
    static const std::vector<std::uint8_t> replies{ack, ack, ack, ack, ret, nak, 0x01, 0x55};
    for (int i = chance.below(3); i > 0; --i) {
        drive_at_random(machine, chance);  // also between an answer and its ACK
        machine.receive({.value = chance.of(replies)});
    }
}

// The ACK belongs to READER CONFIG; to a lone ACK it means nothing.
void set_up(DrivenPeripheral& machine) {
    for (const Block& command : {Block{0x11, 0x00, 0x03, 0x00, 0x00, 0x00},
                                 Block{0x17, 0x04, 0x00, 0x00, 0x00, 0x20}, Block{0x14, 0x01}}) {
        machine.send(command);
        machine.receive({.value = ack});
    }
}

void act_at_random(DrivenPeripheral& machine, Chance& chance) {
    drive_at_random(machine, chance);
    if (chance.one_in(30)) {
        set_up(machine);
    } else if (chance.one_in(20)) {
        machine.receive({.value = chance.byte(), .mode = chance.one_in(3)});
    } else if (chance.one_in(100)) {
        machine.bus_reset();
    } else {
        command_at_random(machine, chance);
    }
    machine.pass(chance.one_in(100) ? 6s : milliseconds{chance.below(30)});
}

}  // namespace

TEST_CASE("random bytes and commands in random order") {
    int taken = 0;
    int vended = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Chance chance(seed);
        DrivenPeripheral machine;
        for (int step = 0; step < 400; ++step) {
            CAPTURE(step);
            act_at_random(machine, chance);
        }
        taken += machine.ledger().taken();
        vended += machine.ledger().vended();
    }
    CHECK(taken > 300);  // it gets somewhere
    CHECK(vended > 200);
}

namespace {

// A machine that keeps to the standard, on a bus that loses bytes both ways. It vends only what it heard approved.
class HonestVmc {
public:
    HonestVmc(DrivenPeripheral& reader, Chance& chance) : reader_(reader), chance_(chance) {}

    void sets_up() {
        command({0x10});
        while (poll() != 0x00) {
        }
        while (!command({0x11, 0x00, 0x03, 0x00, 0x00, 0x00})) {
        }
        while (!command({0x17, 0x04, 0x00, 0x00, 0x00, 0x20})) {
        }
        while (!command({0x14, 0x01})) {
        }
    }

    /// One customer. True: a product dropped.
    bool sells() {
        if (!command({0x13, 0x00, 0x00, static_cast<std::uint8_t>(chance_.below(200)), 0x00, 0x05})) {
            reset();
            return false;
        }
        for (int polls = chance_.below(20) + 1; polls > 0; --polls) {
            drive();
            const int said = poll();
            if (said == 0x05) {
                return vends();
            }
            if (said == 0x06 || said == 0x0B) {
                return said == 0x06 ? completes() : reset();
            }
        }
        return cancels();
    }

private:
    bool vends() {
        if (chance_.one_in(20)) {
            reset();
            return true;  // in the middle of it: the product drops, and the standard says that it did
        }
        const bool drops = !chance_.one_in(5);
        const Block outcome = drops ? Block{0x13, 0x02, 0x00, 0x05} : Block{0x13, 0x03};
        if (!command(outcome)) {
            reset();
            return drops;
        }
        completes();
        return drops;
    }
    bool cancels() {
        if (chance_.one_in(20) || !command({0x13, 0x01})) {
            return reset();
        }
        for (int polls = 0; polls < 20; ++polls) {
            if (poll() == 0x06) {
                return completes();
            }
        }
        return reset();
    }
    bool completes() {
        if (!command({0x13, 0x04})) {
            return reset();
        }
        for (int polls = 0; polls < 20; ++polls) {
            const int said = poll();
            if (said == 0x07) {
                return false;
            }
            if (said == 0x0B) {
                break;
            }
        }
        return reset();
    }
    bool reset() {
        if (chance_.one_in(2)) {
            reader_.bus_reset();
        }
        sets_up();
        return false;
    }

    void drive() {
        if (chance_.one_in(4)) {
            reader_.approve();
        } else if (chance_.one_in(20)) {
            reader_.deny();
        }
    }

    /// Repeated until something comes back. False: the machine gives up.
    bool command(const Block& block) {
        for (int attempt = 0; attempt < 8; ++attempt) {
            if (!exchange(block).empty()) {
                return true;
            }
        }
        return false;
    }
    /// The first byte of the answer, -1: silence or a lone ACK.
    int poll() {
        const Frame answer = exchange({0x12});
        return answer.size() < 2 ? -1 : answer[0].value;
    }
    Frame exchange(const Block& block) {
        if (chance_.one_in(8)) {
            reader_.pass(25ms);  // our bytes were lost
            return {};
        }
        const Frame answer = reader_.send(block);
        if (chance_.one_in(8)) {
            reader_.pass(25ms);  // its bytes were lost
            return {};
        }
        if (answer.size() > 1 && !chance_.one_in(8)) {
            reader_.receive({.value = ack});
        }
        reader_.pass(25ms);
        return answer;
    }

    DrivenPeripheral& reader_;
    Chance& chance_;
};

}  // namespace

TEST_CASE("an honest machine on a bad bus: what drops was taken or is in doubt, what did not drop is not told") {
    int sold = 0;
    int in_doubt = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        Chance chance(seed);
        DrivenPeripheral reader;
        HonestVmc vmc(reader, chance);
        vmc.sets_up();
        for (int customer = 0; customer < 50; ++customer) {
            CAPTURE(customer);
            const Ledger before = reader.ledger();
            const bool dropped = vmc.sells();
            const bool told = reader.ledger().vended() > before.vended();
            const bool doubted = reader.ledger().stage() == Ledger::Stage::in_doubt;
            CHECK((!dropped || told || doubted));
            CHECK((!told || dropped || reader.ledger().taken() > before.taken()));
            sold += dropped ? 1 : 0;
            in_doubt += doubted ? 1 : 0;
        }
    }
    CHECK(sold > 1000);
    CHECK(in_doubt > 10);
}
