#pragma once
// The config file of a kiosk, read and checked: what `qrvend run` starts with and what `qrvend check` prints about
// it. load() finds every problem in one run; a Config exists only where there is no error.
//
// The keys themselves, with their limits, defaults and descriptions, are declared in the section_*.cpp files; from
// those declarations come the checks, the defaults and the JSON schema (schema.hpp).

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/problem.hpp"
#include "controller/base/money.hpp"
#include "controller/base/product.hpp"
#include "controller/base/time.hpp"
#include "controller/ports/log.hpp"
#include "controller/sale/policy.hpp"
#include "display/settings.hpp"
#include "drivers/mdb/settings.hpp"
#include "drivers/modbus/settings.hpp"
#include "drivers/vipps/settings.hpp"

namespace qrvend::config {

struct KioskSettings {
    std::string id;    ///< 1 to 24 letters, digits and hyphens
    std::string name;  ///< as customers and receipts call the machine
    Currency currency;
    std::vector<std::string> languages;  ///< at least one of nb, sv, da, fi, en; the first is shown first
};

struct ProductSettings {
    Product product;
    std::filesystem::path picture;  ///< an existing file; empty where the config names none
    bool sold_out = false;
};

/// A machine in memory (drivers/simulated).
struct SimulatedMachineSettings {
    bool own_keypad = false;       ///< customers choose on the machine, not on the screen
    bool confirms_product = true;  ///< it has a drop sensor
    std::optional<seconds> answer_limit{};
    milliseconds vend_time{0};  ///< from the command until the product drops
};

struct MachineSettings {
    std::string driver;  ///< "simulated", "modbus" or "mdb"
    SimulatedMachineSettings simulated;
    std::optional<modbus::Settings> modbus;  ///< where it is the driver
    std::optional<mdb::Settings> mdb;        ///< likewise
};

struct PaymentSettings {
    std::string provider;  ///< "vipps"
    CaptureOrder capture = CaptureOrder::before_vend;
    UnknownVend unknown_vend = UnknownVend::refund;
    seconds timeout{300};  ///< how long the code is shown at most
    vipps::Settings vipps;
};

/// Where this machine's own web server listens: for the provider's callbacks, passed on by a proxy or a tunnel.
struct WebSettings {
    bool enabled = true;
    std::string address;  ///< an IPv4 or IPv6 address
    std::uint16_t port = 0;
};

struct Config {
    KioskSettings kiosk;
    std::vector<ProductSettings> products;  ///< at least one; no two with the same slot
    MachineSettings machine;
    PaymentSettings payment;
    std::optional<display::Settings> display;  ///< nothing: a machine without a screen of ours
    WebSettings web;
    std::filesystem::path state_directory;  ///< absolute
    LogLevel log_level = LogLevel::notice;
    std::vector<Problem> warnings;  ///< what is usable and yet not right
};

/// What a config refers to outside its own file.
struct Surroundings {
    /// $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=); nothing where systemd did not start the process.
    std::optional<std::filesystem::path> credentials_directory{};

    static Surroundings of_this_process();
};

/// Reads and checks `file`. Relative paths in it start from the file's own folder. The problems of a failure hold
/// at least one error, and the warnings besides, in the order of their lines. No problem quotes a secret,
/// unless it was written where a path or another key's value belongs.
std::expected<Config, std::vector<Problem>> load(
    const std::filesystem::path& file, const Surroundings& surroundings = Surroundings::of_this_process());

/// As load(), for a text that is in memory already. `file` names it in problems, and its folder is where relative
/// paths start.
std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::filesystem::path& file,
                                                      const Surroundings& surroundings);

}  // namespace qrvend::config
