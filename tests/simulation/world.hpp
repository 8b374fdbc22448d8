#pragma once
// The machine, its computer, its customers and its payment system, and the two halves of their story: first the
// weather, then the calm in which every sale must end and the machine must sell again.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "drivers/simulated/memory_journal.hpp"
#include "tests/simulation/board.hpp"
#include "tests/simulation/crowd.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/run.hpp"
#include "tests/simulation/wire_rules.hpp"

namespace qrvend::simulation {

class World {
public:
    explicit World(const RunOptions& options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Customers come and things go wrong.
    void rage();
    /// Nothing goes wrong any more, and what has begun must end.
    void calm_down();
    /// One more customer, who must get the product. Returns their number.
    CustomerNo sell_once_more();

    Outside& outside() { return outside_; }
    PaymentSystem& system() { return *system_; }
    const Board& board() const { return board_; }
    const Crowd& crowd() const { return crowd_; }
    const simulated::MemoryDisk& disk() const { return disk_; }
    const WireRules& rules() const { return rules_; }
    const KioskSettings& settings() const { return settings_; }
    const std::vector<Violation>& violations() const { return violations_; }
    std::size_t crashes() const { return crashes_; }
    std::size_t sales_under_way() const { return process_ ? process_->kiosk().sales_under_way() : 0; }

private:
    template <class Done>
    bool live_until(Done done, milliseconds limit);
    void live(milliseconds until);
    void start();
    void start_second();
    void die(std::string_view why);
    void bury();
    void stir();
    void step_clock(Dice dice);
    void fill_disk(Dice dice);
    bool is_idle() const;
    void judge_command(const Board::Request& request);

    RunOptions options_;
    Outside outside_;
    std::unique_ptr<PaymentSystem> system_;
    DiceRandom random_;
    KioskSettings settings_;
    simulated::MemoryDisk disk_;
    WireRules rules_;
    Network network_;
    Board board_;
    Crowd crowd_;
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<Process> process_;
    std::unique_ptr<Process> second_;  ///< of somebody who has started the program twice
    bool died_ = false;
    std::size_t crashes_ = 0;
    std::vector<Violation> violations_;
};

}  // namespace qrvend::simulation
