// A config file.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/config.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "drivers/vipps/settings.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

constexpr std::string_view secret = "s3cr3t-of-the-fuzzer";

/// Where the file seems to stand: with the secrets and pictures that the seeds name.
class Folder {
public:
    Folder() {
        std::filesystem::create_directory(folder_.path() / "credentials");
        for (const char* name : {"client-secret", "credentials/client-secret", "credentials/subscription-key"}) {
            write(name);
        }
        write("cola.svg");
    }

    std::filesystem::path file() const { return folder_.path() / "kiosk.json"; }
    qrvend::config::Surroundings surroundings() const {
        return {.credentials_directory = folder_.path() / "credentials"};
    }

private:
    void write(const std::string& name) const {
        std::ofstream(folder_.file(name)) << secret;
        std::filesystem::permissions(folder_.path() / name, std::filesystem::perms::owner_read);
    }

    TemporaryFolder folder_;
};

void check_problem(const qrvend::config::Problem& problem, std::string_view text) {
    const auto lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
    must(problem.line >= 1 && problem.line <= lines, "a problem has a line of the file");
    must(!problem.path.empty() && !problem.found.empty() && !problem.allowed.empty(),
         "a problem says where, what, and what is allowed");
    const std::string line = to_string(problem);
    must(std::ranges::none_of(line, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
         "a problem is one printable line");
    must(text.contains(secret) || !line.contains(secret), "no problem quotes a secret");
}

}  // namespace

void config(std::string_view bytes) {
    static const Folder folder;
    const auto loaded = qrvend::config::load_text(bytes, folder.file(), folder.surroundings());
    if (loaded) {
        must(qrvend::vipps::problems(loaded->payment.vipps).empty(), "what is accepted, the driver accepts too");
        must(!loaded->products.empty(), "there is something to sell");
        must(loaded->state_directory.is_absolute(), "the state directory does not depend on where we are");
        must(!has_error(loaded->warnings), "warnings are no errors");
    } else {
        must(has_error(loaded.error()), "a refusal says why");
    }
    for (const auto& problem : loaded ? loaded->warnings : loaded.error()) {
        check_problem(problem, bytes);
    }
}

}  // namespace qrvend::fuzz
