#pragma once
// Vipps MobilePay in a simulation: the real client and its sandbox, set up as the seed wills.

#include "drivers/vipps/sandbox/sandbox.hpp"
#include "drivers/vipps/settings.hpp"
#include "tests/simulation/payment_system.hpp"

namespace qrvend::simulation {

class VippsSystem final : public PaymentSystem {
public:
    explicit VippsSystem(std::uint64_t seed);

    std::unique_ptr<PaymentProvider> make_client(HttpTransport& transport, Clock& clock, Log& log,
                                                 Journal& journal) const override;

    HttpResponse answer(const HttpRequest& request, const Stamp& now) override;
    std::vector<simulation::Callback> callbacks_due(const Stamp& now) override;
    void callback_answered(std::uint64_t id, std::optional<int> status, const Stamp& now) override;
    std::optional<MonotonicTime> next_callback() const override;
    void revoke_credentials() override;

    std::optional<std::string> scan(const std::string& code, const Stamp& now) override;
    bool approve(const std::string& reference, const Stamp& now) override;
    bool reject(const std::string& reference, const Stamp& now) override;
    bool refuse_card(const std::string& reference, const Stamp& now) override;
    bool change_approval(const std::string& reference, std::int64_t amount_minor, const Stamp& now) override;
    bool begin_approving(const std::string& reference, milliseconds duration, const Stamp& now) override;

    std::vector<PaymentTruth> payments(const Stamp& now) override;
    std::optional<PaymentTruth> payment(const std::string& reference, const Stamp& now) override;

    bool is_act(const HttpRequest& request) const override;
    std::string key_of(const HttpRequest& request) const override;
    bool returns_approval(const HttpRequest& request) const override;
    std::string reference_in(const HttpRequest& request) const override;
    bool refuses(const HttpResponse& answer) const override;
    std::optional<Claim> claim_in(const HttpRequest& callback) const override;
    HttpResponse gateway_answer(Dice& dice) const override;

    HttpRequest forge_approval(const std::string& reference, std::int64_t amount_minor, const Stamp& now) override;
    void mislead(Dice& dice) override;

private:
    VippsSystem(Dice dice, std::uint64_t seed);

    DiceRandom random_;
    vipps::Settings client_;
    vipps::sandbox::Sandbox sandbox_;
};

}  // namespace qrvend::simulation
