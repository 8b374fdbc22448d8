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

#include "tests/app/side_by_side.hpp"
#include "tests/app/stand.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

void require(bool done, const std::string& otherwise) {
    if (!done) {
        throw std::runtime_error(otherwise);
    }
}

// A small file system in memory, where this process may mount one.
class SmallDisk {
public:
    SmallDisk() {
        std::string pattern = (std::filesystem::temp_directory_path() / "qrvend-disk-XXXXXX").string();
        require(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
        path_ = pattern;
        mounted_ = ::mount("qrvend-test", path_.c_str(), "tmpfs", 0, "size=24m") == 0;
        why_not_ = mounted_ ? "" : std::strerror(errno);
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

    /// Empty where it is mounted.
    const std::string& why_not() const { return why_not_; }
    std::filesystem::path state() const { return path_ / "state"; }

    /// Until no byte is left.
    void fill() const {
        const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        require(file >= 0, "the disk cannot be filled");
        const std::string block(4096, 'x');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        const int reason = errno;
        ::close(file);
        require(reason == ENOSPC, "the disk is not full");
    }
    void make_room() const { std::filesystem::remove(filler()); }

private:
    std::filesystem::path filler() const { return path_ / "filler"; }

    std::filesystem::path path_;
    bool mounted_ = false;
    std::string why_not_;
};

// Whether these tests can be made; says so where they cannot.
bool disks_can_be_mounted() {
    const SmallDisk disk;
    if (!disk.why_not().empty()) {
        MESSAGE("skipped, because no disk can be mounted here: ", disk.why_not());
    }
    return disk.why_not().empty();
}

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

// Nobody has to touch it to find out that there is room again.
void back_when_there_is_room(const Stand& stand, const SmallDisk& disk, Process& daemon) {
    wait_until_said(daemon, R"(out of service detail="no room on the disk)");
    disk.make_room();
    wait_for(daemon, "in service");
    stand.sell(daemon, 13);
    stand.stop(daemon);
    judge(stand);
}

void full_between_sales() {
    const SmallDisk disk;
    const Stand stand({.state_directory = disk.state()});
    Process daemon = stand.start_daemon();
    stand.sell(daemon);
    disk.fill();
    stand.press(12);
    back_when_there_is_room(stand, disk, daemon);
    require(stand.payments().size() == 2, "the press on the full disk made a payment");
}

void full_during_a_sale(const std::string& fact) {
    const SmallDisk disk;
    const Stand stand({.vend_ms = 300, .state_directory = disk.state()});
    Process daemon = stand.start_daemon();
    stand.press(12);
    wait_for(daemon, "Requested");
    if (fact == "Requested") {
        disk.fill();
    }
    stand.on_phone("approve");
    if (fact != "Requested") {
        wait_for(daemon, fact);
        disk.fill();
    }
    require(wait_for(daemon, "Closed").contains("sold"), "not sold:\n" + daemon.output());
    stand.press(13);
    back_when_there_is_room(stand, disk, daemon);
}

void full_at_the_start() {
    const SmallDisk disk;
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
    wait_until_said(daemon, "Closed");
    back_when_there_is_room(stand, disk, daemon);
}

}  // namespace

TEST_CASE("the disk is full: a sale under way ends, no other begins, and the machine is back when there is room") {
    if (!disks_can_be_mounted()) {
        return;
    }
    run_side_by_side({{.name = "between two sales", .run = full_between_sales},
                      {.name = "code shown", .run = [] { full_during_a_sale("Requested"); }},
                      {.name = "approved", .run = [] { full_during_a_sale("Authorized"); }},
                      {.name = "dispensing", .run = [] { full_during_a_sale("VendStarted"); }},
                      {.name = "at the start", .run = full_at_the_start}});
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
