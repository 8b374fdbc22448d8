// Every scene that can be reached from an opened sale, breadth first, until there is no new one: all interleavings
// of one sale with its customer, its machine, its provider, the network between them, and crashes, with no limit on
// their number. In each scene the checks of checks.hpp hold, and from each the sale ends by itself once the world
// is calm. Each capture order is one search; unknown_vend is chosen when a vend's outcome becomes unknown, receipts
// are posted, and the machine has an answer limit. checks.hpp proves on every scene that this covers all other
// rules.

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/controller/sale/checks.hpp"
#include "tests/controller/sale/packed.hpp"

using namespace qrvend;
using namespace qrvend::test;

namespace {

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t most_calm_moves = 24;

struct HashPacked {
    std::size_t operator()(const Packed& packed) const {
        std::uint64_t hash = 0;
        for (const std::uint64_t word : packed) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
            hash ^= hash >> 29U;
        }
        return hash;
    }
};

bool calms_by_itself(const Scene& scene) {
    return scene.truth.phase == Truth::Phase::approving || scene.truth.refund_on_way;
}

class Search {
public:
    explicit Search(const Policy& policy) : policy_(policy) {}

    void run() {
        (void)reach(Scene(policy_), nowhere, {});
        for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
            const Scene scene = unpack(nodes_[at].packed, policy_);
            try {
                check_scene(scene);
                results_.insert(scene.sale.result);
                check_decisions(scene);
                expand(scene, at);
            } catch (const std::exception& broken) {
                FAIL(std::string(broken.what()) << way_to(at));
            }
        }
        check_every_sale_ends();
    }

    std::size_t scenes() const { return nodes_.size(); }
    std::size_t moves() const { return moves_; }
    std::uint32_t depth() const { return nodes_.back().depth; }
    std::uint32_t longest_calm() const { return longest_calm_; }
    const std::set<Happening>& happened() const { return happened_; }
    const std::set<std::optional<SaleResult>>& results() const { return results_; }

private:
    struct Node {
        Packed packed;
        std::uint32_t parent = nowhere;
        std::uint32_t calm = nowhere;  ///< where a calm world goes next
        std::uint32_t depth = 0;
        bool rests = false;  ///< closed, or for a technician
        Move move;
    };

    std::uint32_t reach(const Scene& scene, std::uint32_t from, Move move) {
        const Packed packed = pack(scene);
        const auto [found, is_new] = known_.try_emplace(packed, static_cast<std::uint32_t>(nodes_.size()));
        if (is_new) {
            const std::uint32_t depth = from == nowhere ? 0 : nodes_[from].depth + 1;
            nodes_.push_back({.packed = packed, .parent = from, .depth = depth, .move = move});
        }
        return found->second;
    }

    // The calm move comes first: the first outcome of the step that is due at once, or, where only time helps, of a
    // later one. The customer who is just approving and the refund on its way come to an end before that.
    void expand(const Scene& scene, std::uint32_t at) {
        std::uint32_t calm = nowhere;
        const Visit visit = [&](Move move, Scene&& after) {
            ++moves_;
            happened_.insert(move.happening);
            const std::uint32_t next = reach(after, at, move);
            if (calm == nowhere || move.happening == Happening::closes_app ||
                move.happening == Happening::refund_completes) {
                calm = next;
            }
        };
        std::vector<Step> taken;
        for (const std::chrono::seconds later : moments) {
            const Stamp now{.wall = {}, .monotonic = scene.now.monotonic + later, .boot = scene.now.boot};
            Step step = next_step(scene.sale, now).step;
            if (std::ranges::find(taken, step) == taken.end()) {
                take_step(scene, step, visit);
                taken.push_back(std::move(step));
            }
        }
        nodes_[at].rests = std::holds_alternative<step::Rest>(taken.front());
        const std::uint32_t calm_step = calm;
        let_happen(scene, visit);
        nodes_[at].calm = calm_step == nowhere && !calms_by_itself(scene) ? nowhere : calm;
    }

    // Follows the calm moves from each scene, counting them once for each scene on the way.
    void check_every_sale_ends() {
        std::vector<std::uint32_t> left(nodes_.size(), nowhere);
        for (std::uint32_t from = 0; from < nodes_.size(); ++from) {
            std::vector<std::uint32_t> path;
            std::uint32_t at = from;
            while (left[at] == nowhere && !nodes_[at].rests) {
                path.push_back(at);
                if (nodes_[at].calm == nowhere || path.size() > most_calm_moves) {
                    FAIL(std::string("a sale does not end in a calm world")
                         << way_to(from) << "\nand stands at" << way_to(at));
                }
                at = nodes_[at].calm;
            }
            std::uint32_t moves = left[at] == nowhere ? 0 : left[at];
            left[at] = moves;
            for (; !path.empty(); path.pop_back()) {
                left[path.back()] = ++moves;
            }
            longest_calm_ = std::max(longest_calm_, moves);
        }
    }

    std::string way_to(std::uint32_t at) const {
        std::vector<std::string> moves;
        for (std::uint32_t step = at; nodes_[step].parent != nowhere; step = nodes_[step].parent) {
            moves.push_back("\n  " + to_string(nodes_[step].move));
        }
        std::string way = "\nby way of";
        for (const std::string& move : std::views::reverse(moves)) {
            way += move;
        }
        return way + "\n" + describe(unpack(nodes_[at].packed, policy_));
    }

    Policy policy_;
    std::vector<Node> nodes_;
    std::unordered_map<Packed, std::uint32_t, HashPacked> known_;
    std::size_t moves_ = 0;
    std::uint32_t longest_calm_ = 0;
    std::set<Happening> happened_;
    std::set<std::optional<SaleResult>> results_;
};

// Searches, reports, and adds to `seen` what occurred.
struct Seen {
    std::set<Happening> happened;
    std::set<std::optional<SaleResult>> results;
};

void search(CaptureOrder order, Seen& seen) {
    Search search({.capture = order, .answer_limit = long_answer_limit});
    search.run();
    MESSAGE(search.scenes() << " scenes, " << search.moves() << " moves, depth " << search.depth()
                            << ", ends within " << search.longest_calm() << " calm moves");
    seen.happened.insert(search.happened().begin(), search.happened().end());
    seen.results.insert(search.results().begin(), search.results().end());
}

}  // namespace

TEST_CASE("every way of a sale, in both orders of capture and vend, keeps every promise") {
    Seen seen;
    search(CaptureOrder::before_vend, seen);
    search(CaptureOrder::after_vend, seen);

    // A search that leaves something out proves nothing about it.
    for (auto one = Happening{}; one <= Happening::receipt_fails_on; one = Happening(std::to_underlying(one) + 1)) {
        CAPTURE(to_string(Move{.happening = one}));
        CHECK(seen.happened.contains(one));
    }
    CHECK(seen.results.size() == 5);  // open, and the four ends
}
