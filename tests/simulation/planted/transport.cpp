#include "tests/simulation/planted/transport.hpp"

#include <optional>
#include <utility>

namespace qrvend::simulation::planted {

namespace asio = boost::asio;

namespace {

class OneBehind final : public HttpTransport {
public:
    explicit OneBehind(HttpTransport& transport) : transport_(transport) {}

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, milliseconds deadline) override {
        auto answer = co_await transport_.send(std::move(request), deadline);
        if (!answer) {
            behind_ = answer.error().code == "timeout" && last_;
            co_return answer;
        }
        const auto before = std::exchange(last_, *answer);
        co_return behind_ ? *before : *answer;
    }

private:
    HttpTransport& transport_;
    std::optional<HttpResponse> last_;  // that came on this connection
    bool behind_ = false;
};

}  // namespace

std::unique_ptr<HttpTransport> answers_one_behind(HttpTransport& transport, Soil) {
    return std::make_unique<OneBehind>(transport);
}

}  // namespace qrvend::simulation::planted
