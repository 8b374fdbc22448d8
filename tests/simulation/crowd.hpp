#pragma once
// The customers. Each comes, chooses a product, and pays, or does not: rejects, walks away, pays with a photograph
// of the code when the screen has gone dark, changes their mind at a bad moment. What a customer knows is what the
// screen shows and what the app says.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/ports/screen.hpp"
#include "tests/simulation/board.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/payment_system.hpp"

namespace qrvend::simulation {

struct Goods {
    Slot slot;
    std::int64_t price_minor = 0;
};

struct Customer {
    CustomerNo no = 0;
    Goods wants;
    std::string code{};       ///< as the screen showed it
    std::string reference{};  ///< of the payment behind it
    Dice dice;                ///< of what is no trouble: how long they think
    bool approved = false;    ///< in the app, which said yes
};

class Crowd {
public:
    /// Touches the machine's screen; lost where no process shows one.
    using Hand = std::function<void(Touch)>;

    /// `goods` has several products: neighbours in the queue want different ones, so that a product tells whose it
    /// is.
    Crowd(std::uint64_t seed, Outside& outside, PaymentSystem& system, Board& board, Network& network,
          std::vector<Goods> goods, Hand touch);

    /// Another `count` customers come, one after the other.
    void invite(std::size_t count);

    /// What the screen shows now.
    void look(const View& view);
    /// The screen went dark: the process is gone.
    void look_away() { view_.reset(); }

    /// All who were invited have come, and have left or have had their time.
    bool is_empty() const { return invited_ == customers_.size() && outside_.elapsed() >= busy_until_; }

    CustomerNo who_wants(Slot slot) const { return latest_.at(slot); }
    const Customer& customer(CustomerNo no) const { return customers_.at(no - 1); }
    const std::vector<Customer>& customers() const { return customers_; }

private:
    void expect_next(milliseconds after);
    void come();
    void try_to_choose(CustomerNo no, unsigned tries);
    void choose(const Customer& customer);
    void see_code(const view::ScanToPay& code);
    void decide(CustomerNo no);
    void fidget();
    void approve(CustomerNo no);
    void touch_after(milliseconds delay, Touch touch);
    void stay(milliseconds time) { busy_until_ = std::max(busy_until_, outside_.elapsed() + time); }
    template <class T>
    const T* shown() const {
        return view_ ? std::get_if<T>(&*view_) : nullptr;
    }

    std::uint64_t seed_;
    Outside& outside_;
    PaymentSystem& system_;
    Board& board_;
    Network& network_;
    std::vector<Goods> goods_;
    Hand touch_;
    std::optional<View> view_;
    std::vector<Customer> customers_;
    std::map<Slot, CustomerNo> latest_;
    std::size_t invited_ = 0;
    milliseconds busy_until_{0};
};

}  // namespace qrvend::simulation
