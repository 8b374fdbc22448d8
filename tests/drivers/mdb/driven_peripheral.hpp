#pragma once
// The peripheral with a driver that hears every event at once, and knows what may come: promises about each
// request.
//
//  - It ends in exactly one of withdrawn, denied, taken, dropped, in doubt; what was taken in exactly one of vended
//  and
//    failed, or stays open.
//  - An approval is on the bus only for the request that it was given to, and only while that is open.
//  - No answer is longer than a block, none has a wrong checksum or mode bit.

#include <doctest/doctest.h>

#include <random>

#include "tests/drivers/mdb/master.hpp"

namespace qrvend::mdb::test {

class Chance {
public:
    explicit Chance(unsigned seed) : engine_(seed) {}
    int below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
    bool one_in(int times) { return below(times) == 0; }
    std::uint8_t byte() { return static_cast<std::uint8_t>(engine_()); }
    template <class T>
    const T& of(const std::vector<T>& choices) {
        return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
    }

private:
    std::mt19937 engine_;
};

// What the driver above knows of its requests, and may expect.
class Ledger {
public:
    enum class Stage : std::uint8_t { none, open, approving, taken, in_doubt };

    Stage stage() const { return stage_; }
    Money price() const { return price_; }
    int requests() const { return requests_; }
    int taken() const { return taken_; }
    int vended() const { return vended_; }

    void approved() {
        if (stage_ == Stage::open) {
            stage_ = Stage::approving;
        } else if (stage_ != Stage::approving && stage_ != Stage::taken) {
            ++strays_;
        }
    }
    void denied() {
        if (stage_ == Stage::open) {
            stage_ = Stage::none;
        }
    }

    void hear(const Event& event) {
        CAPTURE(describe(event));
        std::visit([this](const auto& what) { on(what); }, event);
    }

private:
    void on(const event::VendRequested& requested) {
        CHECK((stage_ == Stage::none || stage_ == Stage::in_doubt));
        stage_ = Stage::open;
        price_ = requested.price;
        ++requests_;
    }
    void on(const event::Withdrawn&) { go(Stage::open, Stage::none); }
    void on(const event::ApprovalTaken&) {
        go(Stage::approving, Stage::taken);
        ++taken_;
    }
    void on(const event::ApprovalDropped&) {
        if (strays_ > 0) {
            --strays_;  // the answer to an approval of nothing comes with the call
            return;
        }
        go(Stage::approving, Stage::none);
    }
    void on(const event::ApprovalInDoubt&) { go(Stage::approving, Stage::in_doubt); }
    void on(const event::Vended&) {
        end();
        ++vended_;
    }
    void on(const event::VendFailed&) { end(); }
    void on(const event::CashSale&) {}
    void on(const event::Readiness&) {}
    void on(const event::Session& session) {
        CHECK((!session.open || !session_));
        session_ = session.open;
    }
    void on(const event::Oddity&) {}

    void go(Stage from, Stage to) {
        CHECK(stage_ == from);
        stage_ = to;
    }
    void end() {
        CHECK((stage_ == Stage::taken || stage_ == Stage::in_doubt));
        stage_ = Stage::none;
    }

    Stage stage_ = Stage::none;
    Money price_ = zero(*Currency::parse("EUR"));
    int strays_ = 0;
    int requests_ = 0;
    int taken_ = 0;
    int vended_ = 0;
    bool session_ = false;
};

inline bool is_approval(const Frame& answer) {
    return (answer.size() == 4 || answer.size() == 6) && answer[0].value == 0x05;
}

// The peripheral with its driver, which hears every event at once.
class DrivenPeripheral {
public:
    explicit DrivenPeripheral(ReaderSettings settings = reader_settings()) : peripheral_(std::move(settings)) {
        peripheral_.begin_fresh();
        drain();
    }

    Frame receive(Byte byte) { return checked(peripheral_.receive(byte, now_)); }
    Frame send(const Block& block) {
        Frame answer;
        for (const Byte byte : command_frame(block)) {
            now_ += milliseconds{1};
            answer = receive(byte);
        }
        return answer.empty() ? pass(longest_response) : answer;
    }
    Frame pass(milliseconds time) {
        const MonotonicTime until = now_ + time;
        Frame answer;
        for (auto next = peripheral_.next_deadline(); next && *next <= until; next = peripheral_.next_deadline()) {
            now_ = std::max(now_, *next);
            answer = checked(peripheral_.pass_time(now_));
        }
        now_ = until;
        return answer;
    }
    void bus_reset() {
        peripheral_.bus_reset(now_);
        drain();
    }
    void approve() {
        ledger_.approved();
        peripheral_.approve(ledger_.price());
        drain();
    }
    void deny() {
        peripheral_.deny();
        ledger_.denied();
        drain();
    }
    void begin_session() {
        peripheral_.begin_session();
        drain();
    }
    void end_session() {
        peripheral_.end_session();
        drain();
    }
    const Ledger& ledger() const { return ledger_; }

private:
    Frame checked(Frame answer) {
        drain();
        CHECK(answer.size() <= longest_block);
        if (is_approval(answer)) {
            CHECK(ledger_.stage() == Ledger::Stage::approving);
            std::uint32_t amount = 0;
            for (std::size_t i = 1; i + 1 < answer.size(); ++i) {
                amount = amount << 8U | answer[i].value;
            }
            CHECK(amount == ledger_.price().minor);
        }
        Block block;
        for (std::size_t i = 0; i < answer.size(); ++i) {
            CHECK(answer[i].mode == (i + 1 == answer.size()));
            block.push_back(answer[i].value);
        }
        if (block.size() > 1) {
            const std::uint8_t sum = block.back();
            block.pop_back();
            CHECK(checksum(block) == sum);
        }
        return answer;
    }
    void drain() {
        while (const auto event = peripheral_.next_event()) {
            ledger_.hear(*event);
        }
    }

    Peripheral peripheral_;
    Ledger ledger_;
    MonotonicTime now_{seconds{1000}};
};

}  // namespace qrvend::mdb::test
