#pragma once
// A test stand for the real programs: a `qrvend sandbox` process as payment system and judge, a config file, and
// the daemon that sells with it. The customer's hands are the simulated machine's keypad and the phone page.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/simulated/machine.hpp"
#include "tests/support/process.hpp"

namespace qrvend::test {

/// One HTTP request to this computer; throws std::runtime_error where no answer comes.
std::string http_get(const std::string& url);
int http_post(const std::string& url, const std::string& body = {});

class Stand {
public:
    /// `capture` is the config's word for the capture order; `extra_sections` are added to the config as they
    /// stand.
    explicit Stand(std::string capture, std::string extra_sections = {});
    ~Stand();
    Stand(const Stand&) = delete;
    Stand& operator=(const Stand&) = delete;

    /// Starts the daemon and reads on until it is in service.
    Process start_daemon(bool wait_until_in_service = true) const;

    void press(int slot) const { command_machine(std::to_string(slot)); }
    void command_machine(const std::string& line) const;

    /// What the sandbox shows of its payments, in the order of their creation.
    std::vector<json::Value> payments() const;

    /// What the customer does with the newest payment: "approve" or "reject".
    void on_phone(const std::string& decision) const;

    std::string sandbox_url() const { return sandbox_url_; }
    std::filesystem::path folder() const { return folder_; }
    std::filesystem::path config_file() const { return folder_ / "kiosk.json"; }
    std::filesystem::path state() const { return folder_ / "state"; }
    std::vector<simulated::Deed> deeds() const;

    static constexpr int price_minor = 3500;

private:
    std::filesystem::path folder_;
    std::unique_ptr<Process> sandbox_;
    std::string sandbox_url_;
};

}  // namespace qrvend::test
