// Random walks through the model with time that flows, so that the sale's deadlines fall in every order, over
// restarts of the computer too; and random facts in any order. A failing walk is shrunk to a short one.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/controller/sale/checks.hpp"

using namespace qrvend;
using namespace qrvend::test;
using namespace std::chrono_literals;

namespace {

constexpr int walks = 10'000;
constexpr int most_calm_moves = 100;
constexpr milliseconds answer_margin = 5s;  // next_step's own, before the machine's limit

// Mostly none: a sale that is always late never gets to its vend.
const std::vector<milliseconds> pauses{0ms, 0ms, 0ms, 0ms, 0ms, 0ms, 0ms, 0ms,  0ms,  0ms, 0ms, 0ms, 0ms,
                                       0ms, 0ms, 0ms, 0ms, 0ms, 0ms, 0ms, 0ms,  0ms,  0ms, 0ms, 1ms, 1s,
                                       3s,  7s,  14s, 16s, 29s, 31s, 46s, 2min, 6min, 1h,  30h};

// rc::check, as often as told. RC_PARAMS, which a failure prints, repeats it.
template <class Property>
bool holds(int times, const Property& property) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = times;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
    rc::detail::printResultMessage(result, std::cerr);
    return result.template is<rc::detail::SuccessResult>();
}

Policy some_policy() {
    using Limit = std::optional<milliseconds>;
    return {.capture = *rc::gen::element(CaptureOrder::before_vend, CaptureOrder::after_vend),
            .unknown_vend = *rc::gen::element(UnknownVend::refund, UnknownVend::charge, UnknownVend::attention),
            .answer_limit = *rc::gen::element(Limit{}, Limit{60s}, Limit{90s}, Limit{400s}),
            .posts_receipt = *rc::gen::arbitrary<bool>()};
}

bool crashes(Happening happening) {
    return happening == Happening::crash_before_sending || happening == Happening::crash_after_sending ||
           happening == Happening::crash_while_delayed || happening == Happening::vend_crash_dropped ||
           happening == Happening::vend_crash_stuck || happening == Happening::restart;
}

// The computer starts again: nobody knows how long it was off.
void reboot(Scene& scene, milliseconds since_boot) {
    scene.now = {.wall = {}, .monotonic = MonotonicTime{since_boot}, .boot = BootId{scene.now.boot.value + 1}};
}

bool past_the_machines_limit(const Scene& scene) {
    const auto limit = scene.sale.opened.policy.answer_limit;
    return limit && scene.now.boot == scene.sale.opened_at.boot &&
           scene.now.monotonic >= scene.sale.opened_at.monotonic + *limit - answer_margin;
}

std::vector<std::pair<Move, Scene>> ways_on(const Scene& scene) {
    std::vector<std::pair<Move, Scene>> ways;
    const Visit collect = [&](Move move, Scene&& after) { ways.emplace_back(move, std::move(after)); };
    const Next next = next_step(scene.sale, scene.now);
    RC_ASSERT(next.not_before <= scene.now.monotonic + 1h);
    RC_ASSERT(!(past_the_machines_limit(scene) && std::holds_alternative<step::Vend>(next.step)));
    if (next.not_before <= scene.now.monotonic) {
        take_step(scene, next.step, collect);
    }
    let_happen(scene, collect);
    return ways;
}

// From here on everything answers, nothing is lost, and only time goes by. Returns the moves it took.
int calm_down(Scene& scene) {
    for (int moves = 0; moves < most_calm_moves; ++moves) {
        const Next next = next_step(scene.sale, scene.now);
        if (std::holds_alternative<step::Rest>(next.step)) {
            return moves;
        }
        if (std::exchange(scene.truth.refund_on_way, false)) {
            scene.truth.refunded = true;
        }
        if (scene.truth.phase == Truth::Phase::approving) {
            scene.truth.phase = Truth::Phase::pending;
        }
        if (next.not_before > scene.now.monotonic) {
            scene.now.monotonic = next.not_before;
            continue;
        }
        std::optional<Scene> after;
        take_step(scene, next.step, [&](Move, Scene&& first) {
            if (!after) {
                after = std::move(first);
            }
        });
        if (after) {
            scene = *std::move(after);
        } else if (const auto* wait = std::get_if<step::AwaitPayment>(&next.step)) {
            scene.now.monotonic = wait->until;
        }
    }
    return most_calm_moves;
}

struct Stride {
    std::uint32_t way = 0;
    std::uint32_t pause = 0;
};

Fact some_fact() {
    const PaymentNo payment{*rc::gen::weightedElement<std::uint16_t>({{9, 1}, {1, 2}})};
    const auto operation = static_cast<Operation>(*rc::gen::inRange(0, 7));
    const auto attempt = *rc::gen::inRange<std::uint32_t>(0, 3);
    const Money money = *rc::gen::element(amount(0), amount(price), amount(less_than_price), euro(price));
    switch (*rc::gen::inRange(0, 24)) {
        case 0:
            return opened({});
        case 1:
        case 2:
        case 3:
            return fact::Intended{.payment = payment, .operation = operation, .attempt = attempt, .amount = money};
        case 4:
        case 5:
            return fact::Attempted{
                .payment = payment,
                .operation = operation,
                .attempt = attempt,
                .world = *rc::gen::element(World::refused, World::unknown, World::unsent),
                .refusal = *rc::gen::element(Refusal::other, Refusal::conflict, Refusal::impossible)};
        case 6:
            return fact::Requested{.payment = payment, .life = 60s};
        case 7:
        case 8:
            return fact::Authorized{.payment = payment, .amount = money};
        case 9:
            return fact::Declined{.payment = payment};
        case 10:
            return fact::Expired{.payment = payment};
        case 11:
            return fact::Approving{.payment = payment};
        case 12:
            return fact::Asked{.payment = payment};
        case 13:
            return fact::Absent{.payment = payment};
        case 14:
            return fact::Left{};
        case 15:
            return fact::Withdrawn{};
        case 16:
            return fact::Captured{.payment = payment, .total = money};
        case 17:
            return fact::Cancelled{.payment = payment, .total = money};
        case 18:
            return fact::RefundPending{.payment = payment, .amount = money};
        case 19:
            return fact::Refunded{.payment = payment, .total = money};
        case 20:
            return fact::VendStarted{};
        case 21:
            return *rc::gen::element(Fact{fact::Vended{}}, Fact{fact::VendFailed{}}, Fact{fact::VendUnknown{}});
        case 22:
            return *rc::gen::element(Fact{fact::ReceiptPosted{}}, Fact{fact::ReceiptGivenUp{}},
                                     Fact{fact::NeedsAttention{}});
        default:
            return *rc::gen::element(Fact{fact::Abandoned{}}, Fact{fact::Closed{}});
    }
}

}  // namespace

TEST_CASE("a random walk with flowing time keeps every promise, and ends once the world is calm") {
    CHECK(holds(walks, [] {
        Scene scene(some_policy());
        const auto strides = *rc::gen::container<std::vector<Stride>>(rc::gen::construct<Stride>(
            rc::gen::inRange<std::uint32_t>(0, 10'000),
            rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(pauses.size()))));
        for (const Stride stride : strides) {
            scene.now.monotonic += pauses[stride.pause];
            auto ways = ways_on(scene);
            if (ways.empty()) {
                continue;
            }
            // Three times out of four the calm way, so that walks get far.
            const std::size_t choice = stride.way % (4 * ways.size());
            auto& [move, after] = ways[choice < ways.size() ? choice : 0];
            RC_LOG() << to_string(move) << "\n";
            scene = std::move(after);
            if (crashes(move.happening)) {
                reboot(scene, pauses[stride.pause]);
            }
            check_scene(scene);
        }
        RC_ASSERT(calm_down(scene) < most_calm_moves);
        check_scene(scene);
    }));
}

TEST_CASE("any facts in any order are folded the same way twice, or stop the reading of the journal") {
    CHECK(holds(walks, [] {
        Scene once;
        Scene twice;
        const auto count = *rc::gen::inRange(0, 60);
        for (int at = 0; at < count; ++at) {
            const Fact fact = some_fact();
            bool refuses = false;
            try {
                apply(once.sale, fact, once.now);
            } catch (const std::logic_error&) {
                refuses = true;
            }
            if (refuses) {
                RC_ASSERT_THROWS_AS(apply(twice.sale, fact, twice.now), std::logic_error);
            } else {
                apply(twice.sale, fact, twice.now);
            }
            RC_ASSERT(next_step(once.sale, once.now).step == next_step(twice.sale, twice.now).step);
            RC_ASSERT(describe(once) == describe(twice));
        }
    }));
}

TEST_CASE("the wait before another try never shrinks, starts at its base and never exceeds an hour") {
    CHECK(rc::check([](std::uint32_t failures) {
        const milliseconds base{*rc::gen::inRange(1'000, 60'000)};
        RC_ASSERT(backoff(base, 1) == base);
        RC_ASSERT(backoff(base, failures) <= backoff(base, failures == ~0U ? failures : failures + 1));
        RC_ASSERT(backoff(base, failures) <= 1h);
        RC_ASSERT(backoff(base, failures_of_a_day) == 1h);
    }));
}
