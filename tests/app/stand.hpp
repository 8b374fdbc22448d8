#pragma once
// A test stand for the real programs: a `qrvend sandbox` process as payment system and judge, a config file, and
// the daemon that sells with it. The customer's hands are the simulated machine's keypad and the phone page.
//
// Everything here throws std::runtime_error, with the daemon's log where there is one, when what should happen does
// not: so that it serves in threads too, where doctest's assertions cannot end a test.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "drivers/json/json.hpp"
#include "drivers/simulated/machine.hpp"
#include "tests/support/process.hpp"

namespace qrvend::test {

struct Answer {
    int status = 0;
    std::string body;
};

/// One HTTP request to this computer.
Answer http(const std::string& method, const std::string& url, const std::string& body = {});

/// A TCP port of this computer that nobody listens on, and that the kernel gives to nobody by itself.
std::uint16_t free_port();

/// Reads on until a line of the program's output holds `part`, and returns that line.
std::string wait_for(Process& program, const std::string& part);

/// Reads on until the program has said it so many times since its start, in whatever order with other things.
void wait_until_said(Process& program, const std::string& part, int times = 1);

/// Reads what the program still says, to its end, and returns its exit code.
int wait_for_end(Process& program);

/// What the config says besides what every config of a stand says. The texts named "more" are JSON members as they
/// stand in a file, each with a comma before it.
struct StandSettings {
    std::string capture = "before_vend";
    std::string unknown_vend = "refund";
    bool own_keypad = true;
    int vend_ms = 50;
    std::string more_of_machine{};
    std::string machine{};  ///< the section in braces; empty: a simulated machine, as the three above say
    std::string more_of_payment{};
    std::string more_of_vipps{};
    std::string more_sections{};
    std::string products{};  ///< the list in brackets; empty: those of price_minor_of()
    std::string display{};   ///< the X server of the screen, such as ":7"; empty: no display section
    std::string display_mode = "full_screen";
    std::filesystem::path state_directory;  ///< empty: a folder of the stand's own
};

class Stand {
public:
    /// Starts a sandbox, and writes a config that sells with it.
    explicit Stand(const StandSettings& settings = {});
    ~Stand();
    Stand(const Stand&) = delete;
    Stand& operator=(const Stand&) = delete;

    /// Starts the daemon and reads on until it is in service.
    Process start_daemon(bool wait_until_in_service = true) const;

    /// SIGTERM. The daemon must end in order and must not have written a secret into its log.
    void stop(Process& daemon) const;

    void press(int slot) const { command_machine(std::to_string(slot)); }
    void command_machine(const std::string& line) const;

    /// What the customer does with the newest payment, "approve" or "reject", and the form that the page sends.
    void on_phone(const std::string& decision, const std::string& form = {}) const;

    /// Presses, pays and waits until the product has dropped and all is settled.
    void sell(Process& daemon, int slot = 12) const;

    /// What the sandbox shows of its payments, in the order of their creation.
    std::vector<json::Value> payments() const;
    json::Value newest_payment() const;

    /// The sandbox's control interface (drivers/vipps/sandbox/README.md): POST /control/`path`.
    void control(const std::string& path, const std::string& body = {}) const;
    void control_newest(const std::string& action, const std::string& body = {}) const;
    void set(const std::string& settings) const;  ///< PATCH /control/settings
    void break_call(const std::string& call, const std::string& trouble, const std::string& more = {}) const;
    void break_webhook(const std::string& trouble, const std::string& more = {}) const;
    void mend() const;  ///< no faults any more

    Process& sandbox() { return *sandbox_; }

    /// Ends the sandbox, with all that it knows; starts another one at the same address.
    void end_sandbox();
    void start_sandbox();

    const std::string& sandbox_url() const { return sandbox_url_; }
    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path config_file() const { return folder_ / "kiosk.json"; }
    const std::filesystem::path& state() const { return state_; }
    std::vector<simulated::Deed> deeds() const;
    std::ptrdiff_t count(simulated::Deed::What what) const;

    /// Slot 12 is a bottle, 13 another, 21 is for adults, 22 is sold out.
    static std::int64_t price_minor_of(Slot slot);

private:
    void write_config(const StandSettings& settings) const;

    std::filesystem::path folder_;
    std::filesystem::path state_;
    std::string display_;
    std::uint16_t port_ = 0;
    std::string sandbox_url_;
    std::unique_ptr<Process> sandbox_;
};

struct Verdict {
    /// The price of products that dropped while nobody could tell, and that the operator pays for (`unknown_vend`:
    /// refund).
    std::int64_t given_away_minor = 0;
};

/// Money and goods as the sandbox and the machine's own record show them, never as the journal says: what was kept
/// is the price of what dropped, nothing is left reserved or waiting, nothing was commanded twice.
void judge(const Stand& stand, Verdict verdict = {});

/// The same of figures that were noted down before the sandbox could forget them.
void judge(const std::vector<simulated::Deed>& deeds, const std::vector<json::Value>& payments,
           Verdict verdict = {});

/// What in the text must never stand in a log: keys, tokens, the secrets of webhooks. Empty where it is clean.
std::string secret_in(const std::string& log);

}  // namespace qrvend::test
