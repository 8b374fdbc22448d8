#pragma once
// Webhook registrations and what has to be delivered to them, as data: due() says what to send now, delivered() how
// it went. Delivery follows Vipps' rules: signed, at least once, in order for each registration and payment, and
// repeated for seven days (attempts 2 to 4 after 2 s each, then 60 s, 120 s, hourly until attempt 29, then daily).
// A registration that has not answered for two weeks is removed.

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/time.hpp"
#include "controller/base/url.hpp"
#include "controller/ports/random.hpp"
#include "drivers/vipps/sandbox/faults.hpp"
#include "drivers/vipps/sandbox/payment.hpp"

namespace qrvend::vipps::sandbox {

struct Registration {
    std::string id;
    std::string url_text;
    Url url;
    std::string secret;
    std::vector<std::string> events;
    std::optional<MonotonicTime> failing_since{};
};

/// One attempt. `id` names it in delivered().
struct WebhookDelivery {
    std::uint64_t id = 0;
    HttpRequest request;
};

class Webhooks {
public:
    /// All must outlive this.
    Webhooks(const Settings& settings, Random& random, Faults& faults);

    std::expected<Registration, Problem> add(const std::string& url, std::vector<std::string> events);
    /// False where there is none of that id. What was still to be delivered is dropped.
    bool remove(std::string_view id);
    const std::vector<Registration>& registrations() const { return registrations_; }

    /// Queues an event for every registration that wants it.
    void publish(const Payment& payment, const Event& event, const Stamp& now);

    /// What has to be sent now; each is under way until delivered() or the deadline, which counts as no answer.
    std::vector<WebhookDelivery> due(const Stamp& now);
    /// `status` is absent where no answer came. An id that is over is no error.
    void delivered(std::uint64_t id, std::optional<int> status, MonotonicTime now);
    /// When due() has to be called next.
    std::optional<MonotonicTime> next_due() const;
    std::size_t queued() const { return queued_; }

private:
    enum class Signer : std::uint8_t { genuine, forger };
    enum class Attempts : std::uint8_t {
        until_answered,
        twice,  ///< once more after it was answered
        single,
    };
    struct Message {
        std::string body;
        Signer signer = Signer::genuine;
        Attempts wanted = Attempts::until_answered;
        MonotonicTime due;
        MonotonicTime first_attempt{};
        std::uint32_t attempts = 0;  ///< made so far
        std::string date{};          ///< of the first attempt
    };
    /// Messages that hold each other back.
    struct Lane {
        std::string registration;
        std::string order_key;  ///< registration and reference; empty for a message that goes alone
        std::deque<Message> messages{};
        std::uint64_t under_way = 0;  ///< id of the attempt, 0: none
        MonotonicTime at{};           ///< of the entry in schedule_
    };

    void queue(const std::string& registration, const std::string& order_key, Message message);
    void queue_with_fault(const std::string& registration, const std::string& order_key, const json::Value& content,
                          const WebhookFault& fault, Message message);
    void schedule(std::uint64_t number, MonotonicTime at);
    WebhookDelivery start(std::uint64_t number, const Registration& registration, const Stamp& now);
    void succeed(std::uint64_t number, MonotonicTime now);
    void fail(std::uint64_t number, MonotonicTime now);
    void next_message(std::uint64_t number, MonotonicTime now);
    Registration* find(std::string_view id);

    const Settings& settings_;
    Random& random_;
    Faults& faults_;
    std::vector<Registration> registrations_;
    std::map<std::uint64_t, Lane> lanes_;
    std::unordered_map<std::string, std::uint64_t> ordered_;  // by order key
    std::set<std::pair<MonotonicTime, std::uint64_t>> schedule_;
    std::unordered_map<std::uint64_t, std::uint64_t> under_way_;  // attempt to lane
    std::uint64_t last_lane_ = 0;
    std::uint64_t last_attempt_ = 0;
    std::size_t queued_ = 0;
};

}  // namespace qrvend::vipps::sandbox
