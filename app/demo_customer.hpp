#pragma once
// The customer and the phone of `qrvend demo --auto`: chooses on the screen, opens what the code says, approves,
// and afterwards judges from outside whether goods and money agree.

#include <boost/asio/awaitable.hpp>
#include <string>

#include "app/demo_log.hpp"
#include "app/sandbox_host.hpp"
#include "app/station.hpp"
#include "app/watched_screen.hpp"

namespace qrvend::app {

class DemoCustomer {
public:
    /// All must outlive the customer.
    DemoCustomer(Station& station, SandboxHost& host, WatchedScreen& screen, DemoLog& log)
        : station_(station), host_(host), screen_(screen), log_(log) {}

    /// Buys one product. True where it dropped once, was captured once and in full, nothing is left reserved, and
    /// the receipt has been posted.
    boost::asio::awaitable<bool> buy();

private:
    boost::asio::awaitable<bool> approve(std::string phone_url);
    boost::asio::awaitable<bool> settled();
    bool judge(Money price);
    bool fail(const std::string& what);
    MonotonicTime in(milliseconds time) const { return station_.clock().now().monotonic + time; }

    Station& station_;
    SandboxHost& host_;
    WatchedScreen& screen_;
    DemoLog& log_;
};

}  // namespace qrvend::app
