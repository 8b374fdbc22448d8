#pragma once
// Vipps MobilePay, one-time QR: a payment is created for each sale, the customer scans and approves, the
// reservation is captured (before or after the vend, as the sale decides), freed, or given back.
//
// The authority is the state and the aggregate of GET payment. AUTHORIZED there is enough to serve; the event log
// is offered for people (events()), because it adds no figure that the aggregate lacks, and would double the reads.
// Source: ePayment API 1.8.1, Webhooks API v1, Order Management API v2. See README.md.

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <string>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/payment_provider.hpp"
#include "drivers/vipps/answers.hpp"
#include "drivers/vipps/api.hpp"
#include "drivers/vipps/settings.hpp"
#include "drivers/vipps/webhooks.hpp"

namespace qrvend::vipps {

class Provider : public PaymentProvider {
public:
    /// Throws std::invalid_argument where the settings cannot be used (problems()). All references must outlive the
    /// provider. Of the journal only remember() and recall() are used.
    Provider(Settings settings, HttpTransport& transport, Clock& clock, Log& log, Journal& journal);

    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;

    PaymentTraits traits() const override;

    /// A token, and the webhook where one is wanted. Fails only where no token is to be had or the journal is
    /// broken.
    boost::asio::awaitable<Result<void>> get_ready() override;

    std::string prepare(Operation operation, const PaymentOrder& order, Money amount) const override;

    /// Success of a cancel may be `approving`: the customer is at it and the cancel did not happen. Success of
    /// post_receipt (201, and 409 because it was posted before) carries no figures.
    boost::asio::awaitable<Result<PaymentStatus>> perform(PaymentCall call) override;

    boost::asio::awaitable<Result<PaymentStatus>> query(PaymentReference reference, Currency currency) override;

    /// The event log of a payment, oldest first, for a technician's timeline.
    boost::asio::awaitable<Result<std::vector<LoggedEvent>>> events(PaymentReference reference);

    boost::asio::awaitable<Result<PngBytes>> load_picture(std::string url) override;

    Callback read_callback(const HttpRequest& request) override;

private:
    ApiCall call_of(PaymentCall call) const;
    Result<PaymentStatus> read_answer(Operation operation, const PaymentCall& call,
                                      const HttpResponse& answer) const;
    bool is_repetition(const std::string& event_id);

    const Settings settings_;
    HttpTransport& transport_;
    Clock& clock_;
    Log& log_;
    Api api_;
    Webhooks webhooks_;
    std::deque<std::string> seen_events_;  ///< newest last, bounded
};

}  // namespace qrvend::vipps
