#include "tests/simulation/network.hpp"

#include <utility>

#include "drivers/http/exchange.hpp"

namespace qrvend::simulation {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr milliseconds longest_delay = 72h;

HttpResponse spoil(HttpResponse response, Dice& dice) {
    switch (dice.below(4)) {
        case 0:
            response.body.resize(response.body.size() / 2);
            return response;
        case 1:
            response.body.clear();
            return response;
        case 2:
            return {.status = dice.pick({200, 502}),
                    .headers = {{.name = "Content-Type", .value = "text/html"}},
                    .body = "<html><body>Bad gateway</body></html>"};
        default:
            return {.status = dice.pick({500, 503, 504}), .headers = {}, .body = {}};
    }
}

/// The url without scheme and host, as a server sees it.
std::string target_of(const std::string& url) {
    const auto host = url.find("://") + 3;
    return url.substr(std::min(url.find('/', host), url.size()));
}

}  // namespace

/// A request under way. It outlives the process that sent it.
struct Network::Passage {
    HttpRequest request;
    std::weak_ptr<http::Exchange> sender;
    bool is_act = false;
    Act act;
    std::string who;        // whose payment; empty where that cannot be told
    bool answered = false;  // an earlier copy was
};

class Network::Line final : public HttpTransport {
public:
    explicit Line(Network& network) : network_(network) {}
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override {
        return network_.send(std::move(request), deadline);
    }

private:
    Network& network_;
};

Network::Network(Outside& outside, PaymentSystem& system, WireRules& rules, Listener listener)
    : outside_(outside), system_(system), rules_(rules), listener_(std::move(listener)) {}

std::unique_ptr<HttpTransport> Network::connect() {
    return std::make_unique<Line>(*this);
}

// ---- the machine's requests

asio::awaitable<Result<HttpResponse>> Network::send(HttpRequest request, milliseconds deadline) {
    const auto passage = std::make_shared<Passage>();
    passage->request = std::move(request);
    watch(*passage);
    if (const auto failure = turned_back()) {
        outside_.tell(passage->who, "not sent", passage->request.method + " " + passage->request.url);
        co_return *failure;
    }
    const bool unreachable = outside_.fate.strikes(Trouble::unreachable).has_value();
    auto too_late = unreachable ? unsent("connect_timeout", "no connection before the deadline")
                                : unknown("timeout", "no answer before the deadline");
    outside_.tell(passage->who, "sent", passage->request.method + " " + passage->request.url);
    tell_body(*passage, passage->request.body);
    auto begin = [this, passage, unreachable](const std::shared_ptr<http::Exchange>& exchange) {
        passage->sender = exchange;
        meet_outage();
        if (!unreachable && !is_down()) {
            set_out(passage);
        }
        if (outside_.fate.strikes(Trouble::dies_at_send)) {
            outside_.kill("at a request");
        }
    };
    co_return co_await http::exchange(outside_.clock, outside_.clock.now().monotonic + deadline,
                                      std::move(too_late), std::move(begin));
}

void Network::tell_body(const Passage& passage, const std::string& body) {
    if (!body.empty()) {
        outside_.tell(passage.who, "with", body);
    }
}

void Network::watch(Passage& passage) {
    passage.is_act = system_.is_act(passage.request);
    passage.who = system_.reference_in(passage.request);
    if (passage.is_act) {
        passage.act = {.url = passage.request.url,
                       .key = system_.key_of(passage.request),
                       .body = passage.request.body,
                       .reference = passage.who,
                       .returns_approval = system_.returns_approval(passage.request)};
        passage.who = rules_.sent(passage.act);
    }
}

std::optional<std::unexpected<Failure>> Network::turned_back() {
    if (outside_.fate.strikes(Trouble::name_not_resolved)) {
        return unsent("resolve_failed", "the name was not resolved");
    }
    if (outside_.fate.strikes(Trouble::connection_refused)) {
        return unsent("connect_failed", "connection refused");
    }
    if (outside_.fate.strikes(Trouble::tls_refused)) {
        return unsent("tls_failed", "the certificate was refused");
    }
    return std::nullopt;
}

// An outage begins when somebody would meet it.
void Network::meet_outage() {
    if (auto dice = outside_.fate.strikes(Trouble::outage)) {
        down_until_ = std::max(down_until_, outside_.elapsed() + dice->spread(10s, longest_delay));
        outside_.tell({}, "outage", "for " + std::to_string((down_until_ - outside_.elapsed()).count()) + " ms");
    }
}

bool Network::is_down() const {
    return !outside_.fate.calm() && outside_.elapsed() < down_until_;
}

void Network::set_out(const std::shared_ptr<Passage>& passage) {
    if (outside_.fate.strikes(Trouble::request_lost)) {
        return;
    }
    milliseconds delay{1 + (outside_.elapsed().count() % 97)};
    if (auto dice = outside_.fate.strikes(Trouble::request_late)) {
        delay = dice->spread(1s, longest_delay);
    }
    outside_.after(delay, [this, passage] { arrive(passage); });
    if (auto dice = outside_.fate.strikes(Trouble::request_doubled)) {
        outside_.after(delay + dice->spread(1ms, longest_delay), [this, passage] { arrive(passage); });
    }
}

void Network::arrive(const std::shared_ptr<Passage>& passage) {
    if (outside_.fate.strikes(Trouble::token_revoked)) {
        system_.revoke_credentials();
    }
    if (auto dice = outside_.fate.strikes(Trouble::gateway_answers)) {
        send_back(passage, system_.gateway_answer(*dice));
        return;
    }
    HttpRequest request = passage->request;
    request.url = target_of(request.url);
    HttpResponse response = system_.answer(request, outside_.now());
    outside_.tell(passage->who, "answered", std::to_string(response.status));
    tell_body(*passage, response.body);
    look_for_callbacks();
    send_back(passage, std::move(response));
}

void Network::send_back(const std::shared_ptr<Passage>& passage, HttpResponse response) {
    if (std::exchange(passage->answered, true) || outside_.fate.strikes(Trouble::answer_lost)) {
        return;
    }
    if (outside_.fate.strikes(Trouble::answer_cut)) {
        if (const auto sender = passage->sender.lock()) {
            sender->finish({}, unknown("connection_lost", "the connection ended before the answer"));
        }
        return;
    }
    milliseconds delay{1 + (outside_.elapsed().count() % 89)};
    if (auto dice = outside_.fate.strikes(Trouble::answer_late)) {
        delay = dice->spread(1s, 60s);
    }
    if (auto dice = outside_.fate.strikes(Trouble::answer_spoilt)) {
        response = spoil(std::move(response), *dice);
    }
    outside_.after(delay, [this, passage, response = std::move(response)] { come_back(*passage, response); });
}

void Network::come_back(const Passage& passage, const HttpResponse& response) {
    const auto sender = passage.sender.lock();
    if (!sender || is_down()) {
        return;
    }
    outside_.tell(passage.who, "received", std::to_string(response.status) + " for " + passage.request.url);
    if (passage.is_act && system_.refuses(response)) {
        rules_.refused(passage.act.key);
    }
    if (outside_.fate.strikes(Trouble::dies_at_answer)) {
        outside_.kill("at an answer");
        return;
    }
    sender->finish({}, response);
}

// ---- the payment system's callbacks

void Network::look_for_callbacks() {
    for (const simulation::Callback& callback : system_.callbacks_due(outside_.now())) {
        deliver(callback);
    }
    const auto due = system_.next_callback();
    if (!due) {
        return;
    }
    const milliseconds wait = std::max<milliseconds>(*due - outside_.now().monotonic, 1ms);
    const milliseconds at = outside_.elapsed() + wait;
    if (next_look_ && *next_look_ <= at && *next_look_ > outside_.elapsed()) {
        return;
    }
    next_look_ = at;
    outside_.after(wait, [this] { look_for_callbacks(); });
}

void Network::deliver(const simulation::Callback& callback) {
    if (outside_.fate.strikes(Trouble::callback_lost)) {
        outside_.after(10s, [this, id = callback.id] {
            system_.callback_answered(id, std::nullopt, outside_.now());
            look_for_callbacks();
        });
        return;
    }
    milliseconds delay{1 + (outside_.elapsed().count() % 83)};
    if (auto dice = outside_.fate.strikes(Trouble::callback_late)) {
        delay = dice->spread(1s, longest_delay);
    }
    outside_.after(delay, [this, callback] {
        system_.callback_answered(callback.id, reach_machine(callback.request), outside_.now());
        look_for_callbacks();
    });
    if (auto dice = outside_.fate.strikes(Trouble::callback_doubled)) {
        outside_.after(delay + dice->spread(1ms, longest_delay),
                       [this, request = callback.request] { reach_machine(request); });
    }
}

void Network::deliver_forgery(HttpRequest request, milliseconds delay) {
    outside_.after(delay, [this, request = std::move(request)] { reach_machine(request); });
}

std::optional<int> Network::reach_machine(const HttpRequest& request) {
    if (is_down()) {
        return std::nullopt;
    }
    HttpRequest received = request;
    received.url = target_of(request.url);
    const auto reply = listener_(received);
    outside_.tell({}, "callback", request.body);
    outside_.tell({}, "callback answered", reply ? std::to_string(reply->status) : "nobody listens");
    return reply ? std::optional(reply->status) : std::nullopt;
}

}  // namespace qrvend::simulation
