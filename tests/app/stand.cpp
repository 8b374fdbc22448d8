#include "tests/app/stand.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <stdexcept>

#include "drivers/http/client.hpp"
#include "drivers/vipps/sandbox/settings.hpp"

namespace qrvend::test {

namespace {

using simulated::Deed;

constexpr const char* all_products = R"([
    { "slot": 12, "name": "Cola 0,5 l", "price_minor": 3500, "vat_bp": 1500 },
    { "slot": 13, "name": "Vann 0,5 l", "price_minor": 2900, "vat_bp": 1500 },
    { "slot": 21, "name": "Snus", "price_minor": 9900, "vat_bp": 2500, "minimum_age_years": 18 },
    { "slot": 22, "name": "Sjokolade", "price_minor": 2500, "vat_bp": 1500, "sold_out": true } ])";

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void require(bool done, const std::string& otherwise) {
    if (!done) {
        throw std::runtime_error(otherwise);
    }
}

std::string simulated_machine(const StandSettings& settings) {
    return R"({ "driver": "simulated", "simulated": { "own_keypad": )" +
           std::string(settings.own_keypad ? "true" : "false") + R"(, "vend_ms": )" +
           std::to_string(settings.vend_ms) + settings.more_of_machine + " } }";
}

std::int64_t amount(const json::Value& payment, const char* name) {
    return json::integer_at(payment, name).value();
}

}  // namespace

Answer http(const std::string& method, const std::string& url, const std::string& body) {
    boost::asio::io_context io;
    http::CurlClient client(io);
    std::optional<Result<HttpResponse>> answer;
    HttpRequest request{.method = method, .url = url, .headers = {}, .body = body};
    boost::asio::co_spawn(io, client.send(std::move(request), milliseconds{20'000}),
                          [&](const std::exception_ptr& failure, Result<HttpResponse> result) {
                              if (!failure) {
                                  answer = std::move(result);
                              }
                              io.stop();
                          });
    io.run();
    if (!answer || !*answer) {
        throw std::runtime_error("no answer from " + url + (answer ? ": " + answer->error().code : ""));
    }
    return {.status = (*answer)->status, .body = (*answer)->body};
}

// Below the ports of outgoing connections (ip_local_port_range begins at 32768): one of those may take a port
// between its choice here and the program that is to listen on it. And closed on exec, or a program that another
// thread starts just now would keep it.
std::uint16_t free_port() {
    constexpr int first = 20'000;
    constexpr int count = 12'000;
    const std::lock_guard alone(starting());
    static std::atomic<int> next{static_cast<int>(::getpid())};
    for (int tries = 0; tries < count; ++tries) {
        const auto port = static_cast<std::uint16_t>(first + next++ % count);
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(probe);
        if (free) {
            return port;
        }
    }
    throw std::runtime_error("no port is free");
}

std::string wait_for(Process& program, const std::string& part) {
    const auto line = program.read_until(part);
    require(line.has_value(), "waited in vain for \"" + part + "\" in:\n" + program.output());
    return *line;
}

void wait_until_said(Process& program, const std::string& part, int times) {
    const auto said = [&] {
        int count = 0;
        for (std::size_t at = program.output().find(part); at != std::string::npos;
             at = program.output().find(part, at + part.size())) {
            ++count;
        }
        return count;
    };
    while (said() < times) {
        wait_for(program, part);
    }
}

int wait_for_end(Process& program) {
    while (program.read_line()) {
    }
    const auto code = program.wait();
    require(code.has_value(), "it does not end:\n" + program.output());
    return *code;
}

Stand::Stand(const StandSettings& settings) : display_(settings.display), port_(free_port()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-stand-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
    folder_ = pattern;
    state_ = settings.state_directory.empty() ? folder_ / "state" : settings.state_directory;
    sandbox_url_ = "http://127.0.0.1:" + std::to_string(port_);
    start_sandbox();
    write_config(settings);
}

Stand::~Stand() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void Stand::write_config(const StandSettings& settings) const {
    const vipps::sandbox::Settings merchant;
    write_file(folder_ / "client-secret", merchant.client_secret);
    write_file(folder_ / "subscription-key", merchant.subscription_key);
    std::string text = R"({
  "kiosk": { "id": "vm-test", "name": "Petra", "currency": "NOK", "languages": ["nb", "en"] },
  "products": )";
    text += settings.products.empty() ? all_products : settings.products;
    text += R"(,
  "machine": )" +
            (settings.machine.empty() ? simulated_machine(settings) : settings.machine) + R"(,
  "payment": { "provider": "vipps", "capture": ")";
    text += settings.capture + R"(", "unknown_vend": ")" + settings.unknown_vend + "\"" + settings.more_of_payment;
    text += R"(,
    "vipps": { "base_url": ")";
    text += sandbox_url_ + R"(", "merchant_serial_number": ")" + merchant.merchant_serial_number;
    text += R"(",
      "client_id": ")";
    text += merchant.client_id + R"(", "client_secret": { "file": "client-secret" },
      "subscription_key": { "file": "subscription-key" })";
    text += settings.more_of_vipps + R"( } },
  "state_directory": ")" +
            state_.string() + R"(",
  "log_level": "debug")" +
            settings.more_sections;
    text += settings.display.empty()
                ? R"(, "display": { "enabled": false })"
                : R"(, "display": { "video_driver": "x11", "mode": ")" + settings.display_mode + "\" }";
    text += "\n}\n";
    write_file(config_file(), text);
}

void Stand::start_sandbox() {
    sandbox_ = std::make_unique<Process>(std::vector<std::string>{build_directory() + "/qrvend", "sandbox",
                                                                  "--provider", "vipps", "--listen",
                                                                  "127.0.0.1:" + std::to_string(port_)});
    wait_for(*sandbox_, "subscription_key: ");
}

void Stand::end_sandbox() {
    sandbox_->signal(SIGTERM);
    wait_for_end(*sandbox_);
}

Process Stand::start_daemon(bool wait_until_in_service) const {
    Process daemon({build_directory() + "/qrvend", "run", "--config", config_file().string()},
                   {{"DISPLAY", display_}, {"WAYLAND_DISPLAY", ""}});
    if (wait_until_in_service) {
        wait_for(daemon, "in service");
    }
    return daemon;
}

void Stand::stop(Process& daemon) const {
    daemon.signal(SIGTERM);
    const int code = wait_for_end(daemon);
    require(code == 0, "the daemon ended with " + std::to_string(code) + ":\n" + daemon.output());
    const std::string secret = secret_in(daemon.output());
    require(secret.empty(), "the log holds the secret " + secret + ":\n" + daemon.output());
}

// Not through a stream, which would wait for ever where no daemon reads.
void Stand::command_machine(const std::string& line) const {
    const auto pipe = state_ / "simulated-keypad";
    const int keypad = ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    require(keypad >= 0, "nobody reads the keypad " + pipe.string());
    const std::string text = line + "\n";
    const auto written = ::write(keypad, text.data(), text.size());
    ::close(keypad);
    require(std::cmp_equal(written, text.size()), "the keypad does not take " + line);
}

void Stand::on_phone(const std::string& decision, const std::string& form) const {
    const std::string page = json::string_at(newest_payment(), "phone_url").value();
    require(http("POST", page + "/" + decision, form).status == 303, "the phone page takes no " + decision);
}

void Stand::sell(Process& daemon, int slot) const {
    press(slot);
    wait_for(daemon, "Requested");
    on_phone("approve");
    const std::string closed = wait_for(daemon, "Closed");
    require(closed.contains("sold"), "not sold:\n" + daemon.output());
}

std::vector<json::Value> Stand::payments() const {
    const auto list = json::parse(http("GET", sandbox_url_ + "/control/payments").body);
    require(list && list->is_array(), "the sandbox does not list its payments");
    return list->get<std::vector<json::Value>>();
}

json::Value Stand::newest_payment() const {
    const auto all = payments();
    require(!all.empty(), "the sandbox has no payment");
    return all.back();
}

void Stand::control(const std::string& path, const std::string& body) const {
    const Answer answer = http("POST", sandbox_url_ + "/control/" + path, body);
    require(answer.status / 100 == 2, "/control/" + path + ": " + answer.body);
}

void Stand::control_newest(const std::string& action, const std::string& body) const {
    control("payments/" + json::string_at(newest_payment(), "reference").value() + "/" + action, body);
}

void Stand::set(const std::string& settings) const {
    const Answer answer = http("PATCH", sandbox_url_ + "/control/settings", settings);
    require(answer.status == 200, "/control/settings: " + answer.body);
}

void Stand::break_call(const std::string& call, const std::string& trouble, const std::string& more) const {
    control("faults", R"({"call":")" + call + R"(","trouble":")" + trouble + "\"" + more + "}");
}

void Stand::break_webhook(const std::string& trouble, const std::string& more) const {
    control("webhook-faults", R"({"trouble":")" + trouble + "\"" + more + "}");
}

void Stand::mend() const {
    http("DELETE", sandbox_url_ + "/control/faults");
}

std::vector<Deed> Stand::deeds() const {
    const auto record = state_ / "simulated-machine.log";
    return std::filesystem::exists(record) ? simulated::Machine::read_record(record) : std::vector<Deed>{};
}

std::ptrdiff_t Stand::count(Deed::What what) const {
    return std::ranges::count(deeds(), what, &Deed::what);
}

std::int64_t Stand::price_minor_of(Slot slot) {
    switch (slot.number) {
        case 12:
            return 3500;
        case 13:
            return 2900;
        case 21:
            return 9900;
        default:
            throw std::logic_error("nothing drops from slot " + std::to_string(slot.number));
    }
}

void judge(const Stand& stand, Verdict verdict) {
    judge(stand.deeds(), stand.payments(), verdict);
}

void judge(const std::vector<Deed>& deeds, const std::vector<json::Value>& payments, Verdict verdict) {
    std::set<std::string> commanded;
    std::int64_t dropped_minor = 0;
    for (const Deed& deed : deeds) {
        if (deed.what == Deed::What::commanded) {
            require(commanded.insert(deed.vend).second, "commanded twice: " + deed.vend);
        }
        if (deed.what == Deed::What::dropped) {
            dropped_minor += Stand::price_minor_of(deed.slot);
        }
    }
    std::int64_t kept_minor = 0;
    std::size_t approved = 0;
    for (const json::Value& payment : payments) {
        const std::int64_t reserved =
            amount(payment, "authorized") - amount(payment, "captured") - amount(payment, "cancelled");
        require(reserved <= 0, "money is left reserved: " + payment.dump());
        require(json::string_at(payment, "state") != "CREATED", "left waiting: " + payment.dump());
        kept_minor += amount(payment, "captured") - amount(payment, "refunded");
        approved += amount(payment, "authorized") > 0 ? 1U : 0U;
    }
    require(commanded.size() <= approved, "more vends than approvals");
    require(kept_minor + verdict.given_away_minor == dropped_minor,
            "kept " + std::to_string(kept_minor) + ", dropped goods of " + std::to_string(dropped_minor));
}

std::string secret_in(const std::string& log) {
    const vipps::sandbox::Settings merchant;
    for (const std::string& key : {merchant.client_secret, merchant.subscription_key}) {
        if (log.contains(key)) {
            return key;
        }
    }
    // Tokens have a thousand characters and webhook secrets 88; nothing else that is logged is nearly as long.
    constexpr std::size_t longest_word = 80;
    std::string word;
    for (const char letter : log) {
        const bool encoded =
            std::isalnum(static_cast<unsigned char>(letter)) != 0 || std::string_view("+/_-.").contains(letter);
        if (encoded) {
            word += letter;
        } else {
            word.clear();
        }
        if (word.size() >= longest_word) {
            return word;
        }
    }
    return {};
}

}  // namespace qrvend::test
