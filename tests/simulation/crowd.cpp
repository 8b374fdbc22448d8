#include "tests/simulation/crowd.hpp"

#include <utility>

namespace qrvend::simulation {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_tries = 20;
constexpr milliseconds between_tries = 7s;
constexpr std::uint64_t crowd_part = 20;

}  // namespace

Crowd::Crowd(std::uint64_t seed, Outside& outside, PaymentSystem& system, Board& board, Network& network,
             std::vector<Goods> goods, Hand touch)
    : seed_(mix(seed, crowd_part)),
      outside_(outside),
      system_(system),
      board_(board),
      network_(network),
      goods_(std::move(goods)),
      touch_(std::move(touch)) {}

void Crowd::invite(std::size_t count) {
    invited_ += count;
    expect_next(1s);
}

void Crowd::expect_next(milliseconds after) {
    stay(after);
    outside_.after(after, [this] {
        if (customers_.size() < invited_) {
            come();
            expect_next(customers_.back().dice.spread(4s, 240s));
        }
    });
}

// ---- choosing

void Crowd::come() {
    const CustomerNo no = customers_.size() + 1;
    customers_.push_back({.no = no, .wants = goods_[no % goods_.size()], .dice = Dice(mix(seed_, no))});
    outside_.fate.next_turn();
    if (outside_.fate.strikes(Trouble::customer_comes)) {
        try_to_choose(no, 0);
    }
}

void Crowd::try_to_choose(CustomerNo no, unsigned tries) {
    const auto* idle = shown<view::Idle>();
    const bool barges_in = board_.settings().own_keypad && outside_.fate.strikes(Trouble::chooses_again);
    if (idle != nullptr || barges_in) {
        choose(customer(no));
    } else if (tries < most_tries) {
        stay(between_tries + 1s);
        outside_.after(between_tries, [this, no, tries] { try_to_choose(no, tries + 1); });
    }
}

void Crowd::choose(const Customer& customer) {
    latest_[customer.wants.slot] = customer.no;
    stay(60s);
    outside_.tell({}, "customer chooses", std::to_string(customer.no));
    if (board_.settings().own_keypad) {
        board_.press(customer.wants.slot, customer.no);
    } else {
        touch_(touch::Select{.slot = customer.wants.slot});
    }
    fidget();
}

// Fingers that cannot keep still.
void Crowd::fidget() {
    if (auto dice = outside_.fate.strikes(Trouble::touches_cancel)) {
        touch_after(dice->spread(10ms, 60s), touch::Cancel{});
    }
    if (auto dice = outside_.fate.strikes(Trouble::pulls_lever)) {
        outside_.after(dice->spread(10ms, 60s), [this] { board_.pull_lever(); });
    }
}

// ---- paying

void Crowd::look(const View& view) {
    view_ = view;
    if (const auto* code = std::get_if<view::ScanToPay>(&view)) {
        see_code(*code);
    }
    const bool told = shown<view::TakeProduct>() != nullptr || shown<view::NotCharged>() != nullptr ||
                      shown<view::MoneyReturned>() != nullptr || shown<view::AskOperator>() != nullptr;
    if (told) {
        if (auto dice = outside_.fate.strikes(Trouble::dismisses)) {
            touch_after(dice->spread(100ms, 20s), touch::Dismiss{});
        }
    }
}

void Crowd::see_code(const view::ScanToPay& code) {
    const auto owner = latest_.find(code.offer.slot);
    if (owner == latest_.end() || customers_.at(owner->second - 1).code == code.qr_text) {
        return;
    }
    Customer& customer = customers_.at(owner->second - 1);
    customer.code = code.qr_text;
    customer.reference = system_.scan(code.qr_text, outside_.now()).value_or("");
    outside_.tell(customer.reference, "code shown", "to customer " + std::to_string(customer.no));
    if (outside_.fate.strikes(Trouble::callback_forged)) {
        network_.deliver_forgery(
            system_.forge_approval(customer.reference, customer.wants.price_minor, outside_.now()),
            customer.dice.spread(10ms, 10s));
    }
    decide(customer.no);
}

void Crowd::decide(CustomerNo no) {
    Fate& fate = outside_.fate;
    Customer& customer = customers_.at(no - 1);
    const std::string& reference = customer.reference;
    milliseconds delay = customer.dice.spread(600ms, 20s);
    if (fate.strikes(Trouble::walks_away)) {
        return;
    }
    if (auto dice = fate.strikes(Trouble::photographs_code)) {
        delay = dice->spread(60s, 660s);
    }
    if (fate.strikes(Trouble::rejects)) {
        stay(delay);
        outside_.after(delay, [this, reference] {
            outside_.tell(reference, "customer rejects");
            system_.reject(reference, outside_.now());
            network_.look_for_callbacks();
        });
        return;
    }
    if (auto dice = fate.strikes(Trouble::keeps_app_open)) {
        const milliseconds open = dice->spread(1s, 60s);
        outside_.after(delay, [this, reference, open] {
            outside_.tell(reference, "customer opens the app");
            system_.begin_approving(reference, open, outside_.now());
        });
        delay += open;
    }
    stay(delay);
    outside_.after(delay, [this, no] { approve(no); });
}

void Crowd::approve(CustomerNo no) {
    Customer& customer = customers_.at(no - 1);
    if (auto dice = outside_.fate.strikes(Trouble::card_refused)) {
        outside_.tell(customer.reference, "card refused");
        system_.refuse_card(customer.reference, outside_.now());
        network_.look_for_callbacks();
        const milliseconds later = dice->spread(2s, 20s);
        stay(later);
        outside_.after(later, [this, no] { approve(no); });
        return;
    }
    if (auto dice = outside_.fate.strikes(Trouble::approves_other_amount)) {
        const std::int64_t price = customer.wants.price_minor;
        system_.change_approval(customer.reference, dice->pick({price / 2, price - 100, price + 100}),
                                outside_.now());
    }
    if (auto dice = outside_.fate.strikes(Trouble::callback_forged)) {
        system_.mislead(*dice);
    }
    customer.approved = system_.approve(customer.reference, outside_.now());
    outside_.tell(customer.reference, "customer approves", customer.approved ? "" : "too late");
    network_.look_for_callbacks();
}

void Crowd::touch_after(milliseconds delay, Touch touch) {
    stay(delay);
    outside_.after(delay, [this, touch] { touch_(touch); });
}

}  // namespace qrvend::simulation
