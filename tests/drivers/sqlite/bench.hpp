#pragma once
// What the tests of the journal on disk share: a directory that goes away again, a log to look into, and the bench
// for the contract.

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/journal.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/journal_contract.hpp"
#include "tests/support/faulty_vfs.hpp"

namespace qrvend::test {

class RecordingLog : public Log {
public:
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> /*fields*/) override {
        lines_.emplace_back(level, message);
    }
    bool has(LogLevel level, std::string_view part) const {
        return std::ranges::any_of(lines_, [&](const auto& line) {
            return line.first == level && line.second.find(part) != std::string::npos;
        });
    }

private:
    std::vector<std::pair<LogLevel, std::string>> lines_;
};

/// The journal on a disk that may fail, in a directory of its own.
class SqliteBench : public JournalBench {
public:
    SqliteBench() { restart(); }

    Journal& journal() override { return *journal_; }
    sqlite::Journal& sqlite_journal() { return *journal_; }
    FaultyVfs& disk() { return disk_; }
    RecordingLog& log() { return log_; }
    std::filesystem::path state_directory() const { return directory_.path() / "state"; }
    std::filesystem::path file(const char* name) const { return state_directory() / name; }

    void close() { journal_.reset(); }
    void restart() override {
        close();
        disk_.disarm();
        auto opened = sqlite::Journal::open(state_directory(), io(), log_, {.vfs = FaultyVfs::name});
        REQUIRE_MESSAGE(opened, opened.error().text);
        journal_ = std::move(*opened);
    }
    void break_next_append() override { disk_.arm(1, FaultyVfs::Fault::io_error); }

    // A directory in the place of the reserve: no room can be set aside in it.
    void fill_disk() override {
        std::filesystem::remove(file("reserve"));
        std::filesystem::create_directory(file("reserve"));
    }
    void empty_disk() override { std::filesystem::remove(file("reserve")); }

private:
    TemporaryFolder directory_;
    FaultyVfs disk_;
    RecordingLog log_;
    std::unique_ptr<sqlite::Journal> journal_;
};

}  // namespace qrvend::test
