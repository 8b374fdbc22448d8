#pragma once
// Commissioning of the webhook: registers this machine's URL with Vipps, looks once a day whether Vipps still has
// it (a registration that was not answered for two weeks disappears), and removes what is stale of our own. Source:
// Webhooks API v1. There is no call that changes a registration.
//
// A machine sells by polling alone as well: whatever fails here is logged and tried again later. Only a journal
// that cannot be written is a failure, because it ends selling anyway.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/journal.hpp"
#include "controller/ports/log.hpp"
#include "drivers/vipps/api.hpp"
#include "drivers/vipps/registration.hpp"

namespace qrvend::vipps {

class Webhooks {
public:
    /// All references must outlive this.
    Webhooks(const Settings& settings, Api& api, Clock& clock, Log& log, Journal& journal)
        : settings_(settings), api_(api), clock_(clock), log_(log), journal_(journal) {}

    /// Does nothing where no check is due, another is under way, or no webhook is wanted.
    boost::asio::awaitable<Result<void>> ensure();

    /// Those whose signatures count, the present one first.
    std::span<const Registration> registrations() const { return registrations_.known; }

private:
    struct Listed {
        std::string id;
        std::string url;
        bool complete = false;  ///< all events that we want
    };

    boost::asio::awaitable<Result<void>> recall();
    boost::asio::awaitable<Result<void>> check();
    boost::asio::awaitable<Result<std::vector<Listed>>> list();
    boost::asio::awaitable<Result<Registration>> add();
    boost::asio::awaitable<Result<void>> replace(Registration fresh);
    boost::asio::awaitable<void> remove(std::string id);
    bool is_present(const std::vector<Listed>& listed) const;
    static Result<std::vector<Listed>> read_list(std::string_view body);

    const Settings& settings_;
    Api& api_;
    Clock& clock_;
    Log& log_;
    Journal& journal_;
    Registrations registrations_;
    std::optional<MonotonicTime> next_check_;
    bool recalled_ = false;
    std::weak_ptr<const bool> turn_;  ///< whose owner is the check under way
};

}  // namespace qrvend::vipps
