#include "tests/drivers/mdb/master.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <charconv>
#include <sstream>

namespace qrvend::mdb::test {

namespace {

using namespace std::chrono_literals;

std::string trimmed(std::string text) {
    text.erase(0, text.find_first_not_of(" \t"));
    text.erase(text.find_last_not_of(" \t") + 1);
    return text;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

bool is_byte(const std::string& word) {
    const std::string digits = word.ends_with('*') ? word.substr(0, word.size() - 1) : word;
    return digits.size() == 2 && digits.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

Byte byte_of(const std::string& word) {
    REQUIRE_MESSAGE(is_byte(word), word);
    return {.value = static_cast<std::uint8_t>(std::stoi(word.substr(0, 2), nullptr, 16)),
            .mode = word.ends_with('*')};
}

Frame frame_of(const std::string& text) {
    Frame frame;
    for (const std::string& word : words_of(text)) {
        frame.push_back(byte_of(word));
    }
    return frame;
}

Frame sent_frame(const std::string& text) {
    if (text.starts_with("raw ")) {
        return frame_of(text.substr(4));
    }
    Block block;
    for (const Byte byte : frame_of(text)) {
        block.push_back(byte.value);
    }
    return command_frame(block);
}

std::string text_of(const Frame& frame) {
    std::string text;
    for (const Byte byte : frame) {
        text += fmt::format("{}{:02X}{}", text.empty() ? "" : " ", byte.value, byte.mode ? "*" : "");
    }
    return text.empty() ? "-" : text;
}

// "05 00 96 9B* lost": the answer, and what the master says to it ("ACK" where nothing stands).
std::pair<std::string, std::string> split_reply(const std::string& expected) {
    const auto words = words_of(expected);
    const bool ends_after_mode = words.size() > 1 && words[words.size() - 2].ends_with('*');
    if (!ends_after_mode) {
        return {expected, "ACK"};
    }
    return {trimmed(expected.substr(0, expected.rfind(words.back()))), words.back()};
}

struct Describer {
    std::string operator()(const event::VendRequested& requested) const {
        return fmt::format("requested {} {}", to_string(requested.price), requested.item);
    }
    std::string operator()(const event::Withdrawn& withdrawn) const { return "withdrawn: " + withdrawn.why; }
    std::string operator()(const event::ApprovalTaken&) const { return "taken"; }
    std::string operator()(const event::ApprovalDropped& dropped) const { return "dropped: " + dropped.why; }
    std::string operator()(const event::ApprovalInDoubt& doubt) const { return "in doubt: " + doubt.why; }
    std::string operator()(const event::Vended& vended) const {
        return fmt::format("vended{}: {}", vended.item ? fmt::format(" {}", *vended.item) : "", vended.proof);
    }
    std::string operator()(const event::VendFailed& failed) const { return "failed: " + failed.reason; }
    std::string operator()(const event::CashSale& sale) const {
        return fmt::format("cash {} {}", to_string(sale.price), sale.item);
    }
    std::string operator()(const event::Readiness& readiness) const {
        return readiness.ready ? "ready" : "not ready: " + readiness.why;
    }
    std::string operator()(const event::Session& session) const {
        return session.open ? "session open" : "session over";
    }
    std::string operator()(const event::Oddity& oddity) const { return "odd: " + oddity.what; }
};

bool only_informs(const std::string& event) {
    return event.starts_with("ready") || event.starts_with("not ready") || event.starts_with("odd");
}

}  // namespace

ReaderSettings reader_settings() {
    return {.currency = *Currency::parse("EUR"), .country_code = 0x1978};
}

std::string describe(const Event& event) {
    return std::visit(Describer{}, event);
}

Master::Master(ReaderSettings settings) : peripheral_(settings), currency_(settings.currency) {
    peripheral_.begin_fresh();
    drain();
}

void Master::sets_up() {
    plays(R"(
        10 -> 00*
        12 -> 00 00*
        11 00 03 10 02 01 -> 01 03 19 78 01 02 FF 0D A4*
        11 01 FF FF 00 00 -> 00*
        17 04 00 00 00 20 -> 00*
        14 01 -> 00*
        ! ready
    )");
}

void Master::sets_up_plainly() {
    plays(R"(
        10 -> 00*
        12 -> 00 00*
        11 00 02 00 00 00 -> 01 03 19 78 01 02 FF 0D A4*
        14 01 -> 00*
    )");
}

void Master::plays(std::string_view transcript) {
    std::istringstream lines{std::string(transcript)};
    for (std::string line; std::getline(lines, line);) {
        line = trimmed(line.substr(0, line.find('#')));
        if (!line.empty()) {
            play(line);
        }
    }
    expect_no_more("the end");
}

void Master::play(const std::string& line) {
    if (line.starts_with("! ")) {
        expect_event(line.substr(2));
        return;
    }
    expect_no_more(line);
    if (const auto arrow = line.find("->"); arrow != std::string::npos) {
        exchange(line, trimmed(line.substr(0, arrow)), trimmed(line.substr(arrow + 2)));
    } else {
        call(line);
    }
    drain();
}

void Master::exchange(const std::string& line, const std::string& sent, const std::string& expected) {
    const auto [answer, reply] = split_reply(expected);
    Frame received = send(sent_frame(sent));
    CHECK_MESSAGE(text_of(received) == answer, line);
    if (reply == "RET") {
        received = send({{.value = ret}});
        CHECK_MESSAGE(text_of(received) == answer, line, " (again)");
    }
    if (reply == "NAK") {
        CHECK(send({{.value = nak}}).empty());
    } else if (is_byte(reply)) {
        CHECK(send({byte_of(reply)}).empty());
    } else if (reply != "lost" && received.size() > 1) {
        CHECK(send({{.value = ack}}).empty());
    }
    pass(25ms);
}

void Master::call(const std::string& line) {
    const auto words = words_of(line);
    if (words[0] == "wait") {
        const milliseconds unit = words[1].ends_with("ms") ? 1ms : 1000ms;
        CHECK_MESSAGE(pass(std::stoi(words[1]) * unit).empty(), line);
    } else if (words[0] == "approve") {
        peripheral_.approve({.minor = std::stoll(words[1]), .currency = currency_});
    } else if (line == "deny") {
        peripheral_.deny();
    } else if (line == "begin session") {
        peripheral_.begin_session();
    } else if (line == "end session") {
        peripheral_.end_session();
    } else if (line == "begin fresh") {
        peripheral_.begin_fresh();
    } else {
        REQUIRE_MESSAGE(line == "bus reset", line);
        now_ += shortest_break;
        peripheral_.bus_reset(now_);
    }
}

void Master::expect_event(const std::string& expected) {
    while (!events_.empty() && only_informs(events_.front()) && !events_.front().starts_with(expected)) {
        events_.pop_front();
    }
    const std::string event = events_.empty() ? "nothing" : events_.front();
    CHECK_MESSAGE(event.starts_with(expected), event, ", but not: ", expected);
    if (!events_.empty()) {
        events_.pop_front();
    }
}

void Master::expect_no_more(const std::string& before) {
    std::erase_if(events_, only_informs);
    const std::string event = events_.empty() ? "nothing" : events_.front();
    CHECK_MESSAGE(event == "nothing", "unexpected before: ", before);
    events_.clear();
}

// An answer comes with the last byte, or with the silence behind it.
Frame Master::send(const Frame& frame) {
    Frame answer;
    for (const Byte byte : frame) {
        CHECK(answer.empty());
        now_ += 1ms;
        answer = peripheral_.receive(byte, now_);
    }
    if (answer.empty()) {
        answer = pass(longest_response);
    }
    now_ += milliseconds{answer.size()};
    return answer;
}

Frame Master::pass(milliseconds time) {
    const MonotonicTime until = now_ + time;
    Frame answer;
    for (auto next = peripheral_.next_deadline(); next && *next <= until; next = peripheral_.next_deadline()) {
        now_ = std::max(now_, *next);
        const Frame now_sent = peripheral_.pass_time(now_);
        answer.insert(answer.end(), now_sent.begin(), now_sent.end());
    }
    now_ = until;
    return answer;
}

void Master::drain() {
    while (const auto event = peripheral_.next_event()) {
        events_.push_back(describe(*event));
    }
}

}  // namespace qrvend::mdb::test
