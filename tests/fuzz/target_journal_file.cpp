// A state directory whose files something else has changed. The first byte says what the rest is:
//
//     f  the database file            l  the write-ahead log beside a sound file
//     p  patches to a sound file      q  patches to the log of a journal that was not closed
//     r  facts such as another version of qrvend might have written
//
// A patch is an offset of two bytes, high byte first, a length of one, and so many bytes. Facts are lines of sale,
// kind and members with tabs between them.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "drivers/sqlite/database.hpp"
#include "drivers/sqlite/fact_json.hpp"
#include "drivers/sqlite/fact_names.hpp"
#include "drivers/sqlite/store.hpp"
#include "drivers/system/temporary_folder.hpp"
#include "tests/drivers/fact_samples.hpp"
#include "tests/fuzz/message.hpp"
#include "tests/fuzz/must.hpp"
#include "tests/fuzz/targets.hpp"

namespace qrvend::fuzz {

namespace {

namespace fs = std::filesystem;
using Opened = std::expected<std::unique_ptr<sqlite::Store>, sqlite::OpenError>;

constexpr const char* file_name = "journal.db";
constexpr const char* log_name = "journal.db-wal";
constexpr Stamp stamp{
    .wall = WallTime{seconds{1795248000}}, .monotonic = MonotonicTime{seconds{5000}}, .boot = {.value = 7}};

Opened open(const fs::path& directory) {
    return sqlite::Store::open(directory, {.min_free_bytes = 0}, [](LogLevel, const std::string&) {});
}

std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, std::string_view content) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

Result<std::vector<Record>> append(sqlite::Store& store, const char* sale, std::vector<Fact> facts) {
    const std::vector<sqlite::Append> batch{{.sale = SaleId(sale), .stamp = stamp, .facts = std::move(facts)}};
    auto records = store.append(batch);
    return records ? Result<std::vector<Record>>(std::move(records->front())) : std::unexpected(records.error());
}

/// The files of a journal with an open and a closed sale.
struct Files {
    std::string file;             ///< closed in good order, so without a log
    std::string unfinished_file;  ///< not closed: most of it is in the log
    std::string log;
};

Files make_files() {
    const TemporaryFolder folder;
    Files files;
    {
        const Opened store = open(folder.path());
        must(store.has_value(), "a new journal opens");
        must(append(**store, "OPEN", {test::opened(), test::intended()}).has_value(), "a new journal takes facts");
        must(append(**store, "CLOSED", {test::opened(), fact::Closed{}}).has_value(), "of several sales");
        must((*store)->remember("vipps.webhook.123456", "{}").has_value(), "and remembers");
        files.unfinished_file = content_of(folder.path() / file_name);
        files.log = content_of(folder.path() / log_name);
    }
    files.file = content_of(folder.path() / file_name);
    return files;
}

std::string patched(std::string content, std::string_view patches) {
    constexpr std::size_t head = 3;
    const auto byte = [&](std::size_t at) { return std::size_t{static_cast<unsigned char>(patches[at])}; };
    while (patches.size() > head) {
        const std::size_t offset = (byte(0) << 8U) + byte(1);
        const std::string_view bytes = patches.substr(head, byte(2));
        content.replace(std::min(offset, content.size()), bytes.size(), bytes);
        patches.remove_prefix(head + bytes.size());
    }
    return content;
}

void insert_facts(const fs::path& directory, std::string_view lines) {
    auto database = sqlite::Database::open(directory / file_name, nullptr);
    must(database.has_value(), "a sound file opens");
    auto insert = database->prepare(
        "INSERT INTO facts (sale, wall_ms, monotonic_ms, boot, kind, body) "
        "VALUES (?1, 0, 0, 0, ?2, ?3)");
    must(insert.has_value(), "a sound file has its tables");
    while (!lines.empty()) {
        const auto [line, rest] = split(lines, "\n");
        const auto [sale, fact] = split(line, "\t");
        const auto [kind, members] = split(fact, "\t");
        must(insert->bind(1, sale).bind(2, kind).bind(3, members).run().has_value(), "and takes any text");
        lines = rest;
    }
}

void lay_out(const fs::path& directory, std::string_view bytes) {
    static const Files sound = make_files();
    fs::remove(directory / log_name);
    const char what = bytes.empty() ? 'f' : bytes.front();
    bytes.remove_prefix(bytes.empty() ? 0 : 1);
    switch (what) {
        case 'l':
            write(directory / file_name, sound.unfinished_file);
            write(directory / log_name, bytes);
            break;
        case 'p':
            write(directory / file_name, patched(sound.file, bytes));
            break;
        case 'q':
            write(directory / file_name, sound.unfinished_file);
            write(directory / log_name, patched(sound.log, bytes));
            break;
        case 'r':
            write(directory / file_name, sound.file);
            insert_facts(directory, bytes);
            break;
        default:
            write(directory / file_name, bytes);
            break;
    }
}

void check_records(const std::vector<Record>& records) {
    must(std::ranges::is_sorted(records, {}, &Record::sequence), "records come in their order");
    for (const Record& record : records) {
        const auto again = sqlite::fact_from_json(sqlite::kind_of(record.fact), sqlite::fact_to_json(record.fact));
        must(again == record.fact, "a fact that was read can be written");
    }
}

/// True where the journal took a fact.
bool use(sqlite::Store& store) {
    const auto sales = store.open_sales();
    must(sales.has_value(), "a journal opens only where its open sales can be read");
    check_records(*sales);
    for (const Record& record : *sales) {
        const auto history = store.history(record.sale);
        must(!history || std::ranges::find(*history, record) != history->end(), "a sale's history holds its facts");
    }
    std::ignore = store.recall("vipps.webhook.123456");
    const auto written = append(store, "NEW", {fact::Withdrawn{}});
    must(written || written.error().code == "broken", "a write that fails breaks the journal");
    must(!written ||
             (written->size() == 1 && (sales->empty() || written->front().sequence > sales->back().sequence)),
         "a new fact comes after all others");
    return written.has_value();
}

}  // namespace

void journal_file(std::string_view bytes) {
    static const TemporaryFolder folder;
    lay_out(folder.path(), bytes);
    bool has_taken = false;
    {
        const Opened store = open(folder.path());
        must(store || store.error().text.contains(folder.path().native()), "a refusal names the file");
        has_taken = store && use(**store);
    }
    if (has_taken) {
        const Opened store = open(folder.path());
        must(store.has_value(), "a journal that took a fact opens again");
        const auto history = (*store)->history(SaleId("NEW"));
        must(history && !history->empty() && history->back().fact == Fact(fact::Withdrawn{}),
             "with that fact in it");
    }
}

}  // namespace qrvend::fuzz
