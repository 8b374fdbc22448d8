#pragma once
// The loop around one sale: decide (next_step), write the intent down, act once, write the outcome down. One
// coroutine does all of it; what happens elsewhere (a touch, a callback, the machine's withdrawal) is posted to it
// and written down between two steps.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "controller/kiosk/wait.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/machine.hpp"
#include "controller/ports/payment_provider.hpp"
#include "controller/ports/random.hpp"
#include "controller/sale/next_step.hpp"
#include "controller/sale/sale.hpp"

namespace qrvend {

/// Everything outside that selling needs. All outlive whoever holds them.
struct Ports {
    Clock& clock;
    Random& random;
    Journal& journal;
    PaymentProvider& provider;
    Machine& machine;
    Screen& screen;
    Log& log;
};

class SaleRunner;

/// Told of every decision, before it is acted on.
class SaleObserver {
public:
    virtual ~SaleObserver() = default;
    virtual void sale_decided(const SaleRunner& runner, const Step& step) = 0;
};

class SaleRunner {
public:
    enum class End : std::uint8_t { closed, journal_broken };

    /// `kiosk_id` begins every payment reference (ASCII letters, digits, hyphens; at most 24).
    SaleRunner(const Ports& ports, std::string kiosk_id, Sale sale, SaleObserver& observer);

    /// Runs until the sale is closed, however long that takes, or the journal can no longer be written.
    boost::asio::awaitable<End> run();

    /// Something happened that the sale must write down: Left or Withdrawn.
    void post(Fact fact);

    /// A verified callback about one of this sale's payments.
    void post(const PaymentEvent& event);

    const Sale& sale() const { return sale_; }
    bool has_payment(const PaymentReference& reference) const;

    /// The provider's own picture of the code, once it is loaded.
    const PngBytes& picture() const { return picture_; }

private:
    boost::asio::awaitable<bool> write(std::vector<Fact> facts);
    boost::asio::awaitable<bool> write_inbox();
    boost::asio::awaitable<bool> perform(Step step);
    boost::asio::awaitable<bool> call(step::Call call);
    boost::asio::awaitable<bool> await_payment(step::AwaitPayment wait);
    boost::asio::awaitable<bool> vend(step::Vend vend);
    boost::asio::awaitable<bool> ask_provider(step::AskProvider ask);
    boost::asio::awaitable<bool> ask_machine();
    boost::asio::awaitable<void> load_picture();

    bool is_news(const Fact& fact, const std::vector<Fact>& before) const;
    PaymentCall prepare(const step::Call& call) const;
    MonotonicTime next_poll() const;

    Ports ports_;
    std::string kiosk_id_;
    Sale sale_;
    SaleObserver& observer_;
    Bell bell_;
    std::vector<Fact> inbox_;
    bool hinted_ = false;  ///< a callback says that asking now is worth it
    PngBytes picture_;
    MonotonicTime last_poll_{};
    std::uint32_t failed_polls_ = 0;
    seconds poll_retry_after_{0};
};

}  // namespace qrvend
