#include "drivers/http/curl_loop.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

namespace qrvend::http {

namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::error_code;

constexpr long max_kept_connections = 16;

}  // namespace

// One of libcurl's sockets, for as long as libcurl wants it watched. Event handlers hold it weakly, so an event
// that is already queued when libcurl gives the socket up finds nobody, even if the number is in use again.
class CurlLoop::Watch : public std::enable_shared_from_this<Watch> {
public:
    Watch(asio::io_context& io, CurlLoop& loop, curl_socket_t socket)
        : loop_(loop), descriptor_(io), socket_(socket) {}

    ~Watch() = default;

    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    error_code attach() {
        error_code error;
        descriptor_.assign(socket_, error);
        return error;
    }

    void want(int interest) {
        interest_ = interest;
        arm(reading_, CURL_POLL_IN, CURL_CSELECT_IN, stream_descriptor::wait_read);
        arm(writing_, CURL_POLL_OUT, CURL_CSELECT_OUT, stream_descriptor::wait_write);
    }

    // Before libcurl closes the socket. An event being handled may hold this object for longer, and letting go
    // later could end the watch of another socket under the same number.
    void release() {
        interest_ = CURL_POLL_NONE;
        descriptor_.release();
    }

private:
    // Asio tells of one event and libcurl wants all of them, so each wait is renewed while the interest stands.
    void arm(bool& waiting, int interest, int event, stream_descriptor::wait_type type) {
        if (waiting || (interest_ & interest) == 0) {
            return;
        }
        waiting = true;
        descriptor_.async_wait(type, [weak = weak_from_this(), &waiting, interest, event, type](error_code error) {
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            waiting = false;
            if ((self->interest_ & interest) == 0) {
                return;
            }
            self->loop_.act(self->socket_, error ? CURL_CSELECT_ERR : event);
            self->arm(waiting, interest, event, type);
        });
    }

    CurlLoop& loop_;
    stream_descriptor descriptor_;
    curl_socket_t socket_;
    int interest_ = CURL_POLL_NONE;
    bool reading_ = false;
    bool writing_ = false;
};

CurlLoop::CurlLoop(asio::io_context& io) : io_(io), timer_(io) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(started));
    }
    open();
}

CurlLoop::~CurlLoop() {
    close();
}

void CurlLoop::open() {
    multi_.reset(curl_multi_init());
    if (!multi_) {
        throw std::runtime_error("libcurl: no multi handle");
    }
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, max_kept_connections);
}

// Every transfer in flight ends without a code: what became of it nobody knows. libcurl may still call back
// meanwhile.
void CurlLoop::close() {
    while (!transfers_.empty()) {
        finish(transfers_.begin()->first, {}, std::nullopt);
    }
    multi_.reset();
    for (const auto& [socket, watch] : watches_) {
        watch->release();
    }
    watches_.clear();
    set_timer(-1);
}

asio::awaitable<std::optional<CURLcode>> CurlLoop::run(std::weak_ptr<CurlLoop> loop, CURL* easy) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(error_code, std::optional<CURLcode>)>(
        [loop = std::move(loop), easy](auto handler) {
            auto slot = asio::get_associated_cancellation_slot(handler);
            Done done(std::move(handler));
            const auto live = loop.lock();
            if (!live) {
                done({}, std::nullopt);
                return;
            }
            if (slot.is_connected()) {
                slot.assign([loop, easy](asio::cancellation_type type) {
                    if (const auto still = loop.lock(); still && gives_up(type)) {
                        still->finish(easy, asio::error::operation_aborted, std::nullopt);
                    }
                });
            }
            live->start(easy, std::move(done));
        },
        asio::use_awaitable);
}

void CurlLoop::start(CURL* easy, Done done) {
    transfers_.emplace(easy, std::move(done));
    if (curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
        finish(easy, {}, std::nullopt);
    }
}

void CurlLoop::finish(CURL* easy, error_code error, std::optional<CURLcode> code) {
    auto transfer = transfers_.extract(easy);
    if (!transfer.empty()) {
        curl_multi_remove_handle(multi_.get(), easy);
        transfer.mapped()(error, code);
    }
}

void CurlLoop::act(curl_socket_t socket, int events) {
    int running = 0;
    if (curl_multi_socket_action(multi_.get(), socket, events, &running) != CURLM_OK) {
        close();  // libcurl has lost its way: begin anew
        open();
        return;
    }
    collect_finished();
}

void CurlLoop::collect_finished() {
    int waiting = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &waiting)) {
        if (message->msg == CURLMSG_DONE) {
            finish(message->easy_handle, {}, message->data.result);
        }
    }
}

void CurlLoop::set_timer(long timeout_ms) {
    const auto setting = ++timer_setting_;
    if (timeout_ms < 0) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(milliseconds(timeout_ms));
    timer_.async_wait([weak = weak_from_this(), setting](error_code error) {
        const auto self = weak.lock();
        if (self && !error && self->timer_setting_ == setting) {
            self->act(CURL_SOCKET_TIMEOUT, 0);
        }
    });
}

int CurlLoop::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*watch*/) noexcept {
    auto& loop = *static_cast<CurlLoop*>(self);
    if (what == CURL_POLL_REMOVE) {
        if (const auto watch = loop.watches_.extract(socket)) {
            watch.mapped()->release();
        }
        return 0;
    }
    auto& watch = loop.watches_[socket];
    if (!watch) {
        watch = std::make_shared<Watch>(loop.io_, loop, socket);
        if (watch->attach()) {
            loop.watches_.erase(socket);
            return -1;
        }
    }
    watch->want(what);
    return 0;
}

int CurlLoop::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) noexcept {
    static_cast<CurlLoop*>(self)->set_timer(timeout_ms);
    return 0;
}

bool CurlLoop::note_use(const std::string& origin, seconds period) {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(last_use_, [&](const auto& use) { return now - use.second > period; });
    return !last_use_.insert_or_assign(origin, now).second;
}

}  // namespace qrvend::http
