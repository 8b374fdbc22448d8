// The real daemon on an MDB machine: it opens a pseudo-terminal as it would open an adapter's device, behind which
// a simulated vending machine stands in its own thread. What was paid is judged by the sandbox, what dropped by the
// machine's own books.

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <functional>
#include <future>
#include <thread>

#include "drivers/mdb/vmc/pseudo_terminal.hpp"
#include "drivers/system/clock.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace asio = boost::asio;
namespace vmc = qrvend::mdb::vmc;

namespace {

using namespace std::chrono_literals;

Money crowns(std::int64_t minor) {
    return {.minor = minor, .currency = *Currency::parse("NOK")};
}

class VendingMachine {
public:
    VendingMachine() { plug_in(); }
    ~VendingMachine() {
        unplug();
        io_.stop();
        thread_.join();
    }
    VendingMachine(const VendingMachine&) = delete;
    VendingMachine& operator=(const VendingMachine&) = delete;

    std::string section() const {
        return R"({ "driver": "mdb", "mdb": { "adapter": "qibixx", "device": ")" + device() + R"(" } })";
    }

    void plug_in() {
        ask([this] {
            adapter_.emplace(io_, clock_, fake_, device());
            return 0;
        });
    }
    void unplug() {
        ask([this] {
            adapter_.reset();
            fake_.power_cycle();
            return 0;
        });
    }
    void press(Slot slot) {
        ask([this, slot] {
            vmc_.press(slot);
            adapter_->turn();
            return 0;
        });
    }
    void pull_lever() {
        ask([this] {
            vmc_.pull_lever();
            return 0;
        });
    }
    void set_mood(vmc::Mood mood) {
        ask([this, mood] {
            vmc_.mechanism().set_mood(mood);
            return 0;
        });
    }
    std::size_t drops() {
        return ask([this] { return vmc_.books().drops(); });
    }
    vmc::Vend last_vend() {
        return ask([this] { return vmc_.books().vends.back(); });
    }

    /// Looks again and again; false where that does not come about within half a minute.
    bool until(const std::function<bool(const vmc::Vmc&)>& done) {
        for (int look = 0; look < 1500; ++look) {
            if (ask([&] { return done(vmc_); })) {
                return true;
            }
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }

private:
    std::string device() const { return folder_.file("adapter"); }

    /// Done by the machine's own thread.
    template <class Act>
    std::invoke_result_t<Act> ask(Act act) {
        std::packaged_task<std::invoke_result_t<Act>()> task(std::move(act));
        auto result = task.get_future();
        asio::post(io_, [&task] { task(); });
        return result.get();
    }

    TemporaryFolder folder_;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> working_ = asio::make_work_guard(io_);
    SystemClock clock_{io_};
    vmc::Vmc vmc_{
        vmc::fussy(),
        {.currency = *Currency::parse("NOK"),
         .columns = {{.slot = Slot{12}, .price = crowns(3600)}, {.slot = Slot{13}, .price = crowns(2900)}},
         .motor_time = 1000ms},
        clock_.now().monotonic};
    vmc::FakeQibixx fake_{vmc_};
    std::optional<vmc::PseudoTerminal> adapter_;
    std::thread thread_{[this] { io_.run(); }};
};

/// What the operator has kept of a payment.
std::int64_t kept(const json::Value& payment) {
    return json::integer_at(payment, "captured").value() - json::integer_at(payment, "refunded").value();
}

struct Fixture {
    void choose_and_pay(Slot slot) {
        machine.press(slot);
        wait_for(daemon, "Requested");
        stand.on_phone("approve");
    }
    std::string end_of_sale() { return wait_for(daemon, "Closed"); }

    VendingMachine machine;
    Stand stand{{.machine = machine.section()}};
    Process daemon = stand.start_daemon();
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an MDB machine sells at its own prices, and the technician hears where they differ") {
    choose_and_pay(Slot{12});
    CHECK(wait_for(daemon, "Closed").contains("sold"));
    CHECK(machine.drops() == 1);
    CHECK(kept(stand.newest_payment()) == 3600);
    CHECK(daemon.output().contains("the machine's price is not the config's"));
    REQUIRE(machine.until([](const vmc::Vmc& vmc) { return vmc.stage() == vmc::Stage::idle; }));
    choose_and_pay(Slot{13});
    CHECK(end_of_sale().contains("sold"));
    CHECK(machine.drops() == 2);
    CHECK(kept(stand.newest_payment()) == 2900);
    stand.stop(daemon);
}

TEST_CASE_FIXTURE(Fixture, "a failed vend on an MDB machine gives the money back") {
    machine.set_mood(vmc::Mood::jams);
    choose_and_pay(Slot{12});
    end_of_sale();
    CHECK(machine.drops() == 0);
    CHECK(kept(stand.newest_payment()) == 0);
    stand.stop(daemon);
}

TEST_CASE_FIXTURE(Fixture, "the lever of an MDB machine takes the selection back, and nobody pays") {
    machine.press(Slot{12});
    wait_for(daemon, "Requested");
    machine.pull_lever();
    end_of_sale();
    CHECK(json::integer_at(stand.newest_payment(), "authorized") == 0);
    CHECK(machine.drops() == 0);
    stand.stop(daemon);
}

TEST_CASE_FIXTURE(Fixture, "an adapter that is pulled while the motor turns: the customer has the money back") {
    choose_and_pay(Slot{12});
    REQUIRE(machine.until([](const vmc::Vmc& vmc) { return vmc.stage() == vmc::Stage::vending; }));
    machine.unplug();
    end_of_sale();
    CHECK(kept(stand.newest_payment()) == 0);
    wait_until_said(daemon, "no_device");
    machine.plug_in();
    wait_until_said(daemon, "in service", 2);
    choose_and_pay(Slot{13});
    CHECK(end_of_sale().contains("sold"));
    CHECK(kept(stand.newest_payment()) == 2900);
    stand.stop(daemon);
}

TEST_CASE_FIXTURE(Fixture, "a daemon that is killed while the motor turns learns how the vend ended") {
    choose_and_pay(Slot{12});
    REQUIRE(machine.until([](const vmc::Vmc& vmc) { return vmc.stage() == vmc::Stage::vending; }));
    daemon.signal(SIGKILL);
    REQUIRE(daemon.wait());
    Process restarted = stand.start_daemon(false);
    CHECK(wait_for(restarted, "Closed").contains("sold"));
    CHECK(machine.drops() == 1);
    CHECK(kept(stand.newest_payment()) == 3600);
    wait_until_said(restarted, "in service");
    stand.stop(restarted);
}
