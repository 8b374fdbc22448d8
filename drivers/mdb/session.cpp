#include "drivers/mdb/session.hpp"

namespace qrvend::mdb {

namespace {

using namespace std::chrono_literals;

constexpr milliseconds end_patience = 5s;  // from SESSION CANCEL REQUEST to SESSION COMPLETE

}  // namespace

void Session::enter() {
    drop_begin();
    if (of_ == Of::nobody) {
        outbox_.drop<message::EndSession>();
        of_ = Of::machine;
    }
    forget_end_request();
}

void Session::leave() {
    if (of_ == Of::reader) {
        events_.emplace_back(event::Session{.open = false});
    }
    of_ = Of::nobody;
    forget_end_request();
}

void Session::begin_heard() {
    of_ = Of::reader;
    events_.emplace_back(event::Session{.open = true});
}

void Session::end_request_heard(MonotonicTime now) {
    ask_again_ = now + end_patience;
}

void Session::assume_begin_heard() {
    if (outbox_.was_sent<message::BeginSession>()) {
        outbox_.drop<message::BeginSession>();
        begin_heard();
    }
}

void Session::drop_begin() {
    if (outbox_.drop<message::BeginSession>()) {
        events_.emplace_back(event::Session{.open = false});
    }
}

void Session::begin(bool possible, std::uint16_t country_code) {
    if (of_ == Of::reader || outbox_.holds<message::BeginSession>()) {
        return;
    }
    if (open() || !possible) {
        events_.emplace_back(event::Session{.open = false});
        return;
    }
    outbox_.put(message::BeginSession{.country_code = country_code});
}

void Session::end(bool possible) {
    const bool maybe_begun = outbox_.was_sent<message::BeginSession>();
    if (!maybe_begun) {
        drop_begin();
    }
    if (maybe_begun || (open() && possible && !ask_again_)) {
        outbox_.put(message::SessionCancelRequest{});
    }
}

void Session::pass_time(MonotonicTime now) {
    if (ask_again_ && now >= *ask_again_) {
        ask_again_.reset();
        outbox_.put(message::SessionCancelRequest{});
    }
}

std::optional<MonotonicTime> Session::next_deadline() const {
    return ask_again_;
}

void Session::forget_end_request() {
    outbox_.drop<message::SessionCancelRequest>();
    ask_again_.reset();
}

}  // namespace qrvend::mdb
