#pragma once
// A vending machine, our peripheral and the bus between them, with a customer in front and somebody behind the
// reader who approves or denies. In the end the machine's books and the reader's events must tell the same story.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "drivers/mdb/peripheral.hpp"
#include "drivers/mdb/vmc/bus.hpp"
#include "tests/drivers/mdb/vmc/reader_script.hpp"

namespace qrvend::mdb::vmc::test {

/// Who is behind the reader.
enum class Payer : std::uint8_t { approves, denies, sleeps };

/// What became of one request as far as the reader was told.
struct Told {
    enum class Money : std::uint8_t {
        none,      ///< not approved, or the approval never reached the machine
        taken,     ///< the machine has it, and has not said more
        kept,      ///< vended
        returned,  ///< the vend failed
        doubtful,
    };
    std::size_t entry = 0;  ///< in the machine's books
    bool open = true;       ///< no answer yet, not withdrawn
    bool approved = false;  ///< approve() was called
    Money money = Money::none;
};

inline ReaderSettings reader_settings() {
    return {.currency = nok, .country_code = 0x1578, .answer_limit = 30s};
}

class Joined {
public:
    explicit Joined(Habits habits, ReaderSettings reader_settings = test::reader_settings(),
                    VmcSettings settings = quick_settings())
        : vmc(std::move(habits), std::move(settings), now),
          bus(vmc, nullptr),
          reader_settings_(std::move(reader_settings)) {
        plug_in_reader();
        reader->begin_fresh();
        bus.watch([this](const Exchange& exchange) { trace.push_back(to_string(exchange)); });
    }

    /// A motor that is done soon: there are many sales to test.
    static VmcSettings quick_settings() {
        VmcSettings settings = usual_settings();
        settings.motor_time = 700ms;
        return settings;
    }

    /// Our program dies and comes again. It listens for the end of an earlier vend, or is fresh at once.
    void restart_reader(milliseconds listens) {
        plug_in_reader();
        fresh_at_ = now + listens;
        answer_at_.reset();
        if (!told_.empty() && std::exchange(told_.back().open, false) && told_.back().approved) {
            told_.back().money = Told::Money::doubtful;
        }
    }

    /// A customer comes and chooses as soon as the machine lets them.
    void come(Slot slot) { wanted_ = slot; }

    void run(milliseconds time) {
        const MonotonicTime end = now + time;
        while (bus.next_deadline() <= end) {
            now = std::max(now, bus.next_deadline());
            bus.pass_time(now);
            act();
        }
        now = end;
        act();
    }

    /// Until the customer was served or sent away, and all has been quiet for some seconds.
    bool settle(milliseconds limit = 400s) {
        const MonotonicTime end = now + limit;
        for (milliseconds quiet{0}; now < end && quiet < 3s;) {
            run(200ms);
            const bool busy =
                vmc.stage() != Stage::idle || vmc.session_open() || vmc.mechanism().turns() || wanted_ || fresh_at_;
            quiet = busy ? 0s : quiet + 200ms;
        }
        return now < end;
    }

    /// One broken promise a line.
    std::string verdict() const {
        std::string broken;
        const auto& vends = vmc.books().vends;
        for (const Told& told : told_) {
            if (const std::string fault = judge(told, vends.at(told.entry)); !fault.empty()) {
                broken += fmt::format("vend {}: {}\n", told.entry, fault);
            }
        }
        for (std::size_t entry = 0; entry < vends.size(); ++entry) {
            const bool known = std::ranges::any_of(told_, [&](const Told& told) { return told.entry == entry; });
            if (vends[entry].approved && !known) {
                broken += fmt::format("vend {}: an approval without a request\n", entry);
            }
        }
        if (bus.strays() > 0) {
            broken += "the reader answered what was meant for another\n";
        }
        return broken;
    }

    const std::vector<Told>& told() const { return told_; }
    template <class Kind>
    std::size_t count() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(events, [](const Event& event) { return std::holds_alternative<Kind>(event); }));
    }

    MonotonicTime now = ReaderScript::start;
    Vmc vmc;
    std::unique_ptr<Peripheral> reader;
    Bus bus;
    Payer payer = Payer::approves;
    milliseconds answer_after{600};
    std::vector<Event> events;
    std::vector<std::string> trace;

private:
    static std::string judge(const Told& told, const Vend& vend) {
        const bool excused = vend.reset_in_vend || vend.lost_power;
        const bool taken = told.money == Told::Money::kept || told.money == Told::Money::returned ||
                           told.money == Told::Money::taken || told.money == Told::Money::doubtful;
        if (vend.approved && !taken) {
            return "the machine took an approval that the reader knows nothing of";
        }
        if (vend.dropped && !vend.motor_started) {
            return "dropped without a motor";
        }
        if (told.money == Told::Money::kept && !vend.dropped && !excused) {
            return "paid, and nothing dropped";
        }
        if (told.money == Told::Money::returned && vend.dropped) {
            return "dropped, and the money returned";
        }
        return told.money == Told::Money::none && vend.dropped ? "dropped unpaid" : "";
    }

    void plug_in_reader() {
        reader = std::make_unique<Peripheral>(reader_settings_);
        bus.connect(reader.get());
    }

    void act() {
        if (fresh_at_ && now >= *fresh_at_) {
            fresh_at_.reset();
            reader->begin_fresh();
        }
        while (auto event = reader->next_event()) {
            events.push_back(*event);
            std::visit([this](const auto& what) { on(what); }, *event);
        }
        if (answer_at_ && now >= *answer_at_) {
            answer_at_.reset();
            answer();
            act();
        }
        choose();
    }

    void answer() {
        Told& last = told_.back();
        if (payer == Payer::approves) {
            last.approved = true;
            reader->approve(vmc.books().vends.at(last.entry).price);
        } else {
            last.open = false;
            reader->deny();
        }
    }

    void choose() {
        if (!wanted_ || vmc.stage() != Stage::idle) {
            return;
        }
        if (vmc.always_idle() || vmc.session_open()) {
            vmc.press(*std::exchange(wanted_, std::nullopt));
        } else if (now >= next_session_) {
            next_session_ = now + 2s;
            reader->begin_session();
        }
    }

    void on(const event::VendRequested& request) {
        told_.push_back({.entry = vmc.books().vends.size() - 1});
        CHECK(request.price == vmc.books().vends.back().price);
        if (payer != Payer::sleeps) {
            answer_at_ = now + answer_after;
        }
    }
    void on(const event::Withdrawn&) {
        CHECK_FALSE(told_.back().approved);
        end(Told::Money::none);
    }
    void on(const event::ApprovalTaken&) { end(Told::Money::taken); }
    void on(const event::ApprovalDropped&) { end(Told::Money::none); }
    void on(const event::ApprovalInDoubt&) { end(Told::Money::doubtful); }
    void on(const event::Vended&) { end_vend(Told::Money::kept); }
    void on(const event::VendFailed&) { end_vend(Told::Money::returned); }
    void on(const auto&) {}

    void end_vend(Told::Money money) {
        // A program that has restarted may hear again what the one before it has heard.
        const Told::Money before = told_.back().money;
        CHECK((before == Told::Money::taken || before == Told::Money::doubtful || before == money));
        end(money);
    }
    void end(Told::Money money) {
        told_.back().open = false;
        told_.back().money = money;
        answer_at_.reset();
    }

    ReaderSettings reader_settings_;
    std::optional<MonotonicTime> fresh_at_;
    std::optional<Slot> wanted_;
    std::optional<MonotonicTime> answer_at_;
    MonotonicTime next_session_{};
    std::vector<Told> told_;
};

}  // namespace qrvend::mdb::vmc::test
