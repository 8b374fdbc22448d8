#include "display/terminal_screen.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <sstream>

#include "display/samples.hpp"
#include "tests/display/still_clock.hpp"

namespace qrvend::display {

namespace {

View sample(std::string_view name, Language language = Language::nb) {
    const auto all = samples(language);
    return std::ranges::find(all, name, &Sample::name)->view;
}

std::string text_of(std::string_view name, Language language = Language::nb) {
    Settings settings;
    settings.contact = "22 33 44 55";
    return as_text(sample(name, language), language, settings, sample_time, Ink::plain);
}

int count_of(const std::string& text, std::string_view part) {
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

boost::asio::awaitable<void> collect(TerminalScreen* screen, std::vector<Touch>* touches, std::size_t wanted) {
    while (touches->size() < wanted) {
        touches->push_back(co_await screen->next_touch());
    }
}

}  // namespace

TEST_CASE("products are lines with slot, name and price") {
    const std::string text = text_of("idle");
    CHECK(text.find("Velg en vare") != std::string::npos);
    CHECK(text.find("11  Cola 0,5 l") != std::string::npos);
    CHECK(text.find("kr\u00a018,00") != std::string::npos);
    CHECK(text.find("Utsolgt") != std::string::npos);
}

TEST_CASE("the code is drawn in half blocks with its quiet zone") {
    const std::string text = text_of("scan");
    CHECK(text.find("https://qr.vipps.no/28") != std::string::npos);
    CHECK(text.find("Tid igjen 4:32") != std::string::npos);
    std::istringstream lines{text};
    std::string line;
    int full_rows = 0;
    while (std::getline(lines, line)) {
        full_rows += !line.empty() && count_of(line, "█") * 3 == static_cast<int>(line.size()) ? 1 : 0;
    }
    CHECK(full_rows >= 4);  // two lines above and two below the symbol
}

TEST_CASE("every view says something in every language") {
    for (const Language language : all_languages) {
        for (const Sample& one : samples(language)) {
            INFO(one.name, " ", code_of(language));
            CHECK(as_text(one.view, language, Settings{}, sample_time, Ink::ansi).size() > 10);
        }
    }
    const std::string ask = text_of("ask-operator");
    CHECK(ask.find("Referanse: 7K3M9Q2XBD") != std::string::npos);
    CHECK(ask.find("Kundeservice: 22 33 44 55") != std::string::npos);
}

TEST_CASE("a view is printed once, and not again for its time") {
    boost::asio::io_context io;
    const StillClock clock;
    std::ostringstream out;
    TerminalScreen screen{io, clock, Settings{}, out, Ink::plain};
    auto scan = std::get<view::ScanToPay>(sample("scan"));
    screen.show(scan);
    screen.show(scan);
    scan.until += seconds{1};
    screen.show(scan);
    CHECK(count_of(out.str(), "Skann og betal") == 1);
    scan.approving = true;
    screen.show(scan);
    CHECK(count_of(out.str(), "Fullfør på telefonen") == 1);
}

TEST_CASE("typed lines are touches; a language is the screen's own affair") {
    boost::asio::io_context io;
    const StillClock clock;
    std::ostringstream out;
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    std::vector<Touch> touches;
    {
        TerminalScreen screen{io, clock, Settings{}, out, Ink::plain, ends[0]};
        screen.show(sample("idle"));
        boost::asio::co_spawn(io, collect(&screen, &touches, 4), boost::asio::detached);
        const std::string typed = "12\nen\nnonsense\n70000\n" + std::string(1000, 'x') + "\nc\n\nb\n";
        REQUIRE(write(ends[1], typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
        close(ends[1]);
        io.run_for(std::chrono::seconds{20});
    }
    close(ends[0]);
    REQUIRE(touches.size() == 4);
    CHECK(touches[0] == Touch{touch::Select{Slot{12}}});
    CHECK(touches[1] == Touch{touch::Cancel{}});
    CHECK(touches[2] == Touch{touch::Dismiss{}});
    CHECK(touches[3] == Touch{touch::Begin{}});
    CHECK(out.str().find("Choose a product") != std::string::npos);
}

}  // namespace qrvend::display
