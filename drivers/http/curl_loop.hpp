#pragma once
// libcurl's multi handle on the event loop (curl_multi_socket_action(3)).
//
// Rules kept here: no libcurl function is called from within one of its callbacks, and no code of a caller runs
// inside a libcurl function; a socket stays watched until libcurl says otherwise, and its number may come back at
// once as another socket; sockets are libcurl's to close. Between requests nothing is watched and no timer runs.

#include <curl/curl.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "controller/base/time.hpp"
#include "drivers/http/completion.hpp"

namespace qrvend::http {

class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
public:
    /// Throws std::runtime_error where libcurl cannot start.
    explicit CurlLoop(boost::asio::io_context& io);

    /// Requests in flight end without a code.
    ~CurlLoop();

    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    /// Runs a transfer to its end. Without a code: the loop ended first. Throws operation_aborted when cancelled.
    /// The waiting coroutine must not hold the loop, which holds the coroutine.
    static boost::asio::awaitable<std::optional<CURLcode>> run(std::weak_ptr<CurlLoop> loop, CURL* easy);

    std::size_t in_flight() const { return transfers_.size(); }

    /// Notes that a request to `origin` begins, and says whether another did within `period` before.
    bool note_use(const std::string& origin, seconds period);

private:
    class Watch;
    struct CleanUp {
        void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
    };
    using Done = Completion<boost::system::error_code, std::optional<CURLcode>>;

    void open();
    void close();
    void start(CURL* easy, Done done);
    void finish(CURL* easy, boost::system::error_code error, std::optional<CURLcode> code);
    void act(curl_socket_t socket, int events);
    void collect_finished();
    void set_timer(long timeout_ms);

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept;
    static int on_timer(CURLM*, long timeout_ms, void* self) noexcept;

    boost::asio::io_context& io_;
    boost::asio::steady_timer timer_;
    std::uint64_t timer_setting_ = 0;
    std::map<CURL*, Done> transfers_;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::map<std::string, std::chrono::steady_clock::time_point> last_use_;
    std::unique_ptr<CURLM, CleanUp> multi_;
};

}  // namespace qrvend::http
