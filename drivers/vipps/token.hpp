#pragma once
// The access token: fetched once, shared by all calls, renewed before it ends. Kept in memory only, never logged.
// Source: Access Token API (POST /accesstoken/get). Every value of its answer is a string, numbers included. A
// token lives an hour in Vipps' test environment and a day in production.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/http.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend {
class Bell;
}

namespace qrvend::vipps {

class TokenSource {
public:
    /// All references must outlive the source.
    TokenSource(const Settings& settings, HttpTransport& transport, Clock& clock)
        : settings_(settings), transport_(transport), clock_(clock) {}

    /// A token that is good for a while. Callers that come while one is being fetched wait for that one, and share
    /// its failure. Failures: *refused* where Vipps refuses the credentials, else *unsent*, because whatever the
    /// token was for has not been sent.
    boost::asio::awaitable<Result<std::string>> get();

    /// Vipps has turned this token away: it is not used again. A newer one stays.
    void drop(const std::string& token);

private:
    struct Token {
        std::string text;
        MonotonicTime renew_at;
    };
    // One fetch, under way or over. Only coroutines own it, so that it dies with them.
    struct Fetch {
        std::vector<std::weak_ptr<Bell>> waiting;
        std::optional<Failure> failure;
        bool over = false;
    };

    boost::asio::awaitable<void> wait_for(std::shared_ptr<Fetch> fetch);
    boost::asio::awaitable<Result<std::string>> fetch_for_all();
    boost::asio::awaitable<Result<std::string>> fetch();
    static void announce(Fetch& fetch);
    Result<Token> read(const HttpResponse& answer, MonotonicTime asked_at) const;

    const Settings& settings_;
    HttpTransport& transport_;
    Clock& clock_;
    std::optional<Token> token_;
    std::weak_ptr<Fetch> under_way_;
};

}  // namespace qrvend::vipps
