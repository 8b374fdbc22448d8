#pragma once
// What lies between the machine and its payment system. Messages are on their way even when the process that sent
// them is dead, and arrive late, twice, spoilt or never, as fate has it. The wire is watched.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "controller/ports/http.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/payment_system.hpp"
#include "tests/simulation/wire_rules.hpp"

namespace qrvend::simulation {

class Network {
public:
    /// What the machine's web server says to a callback; nothing where no process listens.
    using Listener = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

    Network(Outside& outside, PaymentSystem& system, WireRules& rules, Listener listener);

    /// The machine's end of the line; a new one for each process.
    std::unique_ptr<HttpTransport> connect();

    /// To be called whenever something may have happened at the payment system.
    void look_for_callbacks();

    /// A callback that the payment system knows nothing of.
    void deliver_forgery(HttpRequest request, milliseconds delay);

private:
    class Line;
    struct Passage;

    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline);
    std::optional<std::unexpected<Failure>> turned_back();
    void meet_outage();
    bool is_down() const;
    void watch(Passage& passage);
    void tell_body(const Passage& passage, const std::string& body);
    void set_out(const std::shared_ptr<Passage>& passage);
    void arrive(const std::shared_ptr<Passage>& passage);
    void send_back(const std::shared_ptr<Passage>& passage, HttpResponse response);
    void come_back(const Passage& passage, const HttpResponse& response);
    void deliver(const simulation::Callback& callback);
    std::optional<int> reach_machine(const HttpRequest& request);

    Outside& outside_;
    PaymentSystem& system_;
    WireRules& rules_;
    Listener listener_;
    milliseconds down_until_{0};
    std::optional<milliseconds> next_look_{};
};

}  // namespace qrvend::simulation
