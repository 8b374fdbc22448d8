#include "tests/app/stand.hpp"

#include <sys/stat.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "drivers/http/client.hpp"

namespace qrvend::test {

namespace {

HttpResponse exchange(HttpRequest request) {
    boost::asio::io_context io;
    http::CurlClient client(io);
    std::optional<Result<HttpResponse>> answer;
    const std::string url = request.url;
    boost::asio::co_spawn(io, client.send(std::move(request), milliseconds{20'000}),
                          [&](const std::exception_ptr& failure, Result<HttpResponse> result) {
                              if (!failure) {
                                  answer = std::move(result);
                              }
                              io.stop();
                          });
    io.run();
    if (!answer || !*answer) {
        throw std::runtime_error("no answer from " + url + (answer ? ": " + answer->error().code : std::string{}));
    }
    return **answer;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// The value after `name: ` in the lines that `qrvend sandbox` prints.
std::string announced(Process& sandbox, const std::string& name) {
    const auto line = sandbox.read_until(name + ": ");
    if (!line) {
        throw std::runtime_error("the sandbox did not say its " + name + ":\n" + sandbox.output());
    }
    return line->substr(name.size() + 2);
}

}  // namespace

std::string http_get(const std::string& url) {
    return exchange({.method = "GET", .url = url, .headers = {}, .body = {}}).body;
}

int http_post(const std::string& url, const std::string& body) {
    return exchange({.method = "POST", .url = url, .headers = {}, .body = body}).status;
}

Stand::Stand(std::string capture, std::string extra_sections) {
    std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-stand-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    folder_ = pattern;
    sandbox_ = std::make_unique<Process>(std::vector<std::string>{
        build_directory() + "/qrvend", "sandbox", "--provider", "vipps", "--listen", "127.0.0.1:0"});
    sandbox_url_ = announced(*sandbox_, "base_url");
    const std::string serial = announced(*sandbox_, "merchant_serial_number");
    const std::string client = announced(*sandbox_, "client_id");
    write_file(folder_ / "client-secret", announced(*sandbox_, "client_secret"));
    write_file(folder_ / "subscription-key", announced(*sandbox_, "subscription_key"));
    write_file(config_file(), R"({
  "kiosk": { "id": "vm-test", "name": "Petra", "currency": "NOK", "languages": ["nb", "en"] },
  "products": [ { "slot": 12, "name": "Cola 0,5 l", "price_minor": )" +
                                  std::to_string(price_minor) +
                                  R"(, "vat_bp": 1500 } ],
  "machine": { "driver": "simulated", "simulated": { "own_keypad": true, "vend_ms": 50 } },
  "payment": { "provider": "vipps", "capture": ")" +
                                  capture + R"(",
    "vipps": { "base_url": ")" + sandbox_url_ +
                                  R"(", "merchant_serial_number": ")" + serial + R"(",
      "client_id": ")" + client + R"(", "client_secret": { "file": "client-secret" },
      "subscription_key": { "file": "subscription-key" } } },
  "state_directory": ")" + state().string() +
                                  R"(",
  "log_level": "info")" + extra_sections +
                                  "\n}\n");
}

Stand::~Stand() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Process Stand::start_daemon(bool wait_until_in_service) const {
    Process daemon({build_directory() + "/qrvend", "run", "--config", config_file().string()});
    if (wait_until_in_service && !daemon.read_until("in service")) {
        throw std::runtime_error("the daemon did not come into service:\n" + daemon.output());
    }
    return daemon;
}

void Stand::command_machine(const std::string& line) const {
    std::ofstream(state() / "simulated-keypad") << line << std::endl;
}

std::vector<json::Value> Stand::payments() const {
    const auto list = json::parse(http_get(sandbox_url_ + "/control/payments"));
    if (!list || !list->is_array()) {
        throw std::runtime_error("the sandbox does not list its payments");
    }
    return list->get<std::vector<json::Value>>();
}

void Stand::on_phone(const std::string& decision) const {
    const auto all = payments();
    if (all.empty() || http_post(json::string_at(all.back(), "phone_url").value_or("") + "/" + decision) != 303) {
        throw std::runtime_error("the phone page took no decision");
    }
}

std::vector<simulated::Deed> Stand::deeds() const {
    const auto record = state() / "simulated-machine.log";
    return std::filesystem::exists(record) ? simulated::Machine::read_record(record)
                                           : std::vector<simulated::Deed>{};
}

}  // namespace qrvend::test
