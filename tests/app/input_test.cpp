// What a tired technician types and writes: every mistake is told in words that help, and nothing is half started.

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

const std::string program = build_directory() + "/qrvend";

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-input-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

// Both `check` and `run` refuse, with these words each, and there is no state directory afterwards.
void refuse(const std::filesystem::path& config, const std::filesystem::path& state,
            const std::vector<std::string>& words) {
    for (const char* command : {"check", "run"}) {
        CAPTURE(command);
        const auto [code, output] = run({program, command, "--config", config.string()});
        CAPTURE(output);
        CHECK(code == 1);
        for (const std::string& word : words) {
            CAPTURE(word);
            CHECK(output.contains(word));
        }
        CHECK(!std::filesystem::exists(state));
    }
}

}  // namespace

TEST_CASE("a config wrong in many places: every place in one run, and nothing is started") {
    const Folder folder;
    const auto config = folder.path() / "kiosk.json";
    const auto state = folder.path() / "state";
    write_file(config, R"({
  "kiosk": { "id": "vm 42", "name": "Petra", "currency": "XXL", "languages": ["nb", "klingon"] },
  "products": [
    { "slot": 12, "name": "Cola", "price_minor": -1, "vat_bp": 1500 },
    { "slot": 12, "name": "Vann", "price_minor": 2900, "vat_bp": 1500, "colour": "blue" } ],
  "machine": { "driver": "steam" },
  "payment": { "provider": "vipps", "timeout_s": 5,
    "vipps": { "merchant_serial_number": "12", "client_id": "x", "client_secret": "in the open",
               "subscription_key": { "file": "there-is-none" }, "base_url": "ftp://example.com" } },
  "web": { "port": 70000 },
  "state_directory": ")" + state.string() +
                           R"("
})");
    std::vector<std::string> words;
    for (const char* place : {"2: kiosk.id", "2: kiosk.languages", "4: products[0].price_minor", "products[1].slot",
                              "5: products[1]: unknown key \"colour\"", "6: machine.driver", "7: payment.timeout_s",
                              "8: payment.vipps.merchant_serial_number", "8: payment.vipps.client_secret",
                              "9: payment.vipps.subscription_key", "9: payment.vipps.base_url", "10: web.port"}) {
        words.push_back(config.string() + ":" + place);
    }
    words[3] = "products[1].slot";
    refuse(config, state, words);
    const auto [code, output] = run({program, "check", "--config", config.string()});
    CHECK(!output.contains("in the open"));
}

TEST_CASE("no config, a folder as config, and a secret that everybody can read") {
    const Stand stand;
    const auto missing = stand.folder() / "nothing.json";
    refuse(missing, stand.state(), {missing.string(), "No such file"});
    refuse(stand.folder(), stand.state(), {stand.folder().string()});
    std::filesystem::permissions(stand.folder() / "client-secret", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    refuse(stand.config_file(), stand.state(), {"client_secret", "client-secret", "chmod 600"});
}

TEST_CASE("a second daemon on the same state directory is refused, and the first sells on") {
    const Stand stand;
    Process first = stand.start_daemon();
    const auto [code, output] = run({program, "run", "--config", stand.config_file().string()});
    CAPTURE(output);
    CHECK(code == 1);
    CHECK(output.contains(stand.state().string()));
    CHECK(output.contains("in use by another qrvend"));
    stand.sell(first);
    stand.stop(first);
    judge(stand);
}

TEST_CASE("a port that is taken is named, by the daemon and by the sandbox") {
    boost::asio::io_context io;
    using boost::asio::ip::tcp;
    const tcp::acceptor other(io, {boost::asio::ip::address_v4::loopback(), 0});
    const std::string address = "127.0.0.1:" + std::to_string(other.local_endpoint().port());
    const Stand stand({.more_of_vipps = R"(, "webhook_url": "http://)" + address + "/vipps\"",
                       .more_sections = R"(, "web": { "port": )" + address.substr(address.find(':') + 1) + " }"});
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{program, "run", "--config", stand.config_file().string()},
          {program, "sandbox", "--provider", "vipps", "--listen", address}}) {
        const auto [code, output] = run(command);
        CAPTURE(output);
        CHECK(code == 1);
        CHECK(output.contains(address.substr(address.find(':') + 1)));
        CHECK(output.contains("in use"));
    }
}

TEST_CASE("a state directory that cannot be had is named with the reason") {
    for (const char* state : {"/proc/qrvend", "/dev/null/qrvend", "/dev/null", "/there/is/no/such/folder"}) {
        CAPTURE(state);
        const Stand stand({.state_directory = state});
        const auto [code, output] = run({program, "run", "--config", stand.config_file().string()});
        CAPTURE(output);
        CHECK(code == 1);
        CHECK(output.contains(state));
    }
}

TEST_CASE("a command line that makes no sense is refused with what does") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> lines{
        {{}, "subcommand"},
        {{"sel"}, "subcommand"},
        {{"run"}, "--config"},
        {{"run", "--confg", "x"}, "--config"},
        {{"check", "--config"}, "--config"},
        {{"sandbox", "--provider", "vipps", "--listen", "nonsense"}, "ADDRESS:PORT"},
        {{"sandbox", "--provider", "vipps", "--listen", "127.0.0.1:99999"}, "ADDRESS:PORT"},
        {{"sandbox", "--provider", "cash", "--listen", "127.0.0.1:0"}, "vipps"},
        {{"demo", "--machine", "steam"}, "simulated"},
        {{"preview"}, "--out"},
        {{"preview", "--out", "/dev/null/x"}, "/dev/null/x"}};
    for (const auto& [words, answer] : lines) {
        std::vector<std::string> command{program};
        command.insert(command.end(), words.begin(), words.end());
        const auto [code, output] = run(command);
        CAPTURE(output);
        CAPTURE(answer);
        CHECK(code != 0);
        CHECK(output.contains(answer));
    }
}
