// The disk fills up, or the journal on it is not what it should be: a sale under way ends in agreement, no other
// begins, the reason is told, and nothing that was written is lost.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

// A small file system in memory, where this process may mount one.
class SmallDisk {
public:
    SmallDisk() {
        std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-disk-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
        mounted_ = ::mount("qrvend-test", path_.c_str(), "tmpfs", 0, "size=24m") == 0;
        if (!mounted_) {
            MESSAGE("skipped, because no disk can be mounted here: ", std::strerror(errno));
        }
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(path_.c_str(), MNT_DETACH);
        }
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }
    std::filesystem::path state() const { return path_ / "state"; }

    /// Until no byte is left.
    void fill() const {
        const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        REQUIRE(file >= 0);
        const std::string block(4096, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        CHECK(errno == ENOSPC);
        ::close(file);
    }
    void make_room() const { std::filesystem::remove(filler()); }

private:
    std::filesystem::path filler() const { return path_ / "filler"; }

    std::filesystem::path path_;
    bool mounted_ = false;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string sql(const std::filesystem::path& database, const std::string& statement) {
    const auto [code, output] = run({"sqlite3", database.string(), statement});
    REQUIRE_MESSAGE(code == 0, output);
    return output;
}

// A state directory whose journal holds one whole sale.
void sell_one(const Stand& stand) {
    Process daemon = stand.start_daemon();
    stand.sell(daemon);
    stand.stop(daemon);
}

// The daemon does not start, says why, and leaves the journal as it is.
void refuse(const Stand& stand, const std::vector<std::string>& words) {
    const auto journal = stand.state() / "journal.db";
    const std::string before = read_file(journal);
    const auto [code, output] =
        run({build_directory() + "/qrvend", "run", "--config", stand.config_file().string()});
    CAPTURE(output);
    CHECK(code == 1);
    CHECK(!output.contains("in service"));
    CHECK(output.contains(journal.string()));
    for (const std::string& word : words) {
        CAPTURE(word);
        CHECK(output.contains(word));
    }
    CHECK(read_file(journal) == before);
}

}  // namespace

TEST_CASE("the disk is full between two sales: out of service with the reason, and back when there is room") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        return;
    }
    const Stand stand({.state_directory = disk.state()});
    Process daemon = stand.start_daemon();
    stand.sell(daemon);
    disk.fill();
    stand.press(12);
    CHECK(wait_for(daemon, "out of service").contains("disk"));
    CHECK(stand.payments().size() == 1);
    disk.make_room();
    wait_for(daemon, "in service");
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

TEST_CASE("the disk is full in the middle of a sale: it ends, and then the machine is out of service") {
    for (const char* fact : {"Requested", "Authorized", "VendStarted"}) {
        CAPTURE(std::string(fact));
        const SmallDisk disk;
        if (!disk.mounted()) {
            return;
        }
        const Stand stand({.vend_ms = 300, .state_directory = disk.state()});
        Process daemon = stand.start_daemon();
        stand.press(12);
        wait_for(daemon, "Requested");
        if (fact == std::string("Requested")) {
            disk.fill();
        }
        stand.on_phone("approve");
        if (fact != std::string("Requested")) {
            wait_for(daemon, fact);
            disk.fill();
        }
        CHECK(wait_for(daemon, "Closed").contains("sold"));
        stand.press(13);
        CHECK(wait_for(daemon, "out of service").contains("disk"));
        disk.make_room();
        wait_for(daemon, "in service");
        stand.sell(daemon, 13);
        stand.stop(daemon);
        judge(stand);
    }
}

TEST_CASE("a start on a full disk settles what is open and sells nothing") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        return;
    }
    const Stand stand({.state_directory = disk.state()});
    {
        Process daemon = stand.start_daemon();
        stand.press(12);
        wait_for(daemon, "Requested");
        stand.on_phone("approve");
        wait_for(daemon, "Authorized");
        daemon.signal(SIGKILL);
        daemon.wait();
    }
    disk.fill();
    Process daemon = stand.start_daemon(false);
    wait_for(daemon, "Closed");
    disk.make_room();
    stand.press(12);
    wait_for(daemon, "in service");
    stand.sell(daemon);
    stand.stop(daemon);
    judge(stand);
}

TEST_CASE("what is not a journal, or not a whole one, is refused and left alone") {
    const Stand stand;
    std::filesystem::create_directory(stand.state());
    const auto journal = stand.state() / "journal.db";
    std::ofstream(journal) << std::string(9000, 'x');
    refuse(stand, {"not a database"});

    std::filesystem::remove(journal);
    sell_one(stand);
    const std::string whole = read_file(journal);
    std::ofstream(journal) << whole.substr(0, whole.size() / 2);
    refuse(stand, {"malformed"});
    std::ofstream(journal) << whole;
    sell_one(stand);
    judge(stand);
}

TEST_CASE("a journal of a newer qrvend is refused, and the newer one finds everything") {
    const Stand stand;
    sell_one(stand);
    const auto journal = stand.state() / "journal.db";
    const std::string version = sql(journal, "PRAGMA user_version");
    const std::string facts = sql(journal, "SELECT count(*), max(sequence) FROM facts");
    sql(journal, "PRAGMA user_version = 99");
    refuse(stand, {"99", "newer"});
    sql(journal, "PRAGMA user_version = " + version);
    CHECK(sql(journal, "SELECT count(*), max(sequence) FROM facts") == facts);
    sell_one(stand);
    judge(stand);
}

TEST_CASE("a journal with a fact that nobody knows is refused") {
    const Stand stand;
    {
        Process daemon = stand.start_daemon();
        stand.press(12);
        wait_for(daemon, "Requested");
        daemon.signal(SIGKILL);
        daemon.wait();
    }
    const auto journal = stand.state() / "journal.db";
    sql(journal,
        "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) "
        "SELECT sale, 0, 0, 0, 'teleported', '{}' FROM facts LIMIT 1");
    refuse(stand, {"teleported"});
    CHECK(stand.payments().size() == 1);
}
