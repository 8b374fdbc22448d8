#include "drivers/http/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "drivers/http/curl_loop.hpp"
#include "drivers/http/transfer.hpp"

namespace qrvend::http {

namespace {

using boost::asio::awaitable;
using Options = std::shared_ptr<const ClientOptions>;

enum class Purpose : std::uint8_t { answer, connection };

// Holds no client: it may end while this waits.
awaitable<Result<HttpResponse>> run(Options options, std::weak_ptr<CurlLoop> loop, HttpRequest request,
                                    milliseconds deadline, Purpose purpose) {
    auto transfer = Transfer::make(std::move(request), *options, deadline);
    if (!transfer) {
        co_return std::unexpected(std::move(transfer.error()));
    }
    {
        const auto live = loop.lock();
        if (!live) {
            co_return unsent("stopped", "the client was ended");
        }
        if (live->in_flight() >= options->max_requests) {
            co_return unsent("busy", "too many requests in flight");
        }
        if (live->note_use((*transfer)->origin(), options->max_idle) && purpose == Purpose::connection) {
            co_return HttpResponse{};
        }
    }
    const auto code = co_await CurlLoop::run(std::move(loop), (*transfer)->easy());
    co_return (*transfer)->finish(code);
}

}  // namespace

CurlClient::CurlClient(boost::asio::io_context& io, ClientOptions options)
    : io_(io),
      options_(std::make_shared<const ClientOptions>(std::move(options))),
      loop_(std::make_shared<CurlLoop>(io)) {}

CurlClient::~CurlClient() = default;

awaitable<Result<HttpResponse>> CurlClient::send(HttpRequest request, milliseconds deadline) {
    return run(options_, loop_, std::move(request), deadline, Purpose::answer);
}

void CurlClient::warm_up(std::string url) {
    HttpRequest request{.method = "HEAD", .url = std::move(url)};
    const auto deadline = 2 * options_->connect_timeout;  // the connection, then the answer
    boost::asio::co_spawn(io_, run(options_, loop_, std::move(request), deadline, Purpose::connection),
                          [](std::exception_ptr error, const Result<HttpResponse>&) {
                              if (error) {
                                  std::rethrow_exception(error);
                              }
                          });
}

}  // namespace qrvend::http
