#pragma once
// Misbehaviour on demand: what goes wrong with the next calls and the next webhooks. Each fault counts down and is
// gone; the one that was ordered first strikes first.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/time.hpp"
#include "drivers/json/json.hpp"
#include "drivers/vipps/sandbox/calls.hpp"
#include "drivers/vipps/sandbox/payment.hpp"

namespace qrvend::vipps::sandbox {

enum class Trouble : std::uint8_t {
    delay,               ///< processed at once, answered late: webhooks overtake the answer
    lose_request,        ///< never arrives
    lose_answer,         ///< processed, never answered
    status,              ///< turned away with `status`, `code`, `retry_after`
    html,                ///< a page in place of JSON, with `status` (200: a captive portal, 502: a proxy)
    empty_body,          ///< the answer without its body
    half_body,           ///< the answer's body ends in the middle
    wrong_content_type,  ///< the answer as text/plain
};

/// Whether the call is processed although its answer is spoilt.
enum class Work : std::uint8_t { not_done, done };

/// What Trouble does unless told otherwise: what a proxy says was not processed, what is spoilt on the way back
/// was.
Work usual_work(Trouble trouble);

struct CallFault {
    Call call = Call::create;
    Trouble trouble = Trouble::delay;
    Work work = Work::done;
    std::uint32_t times = 1;
    milliseconds delay{0};                 ///< before the answer, whatever the trouble
    int status = 0;                        ///< of `status` and `html`
    std::string code{};                    ///< of `status`: an ErrorCode in the body
    std::optional<seconds> retry_after{};  ///< of `status`
};

enum class WebhookTrouble : std::uint8_t {
    duplicate,     ///< delivered again a second after its success
    late,          ///< `delay` later, holding back what follows
    overtaken,     ///< `delay` later, while what follows goes ahead
    lost,          ///< never delivered
    forged,        ///< preceded by a copy with a wrong signature
    wrong_amount,  ///< these: preceded by a rightly signed copy with another content
    wrong_currency,
    wrong_msn,
    wrong_reference,
    unsuccessful,  ///< the copy says success false
};

struct WebhookFault {
    WebhookTrouble trouble = WebhookTrouble::duplicate;
    std::optional<EventName> event{};  ///< absent: whichever comes next
    std::uint32_t times = 1;
    milliseconds delay{5000};
};

class Faults {
public:
    explicit Faults(std::size_t limit) : limit_(limit) {}

    /// False where too many faults stand already.
    bool add(CallFault fault);
    bool add(WebhookFault fault);
    void clear();

    /// The fault that strikes this call or event, counted down.
    std::optional<CallFault> take(Call call);
    std::optional<WebhookFault> take(EventName event);

    const std::vector<CallFault>& calls() const { return calls_; }
    const std::vector<WebhookFault>& webhooks() const { return webhooks_; }

private:
    std::size_t limit_;
    std::vector<CallFault> calls_;
    std::vector<WebhookFault> webhooks_;
};

/// The answer as `fault` spoils it. `answer` is what the API said; of a call that was not processed, nothing.
HttpResponse spoil(HttpResponse answer, const CallFault& fault, std::string_view path, const std::string& trace_id);

/// A fault as the control interface writes it; else the reason why it is none.
std::expected<CallFault, std::string> read_call_fault(const json::Value& value);
std::expected<WebhookFault, std::string> read_webhook_fault(const json::Value& value);
json::Value to_json(const CallFault& fault);
json::Value to_json(const WebhookFault& fault);

}  // namespace qrvend::vipps::sandbox
