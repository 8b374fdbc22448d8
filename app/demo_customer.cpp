#include "app/demo_customer.hpp"

#include <algorithm>

#include "drivers/simulated/machine.hpp"

namespace qrvend::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// Far more than a slow computer needs: whoever waits so long has found a fault.
constexpr milliseconds patience = 30s;
constexpr milliseconds glance = 20ms;
constexpr milliseconds reading_time = 300ms;

}  // namespace

asio::awaitable<bool> DemoCustomer::buy() {
    const auto idle = co_await screen_.wait_for<view::Idle>(in(patience));
    if (!idle) {
        co_return fail("the machine did not become ready");
    }
    const view::Offer chosen = idle->offers.front();
    log_.start_timing();
    log_.write(LogLevel::notice, "touch", {{"detail", chosen.name}});
    screen_.touch(touch::Select{chosen.slot});

    const auto code = co_await screen_.wait_for<view::ScanToPay>(in(patience));
    if (!code) {
        co_return fail("no code appeared");
    }
    log_.write(LogLevel::notice, "scan", {{"detail", code->qr_text}});
    if (!co_await approve(code->qr_text)) {
        co_return false;
    }
    if (!co_await screen_.wait_for<view::TakeProduct>(in(patience))) {
        co_return fail("no product came");
    }
    if (!co_await settled()) {
        co_return fail("the sale did not end");
    }
    co_return judge(chosen.price);
}

// What the phone does: open the page, read it, press the button.
asio::awaitable<bool> DemoCustomer::approve(std::string phone_url) {
    http::CurlClient& phone = host_.transport();
    const auto page = co_await phone.send({.method = "GET", .url = phone_url, .headers = {}, .body = {}}, patience);
    if (!page || page->status != 200) {
        co_return fail("the phone page did not open");
    }
    co_await sleep_until(station_.clock(), in(reading_time));
    const std::string button = phone_url + "/approve";
    const auto pressed =
        co_await phone.send({.method = "POST", .url = button, .headers = {}, .body = {}}, patience);
    if (!pressed || pressed->status != 303) {
        co_return fail("the phone page took no approval");
    }
    log_.write(LogLevel::notice, "approve", {{"detail", "in the app"}});
    co_return true;
}

asio::awaitable<bool> DemoCustomer::settled() {
    const MonotonicTime deadline = in(patience);
    while (station_.kiosk().sales_under_way() > 0 && station_.clock().now().monotonic < deadline) {
        co_await sleep_until(station_.clock(), in(glance));
    }
    co_return station_.kiosk().sales_under_way() == 0;
}

bool DemoCustomer::judge(Money price) {
    const auto payments = host_.sandbox().payments(host_.now());
    const auto& deeds = dynamic_cast<const simulated::Machine&>(station_.machine()).deeds();
    const auto dropped = std::ranges::count(deeds, simulated::Deed::What::dropped, &simulated::Deed::what);
    if (payments.size() != 1 || dropped != 1) {
        return fail("expected one payment and one product");
    }
    const auto& payment = payments.front();
    const std::int64_t reserved = payment.authorized.minor - payment.captured.minor - payment.cancelled.minor;
    if (payment.captured != price || payment.refunded.minor != 0 || reserved != 0 || !payment.receipt_posted) {
        return fail("goods and money do not agree");
    }
    log_.write(LogLevel::notice, "agreed",
               {{"detail", "1 product dropped, " + to_string(payment.captured) + " captured, receipt posted"}});
    return true;
}

bool DemoCustomer::fail(const std::string& what) {
    log_.write(LogLevel::critical, "failed", {{"detail", what}});
    return false;
}

}  // namespace qrvend::app
