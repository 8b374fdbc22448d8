#include "tests/soak/soak.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "tests/soak/growth.hpp"

namespace qrvend::soak {

namespace {

using namespace std::chrono_literals;

// By then the database's page cache is full (150 sales), and so is the memory of the rate limits (85).
constexpr std::int64_t sales_of_warm_up = 300;
constexpr std::int64_t sales_between_measurements_in_warm_up = 50;

constexpr int measurements_wanted = 60;

// Half a day with the former one's webhook, half a day without: it is looked after once a day.
constexpr double first_sandbox_hour = 12;
constexpr double hours_between_sandboxes = 24;

// Far fewer payments than the sandbox remembers.
constexpr std::int64_t sales_between_books = 100;

// What waits for the hourly repetition has its chance twice, however slow the computer is.
constexpr auto patience_at_the_end = 120s;

struct Figure {
    Limit limit;
    std::int64_t Footprint::* member;
};

// The heap is known to the byte, so little is let pass; the process's own pages have holes between what is in use.
// PSS is told, but not judged: it changes with what else runs on the computer.
// The write-ahead log is begun anew after 512 pages of 4 KiB, and a sale is 3.3 KiB of journal.
constexpr std::int64_t wal_most_kib = 3 * 1024;
const std::array figures{
    Figure{.limit = {.figure = "heap, bytes", .noise = 24'576, .per_thousand = 50'000},
           .member = &Footprint::heap_bytes},
    Figure{.limit = {.figure = "own pages, KiB", .noise = 256, .per_thousand = 200}, .member = &Footprint::own_kib},
    Figure{.limit = {.figure = "descriptors", .noise = 1}, .member = &Footprint::descriptors},
    Figure{.limit = {.figure = "threads"}, .member = &Footprint::threads},
    Figure{.limit = {.figure = "journal, KiB", .noise = 256, .per_thousand = 6000},
           .member = &Footprint::journal_kib},
    Figure{.limit = {.figure = "files in the state directory"}, .member = &Footprint::files},
};

}  // namespace

Soak::Soak(const Options& options, std::function<void(const Measurement&)> measured)
    : options_(options), measured_(std::move(measured)), shop_(options), next_sandbox_hour_(first_sandbox_hour) {}

Report Soak::run() {
    try {
        measure();
        warm_up();
        go_on();
        settle_all();
        judge_growth();
        judge_sales();
    } catch (const std::exception& failure) {
        report_.complaints.emplace_back(failure.what());
    }
    report_.log = shop_.diary().counts();
    return std::move(report_);
}

double Soak::minutes() const {
    return std::chrono::duration<double, std::ratio<60>>(std::chrono::steady_clock::now() - began_).count();
}

// Of the soaked programs' time.
double Soak::hours() const {
    return minutes() * options_.speed / 60;
}

void Soak::warm_up() {
    for (const Visit& visit : all_visits()) {
        pass(visit);
    }
    std::int64_t measured_at = 0;
    while (shop_.diary().opened() < sales_of_warm_up) {
        pass(all_visits().front());
        if (shop_.diary().opened() >= measured_at + sales_between_measurements_in_warm_up) {
            measured_at = shop_.diary().opened();
            measure();
        }
    }
    warm_ = true;
    sales_when_warm_ = shop_.diary().opened();
    minutes_when_warm_ = minutes();
}

// From 0 to 1, where the soak is over.
double Soak::progress() {
    const auto sales = static_cast<double>(shop_.diary().opened() - sales_when_warm_);
    return options_.sales > 0 ? sales / static_cast<double>(options_.sales)
                              : (minutes() - minutes_when_warm_) / options_.minutes;
}

void Soak::go_on() {
    std::vector<int> weights;
    for (const Visit& visit : all_visits()) {
        weights.push_back(options_.visit.empty() || options_.visit == visit.name ? visit.weight : 0);
    }
    std::mt19937_64 random(options_.seed);
    std::discrete_distribution<std::size_t> next(weights.begin(), weights.end());
    int measurements = 0;
    while (progress() < 1) {
        pass(all_visits()[next(random)]);
        if (hours() >= next_sandbox_hour_) {
            next_sandbox_hour_ += hours_between_sandboxes;
            replace_the_sandbox(shop_);
        }
        if (progress() * measurements_wanted >= measurements) {
            ++measurements;
            measure();
        }
    }
    replace_the_sandbox(shop_);
    buy(shop_);
}

void Soak::pass(const Visit& visit) {
    visit.pass(shop_);
    const std::int64_t sales = shop_.diary().opened();
    if (sales - sales_in_books_ >= sales_between_books) {
        sales_in_books_ = sales;
        shop_.do_the_books();
    }
}

void Soak::measure() {
    report_.measurements.push_back({.warm = warm_,
                                    .minutes = minutes(),
                                    .hours = hours(),
                                    .sales = shop_.diary().opened(),
                                    .open = shop_.diary().open(),
                                    .footprint = shop_.measure()});
    measured_(report_.measurements.back());
}

void Soak::settle_all() {
    shop_.stand().mend();
    shop_.diary().wait(patience_at_the_end, [&] { return shop_.diary().open() == 0; });
    shop_.do_the_books();
}

void Soak::judge_growth() {
    for (const Figure& figure : figures) {
        std::vector<Point> points;
        for (const Measurement& measurement : report_.measurements) {
            if (measurement.warm) {
                points.push_back({.sales = measurement.sales, .value = measurement.footprint.*figure.member});
            }
        }
        const Growth growth = growth_of(points, figure.limit);
        report_.growths.push_back(to_text(growth, figure.limit));
        if (growth.too_much()) {
            report_.complaints.push_back("grows: " + figure.limit.figure);
        }
    }
    for (const Measurement& measurement : report_.measurements) {
        if (measurement.footprint.wal_kib > wal_most_kib) {
            report_.complaints.push_back(fmt::format("a write-ahead log of {} KiB", measurement.footprint.wal_kib));
            return;
        }
    }
}

// The daemon ends in order, and the next one finds nothing to take up.
void Soak::judge_sales() {
    if (shop_.diary().open() > 0) {
        report_.complaints.push_back(fmt::format("{} sales are left open", shop_.diary().open()));
    }
    if (const std::int64_t listed = shop_.diary().said("NeedsAttention"); listed > 0) {
        report_.complaints.push_back(fmt::format("{} times a technician is asked", listed));
    }
    shop_.stop_and_start_again();
    shop_.books().judge(shop_.stand().deeds());
}

}  // namespace qrvend::soak
