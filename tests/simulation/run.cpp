#include "tests/simulation/run.hpp"

#include <exception>
#include <map>

#include "tests/simulation/judge.hpp"
#include "tests/simulation/world.hpp"

namespace qrvend::simulation {

Tally& Tally::operator+=(const Tally& other) {
    opened += other.opened;
    sold += other.sold;
    not_paid += other.not_paid;
    returned += other.returned;
    given_away += other.given_away;
    listed += other.listed;
    unknown_vends += other.unknown_vends;
    return *this;
}

namespace {

std::vector<std::set<std::string>> names_of_sales(const std::vector<Record>& records) {
    std::map<SaleId, std::set<std::string>> names;
    for (const Record& record : records) {
        std::set<std::string>& sale = names[record.sale];
        sale.insert(record.sale.text());
        if (const auto* opened = std::get_if<fact::Opened>(&record.fact)) {
            sale.insert(opened->selection.request.text());
        } else if (const auto* intended = std::get_if<fact::Intended>(&record.fact)) {
            sale.insert(intended->reference.text());
        }
    }
    std::vector<std::set<std::string>> all;
    for (auto& [id, sale] : names) {
        all.push_back(std::move(sale));
    }
    return all;
}

}  // namespace

RunResult run(const RunOptions& options) {
    World world(options);
    RunResult result;
    try {
        world.rage();
        world.calm_down();
        Verdict verdict = judge(world, world.sell_once_more());
        result.tally = verdict.tally;
        result.violations = std::move(verdict.violations);
    } catch (const std::exception& error) {
        result.violations.push_back(
            {.promise = "the program runs", .who = {}, .detail = std::string("it threw: ") + error.what()});
    }
    Outside& outside = world.outside();
    result.crashes = world.crashes();
    result.struck = outside.fate.struck();
    result.digest = outside.story.digest();
    if (options.keep == Story::Keep::lines) {
        result.lines = outside.story.lines();
        result.sales = names_of_sales(world.disk().records());
    }
    result.lasted = outside.elapsed();
    return result;
}

}  // namespace qrvend::simulation
