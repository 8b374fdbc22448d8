// What the daemon costs the computer that it runs on: its start, its memory, its idling. It is a `qrvend run` in a
// process of its own; so is the sandbox that it sells with.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/app/stand.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/measuring.hpp"
#include "tests/bench/process_usage.hpp"
#include "tests/bench/virtual_display.hpp"

namespace qrvend::bench {

namespace {

using namespace std::chrono_literals;

constexpr double start_limit_ms = 300;
constexpr double memory_limit_mib = 12;
constexpr double memory_with_screen_limit_mib = 28;
constexpr double wakeups_limit_per_s = 5;
constexpr double cpu_limit_percent = 0.5;

constexpr int sales_before_weighing = 3;

void stop(test::Process& daemon) {
    daemon.signal(SIGTERM);
    if (daemon.wait() != 0) {
        throw std::runtime_error("the daemon did not stop in good order:\n" + daemon.output());
    }
}

// A test stand with the daemon's screen, if it has one: the one of `display`.
class DaemonStand {
public:
    explicit DaemonStand(const VirtualDisplay* display)
        : display_(display), stand_(test::StandSettings{.display = display == nullptr ? "" : display->name()}) {}

    /// Until it is in service and its screen, if it has one, is on.
    test::Process start() const { return start_program(test::build_directory() + "/qrvend", {}); }

    /// The same with a program and libraries that no other process has mapped.
    test::Process start_alone() const {
        const auto folder = stand_.folder() / "alone";
        test::Process shared = start();
        copy_program(shared.id(), folder);
        stop(shared);
        return start_program(folder / "qrvend", {{"LD_LIBRARY_PATH", folder.string()}});
    }

    void choose(test::Process& daemon) const {
        stand_.press(slot);
        follow(daemon, "Requested");
    }

    void sell(test::Process& daemon) const { stand_.sell(daemon, slot); }

    /// The sandbox runs the same program, and would take half of the pages that both share.
    void end_sandbox() { stand_.end_sandbox(); }

    std::string suffix() const { return display_ == nullptr ? "" : "_with_screen"; }
    std::string note() const { return display_ == nullptr ? "" : "x11 1080x1920"; }

private:
    static constexpr int slot = 12;

    test::Process start_program(const std::filesystem::path& program,
                                std::vector<std::pair<std::string, std::string>> variables) const {
        if (display_ != nullptr) {
            variables.emplace_back("DISPLAY", display_->name());
        }
        test::Process daemon({program.string(), "run", "--config", stand_.config_file().string()},
                             std::move(variables));
        follow(daemon, "in service");
        if (display_ != nullptr && !daemon.output().contains("screen on")) {
            follow(daemon, "screen on");
        }
        return daemon;
    }

    static void follow(test::Process& daemon, const std::string& line) {
        if (!daemon.read_until(line)) {
            throw std::runtime_error("the daemon did not say \"" + line + "\":\n" + daemon.output());
        }
    }

    const VirtualDisplay* display_;
    test::Stand stand_;
};

Figure start_figure(const VirtualDisplay* display, int starts) {
    const DaemonStand stand(display);
    std::vector<double> times;
    for (int start = -1; start < starts; ++start) {  // the first one makes the journal
        const auto begin = Steady::now();
        test::Process daemon = stand.start();
        if (start >= 0) {
            times.push_back(in_ms(Steady::now() - begin));
        }
        stop(daemon);
    }
    return figure_of("start_to_ready" + stand.suffix() + "_ms", std::move(times), start_limit_ms, stand.note());
}

// After a few sales, and without the sandbox: it runs the same program, and half of the pages would count as its
// own.
Memory weigh(DaemonStand& stand, test::Process& daemon) {
    for (int sale = 0; sale < sales_before_weighing; ++sale) {
        stand.sell(daemon);
    }
    stand.end_sandbox();
    return memory_of(daemon.id());
}

std::vector<Figure> memory_figures(const VirtualDisplay* display, double limit) {
    DaemonStand stand(display);
    test::Process daemon = stand.start();
    const Memory here = weigh(stand, daemon);
    stop(daemon);

    DaemonStand other_stand(display);
    test::Process alone = other_stand.start_alone();
    const Memory strict = weigh(other_stand, alone);

    const std::string name = "memory" + stand.suffix();
    const std::string note = stand.note();
    return {{.name = name + "_pss_mib", .value = here.proportional, .limit = limit, .note = note},
            {.name = name + "_pss_alone_mib",
             .value = strict.proportional,
             .note = "all libraries but the C library counted in full"},
            {.name = name + "_own_mib", .value = here.own, .note = "pages that nobody shares"}};
}

struct Idling {
    double wakeups_per_s;
    double cpu_percent;
};

Idling watch(const test::Process& daemon, std::chrono::seconds time) {
    std::this_thread::sleep_for(2s);  // what the last event has left to do
    const Activity before = activity_of(daemon.id());
    const auto begin = Steady::now();
    std::this_thread::sleep_for(time);
    const Activity after = activity_of(daemon.id());
    const double length_s = in_ms(Steady::now() - begin) / 1000;
    return {.wakeups_per_s = static_cast<double>(after.wakeups - before.wakeups) / length_s,
            .cpu_percent = 100 * (after.cpu_s - before.cpu_s) / length_s};
}

std::vector<Figure> idle_figures(const VirtualDisplay* display, std::chrono::seconds time) {
    const DaemonStand stand(display);
    test::Process daemon = stand.start();
    stand.sell(daemon);
    std::this_thread::sleep_for(10s);  // the message after the sale
    const Idling idle = watch(daemon, time);
    stand.choose(daemon);
    const Idling waiting = watch(daemon, time / 2);
    const std::string end = stand.suffix();
    return {
        {.name = "idle" + end + "_wakeups_per_s",
         .value = idle.wakeups_per_s,
         .limit = wakeups_limit_per_s,
         .note = stand.note()},
        {.name = "idle" + end + "_cpu_percent", .value = idle.cpu_percent, .limit = cpu_limit_percent},
        {.name = "code_shown" + end + "_wakeups_per_s", .value = waiting.wakeups_per_s},
        {.name = "code_shown" + end + "_cpu_percent", .value = waiting.cpu_percent},
    };
}

// The figures without a screen, and with one where there is a display server to show it.
template <class Measure>
std::vector<Figure> without_and_with_screen(Measure measure) {
    std::vector<Figure> figures = measure(nullptr);
    const VirtualDisplay display;
    if (display.name().empty()) {
        figures.back().note += " (no Xvfb: nothing measured with a screen)";
        return figures;
    }
    for (Figure& figure : measure(&display)) {
        figures.push_back(std::move(figure));
    }
    return figures;
}

}  // namespace

std::vector<Figure> measure_start(const Options& options) {
    return without_and_with_screen(
        [&](const VirtualDisplay* display) { return std::vector<Figure>{start_figure(display, options.starts)}; });
}

std::vector<Figure> measure_memory(const Options&) {
    return without_and_with_screen([](const VirtualDisplay* display) {
        return memory_figures(display, display == nullptr ? memory_limit_mib : memory_with_screen_limit_mib);
    });
}

std::vector<Figure> measure_idle(const Options& options) {
    return without_and_with_screen([&](const VirtualDisplay* display) {
        return idle_figures(display, std::chrono::seconds{options.watching_time_s});
    });
}

}  // namespace qrvend::bench
