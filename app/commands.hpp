#pragma once
// The commands of `qrvend`, each in a file of its own name. They return the process's exit code: 0 done, 1 refused
// or failed with a message on standard error, 74 (EX_IOERR, sysexits.h) where the journal can no longer be written.

#include <cstdint>
#include <filesystem>
#include <string>

namespace qrvend::app {

inline constexpr int exit_failed = 1;
inline constexpr int exit_journal_broken = 74;

int check(const std::filesystem::path& config_file);

/// The JSON schema of config files, on standard output.
int print_schema();

int run(const std::filesystem::path& config_file);

struct DemoOptions {
    bool automatic = false;  ///< plays customer and phone itself
    std::string provider = "vipps";
    std::string machine = "simulated";
    std::string address;        ///< of the sandbox, for phones; empty: every address of this computer
    std::uint16_t port = 8080;  ///< of the sandbox; where it is taken, the kernel chooses another
    bool terminal = false;      ///< no window even where there is a display
};
int demo(const DemoOptions& options);

struct SandboxOptions {
    std::string provider = "vipps";
    std::string listen = "127.0.0.1:8080";  ///< address:port
    std::string public_url;                 ///< how phones and webhooks reach it; empty: http://LISTEN
};
int sandbox(const SandboxOptions& options);

int preview(const std::filesystem::path& out, const std::filesystem::path& config_file);

}  // namespace qrvend::app
