#pragma once
// What the Vipps driver's tests run on: time that only the test moves, a network that is a script ("expect this,
// reply that"), a journal in memory and a log that is kept.

#include <doctest/doctest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/provider.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::vipps::test {

namespace asio = boost::asio;

class FakeClock : public Clock {
public:
    Stamp now() const override { return now_; }

    std::uint64_t call_at(MonotonicTime deadline, std::move_only_function<void()> expired) override {
        waits_.emplace(++last_wait_, Wait{deadline, std::move(expired)});
        return last_wait_;
    }

    void cancel(std::uint64_t wait) override { waits_.erase(wait); }

    void advance(milliseconds by) {
        now_.monotonic += by;
        now_.wall += by;
    }

    /// Runs one wait whose time has come.
    bool run_one() {
        for (auto wait = waits_.begin(); wait != waits_.end(); ++wait) {
            if (wait->second.deadline <= now_.monotonic) {
                auto expired = std::move(wait->second.expired);
                waits_.erase(wait);
                expired();
                return true;
            }
        }
        return false;
    }

private:
    struct Wait {
        MonotonicTime deadline;
        std::move_only_function<void()> expired;
    };
    // Sat, 21 Nov 2026 08:00:00 GMT
    Stamp now_{
        .wall = WallTime{seconds{1795248000}}, .monotonic = MonotonicTime{seconds{5000}}, .boot = {.value = 7}};
    std::map<std::uint64_t, Wait> waits_;
    std::uint64_t last_wait_ = 0;
};

class FakeLog : public Log {
public:
    void write(LogLevel, std::string_view message, std::initializer_list<LogField> fields) override {
        std::string line(message);
        for (const LogField& field : fields) {
            line += " ";
            line += field.key;
            line += "=" + field.value;
        }
        lines.push_back(line);
    }

    bool contains(std::string_view text) const {
        return std::ranges::any_of(lines, [&](const auto& line) { return line.find(text) != std::string::npos; });
    }

    std::vector<std::string> lines;
};

class FakeJournal : public Journal {
public:
    asio::awaitable<Result<std::vector<Record>>> append(SaleId, Stamp, std::vector<Fact>) override {
        co_return unsent("not_here");
    }
    asio::awaitable<Result<void>> reserve_room() override { co_return Result<void>{}; }
    asio::awaitable<Result<std::vector<Record>>> open_sales() override { co_return unsent("not_here"); }
    asio::awaitable<Result<std::vector<Record>>> history(SaleId) override { co_return unsent("not_here"); }

    asio::awaitable<Result<void>> remember(std::string name, std::string value) override {
        if (broken) {
            co_return unknown("broken");
        }
        values[name] = value;
        co_return Result<void>{};
    }
    asio::awaitable<Result<std::optional<std::string>>> recall(std::string name) override {
        if (broken) {
            co_return unknown("broken");
        }
        const auto found = values.find(name);
        co_return found == values.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<std::string, std::string> values;
    bool broken = false;
};

/// The network as a script. A request that is not the next in the script fails the test.
class ScriptedTransport : public HttpTransport {
public:
    using Reply = std::function<Result<HttpResponse>()>;

    void expect(std::string method, std::string url, Result<HttpResponse> reply) {
        script_.push_back({std::move(method), std::move(url), [reply = std::move(reply)] { return reply; }});
    }
    /// The reply is made when the request comes: for looking at, or changing, the world in between.
    void expect_then(std::string method, std::string url, Reply reply) {
        script_.push_back({std::move(method), std::move(url), std::move(reply)});
    }

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override {
        sent.push_back(request);
        deadlines.push_back(deadline);
        co_await asio::post(asio::use_awaitable);  // as over a network, others run before the answer comes
        if (script_.empty()) {
            FAIL_CHECK("nothing more was expected, but: " << request.method << " " << request.url);
            co_return unsent("unexpected");
        }
        const Step step = std::move(script_.front());
        script_.pop_front();
        CHECK(request.method == step.method);
        CHECK(request.url == step.url);
        co_return step.reply();
    }

    bool done() const { return script_.empty(); }

    std::vector<HttpRequest> sent;
    std::vector<milliseconds> deadlines;

private:
    struct Step {
        std::string method;
        std::string url;
        Reply reply;
    };
    std::deque<Step> script_;
};

inline Result<HttpResponse> answer(int status, std::string body = {}, std::vector<HttpHeader> headers = {}) {
    return HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)};
}

/// As Vipps writes it.
inline std::string problem(int status, std::string_view code) {
    std::string text = R"({"type":"https://httpstatuses.io/)" + std::to_string(status) +
                       R"(","title":"No","status":)" + std::to_string(status) +
                       R"(,"traceId":"00-1-2-01","extraDetails":)";
    return code.empty() ? text + "null}"
                        : text + R"([{"name":"ErrorCode","reason":")" + std::string(code) + R"("}]})";
}

inline const std::string base = "https://apitest.vipps.no";

inline Settings test_settings() {
    Settings settings;
    settings.base_url = base;
    settings.merchant_serial_number = "123456";
    settings.client_id = "the-client-id";
    settings.client_secret = "the-client-secret";
    settings.subscription_key = "the-subscription-key";
    settings.payment_description = "Vending machine Petra";
    settings.pos_id = "vm-0042";
    return settings;
}

inline const Currency nok = *Currency::parse("NOK");
inline const Currency eur = *Currency::parse("EUR");
inline const PaymentReference reference{"vm-0042-0123456789abcdef"};

inline PaymentOrder cola() {
    const Money price{.minor = 3500, .currency = nok};
    return {.reference = reference,
            .sale = SaleId{"ABCDE12345"},
            .product = {.slot = Slot{12}, .name = "Cola 0.5 l", .price = price, .vat_bp = 1500},
            .amount = price};
}

inline std::string token_body(std::string_view token, int life_s = 3600) {
    return R"({"token_type":"Bearer","expires_in":")" + std::to_string(life_s) + R"(","access_token":")" +
           std::string(token) + R"("})";
}

/// Everything that a driver under test stands on. `settings` may be changed before start().
class Bench {
public:
    Settings settings = test_settings();
    asio::io_context io;
    FakeClock clock;
    FakeLog log;
    FakeJournal journal;
    ScriptedTransport network;

    Provider& provider() {
        if (!provider_) {
            provider_.emplace(settings, network, clock, log, journal);
        }
        return *provider_;
    }

    /// As after a restart of the program: the journal stays.
    void restart() { provider_.reset(); }

    void expect_token(std::string_view token = "token-1", int life_s = 3600) {
        network.expect("POST", base + "/accesstoken/get", answer(200, token_body(token, life_s)));
    }

    /// Starts a coroutine; its result is there after settle().
    template <class T>
    std::shared_ptr<std::optional<T>> start(asio::awaitable<T> task) {
        auto result = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, keep(std::move(task), result), [](std::exception_ptr error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
        return result;
    }

    /// Runs until nothing moves without time passing.
    void settle() {
        do {
            io.restart();
            io.poll();
        } while (clock.run_one());
    }

    template <class T>
    T run(asio::awaitable<T> task) {
        const auto result = start(std::move(task));
        settle();
        REQUIRE(result->has_value());
        return std::move(**result);
    }

    PaymentCall call(Operation operation, Money amount) {
        return {.operation = operation,
                .reference = reference,
                .key = IdempotencyKey{"the-key"},
                .amount = amount,
                .body = provider().prepare(operation, cola(), amount)};
    }

    Result<PaymentStatus> perform(Operation operation, std::int64_t minor = 3500) {
        return run(provider().perform(call(operation, {.minor = minor, .currency = nok})));
    }

    Result<PaymentStatus> query() { return run(provider().query(reference, nok)); }

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> task, std::shared_ptr<std::optional<T>> result) {
        result->emplace(co_await std::move(task));
    }

    std::optional<Provider> provider_;
};

}  // namespace qrvend::vipps::test
