#pragma once
// The machine as its customers meet it: idle, one sale at a time, or out of service and why. Sales that need
// neither customer nor machine any more go on in the background; open sales of an earlier run are taken up at
// start.
//
// Everything that happens (a selection, a touch, a fault, a callback, a stop) becomes an event in one queue, read
// by one coroutine.

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/base/http_message.hpp"
#include "controller/base/product.hpp"
#include "controller/kiosk/sale_runner.hpp"
#include "controller/kiosk/wait.hpp"
#include "controller/ports/screen.hpp"
#include "controller/sale/policy.hpp"

namespace qrvend {

/// One slot as the config describes it.
struct Shelf {
    Product product;
    std::string picture;  ///< path of an image file, or empty
    bool sold_out = false;
};

struct KioskSettings {
    std::string id;  ///< begins payment references: ASCII letters, digits, hyphens; at most 24
    std::vector<Shelf> shelves;
    std::string account;  ///< whose money: the merchant serial number or its like
    CaptureOrder capture = CaptureOrder::before_vend;
    UnknownVend unknown_vend = UnknownVend::refund;
    seconds payment_timeout{300};
    seconds message_time{8};                   ///< how long a result stays on the screen
    seconds ask_operator_time{60};             ///< how long the customer has to note the sale's number
    milliseconds readiness_interval{300'000};  ///< how often an idle kiosk makes sure that the provider answers
};

class Kiosk : public SaleObserver {
public:
    enum class End : std::uint8_t {
        stopped,         ///< as asked
        journal_broken,  ///< selling is over for this process; start again to read what is really there
    };

    Kiosk(const Ports& ports, boost::asio::any_io_executor executor, KioskSettings settings);
    ~Kiosk() override;

    /// Runs until stop(), or until the journal cannot be written.
    boost::asio::awaitable<End> run();

    /// No new sale; one that stands between approval and vend is finished first, a waiting payment is left.
    void stop();

    /// A provider's callback, as the web server received it. Returns the answer to send.
    HttpResponse on_callback(const HttpRequest& request);

    /// Sales that are not closed, those in the background counted.
    std::size_t sales_under_way() const { return runners_.size(); }

    /// Why no sale can begin just now; nothing where one can.
    std::optional<view::OutOfService> out_of_service() const;

private:
    struct Selected {
        Selection selection;
    };
    struct Touched {
        Touch touch;
    };
    struct MachineWithdrew {
        RequestId request;
    };
    using Event = std::variant<Selected, Touched, MachineWithdrew>;

    // What goes on all the time.
    boost::asio::awaitable<void> listen_to_machine();
    boost::asio::awaitable<void> listen_to_faults();
    boost::asio::awaitable<void> listen_to_screen();
    boost::asio::awaitable<void> listen_for_withdrawal(RequestId request);
    boost::asio::awaitable<void> run_sale(std::shared_ptr<SaleRunner> runner);

    // The customer's coroutine.
    boost::asio::awaitable<bool> take_up_open_sales();
    boost::asio::awaitable<void> become_ready();
    boost::asio::awaitable<bool> look_for_room();
    boost::asio::awaitable<void> idle();
    boost::asio::awaitable<void> serve(Selection selection);
    boost::asio::awaitable<void> attend_sale();
    boost::asio::awaitable<void> handle_during_sale(Event event);
    boost::asio::awaitable<void> show_result();
    boost::asio::awaitable<void> refuse(RequestId request, DeclineReason reason);
    boost::asio::awaitable<void> turn_away_everybody();
    boost::asio::awaitable<void> give_up_uncaptured();

    void sale_decided(const SaleRunner& runner, const Step& step) override;
    void push(Event event);
    std::optional<Event> pop();
    std::optional<Selection> selection_in(const Event& event);
    void start(const std::shared_ptr<SaleRunner>& runner);
    void show(View view);
    void note_service();
    view::Idle idle_view() const;
    view::Offer offer_of(const Shelf& shelf) const;
    void note_price(const Selection& selection, const Product& product);
    const Shelf* shelf(Slot slot) const;
    bool sold_out(const Shelf& shelf) const;
    bool finding_out() const;
    MonotonicTime provider_look() const;
    std::optional<MonotonicTime> next_look() const;
    Policy policy() const;

    Ports ports_;
    boost::asio::any_io_executor executor_;
    KioskSettings settings_;
    Bell bell_;
    std::deque<Event> events_;
    std::vector<std::shared_ptr<SaleRunner>> runners_;
    std::shared_ptr<SaleRunner> current_;
    std::optional<Selection> next_;     ///< chosen while an earlier sale still had to be left
    std::optional<view::Offer> offer_;  ///< of the current sale
    bool stopping_ = false;
    bool journal_broken_ = false;
    bool room_ = true;
    std::optional<Failure> provider_down_{};
    bool provider_checked_ = false;
    bool provider_doubted_ = false;  ///< a sale in the background has had news of it
    MonotonicTime provider_checked_at_{};
    std::uint32_t provider_failures_ = 0;
    std::optional<View> shown_;
    std::string service_note_;            ///< the last state of service that was logged
    std::map<Slot, Money> noted_prices_;  ///< the machine's that differ from the config's, as they were logged
};

}  // namespace qrvend
