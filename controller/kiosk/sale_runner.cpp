#include "controller/kiosk/sale_runner.hpp"

#include <algorithm>
#include <utility>

#include "controller/kiosk/describe.hpp"
#include "controller/kiosk/names.hpp"
#include "controller/sale/outcome.hpp"

namespace qrvend {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t slowest_poll_doublings =
    4;  // an unanswered poll is repeated after 16 intervals at the latest
constexpr milliseconds picture_patience = seconds(20);  // nobody can pay with a code that does not come

// Of a payment that is waited for: it was requested.
bool shows_picture(const Payment& payment) {
    return payment.requested->to_show.kind == ToShow::Kind::picture_url;
}

bool waits_for_approval(const Payment& payment) {
    return payment.standing == Payment::Standing::sent || payment.standing == Payment::Standing::pending;
}

}  // namespace

SaleRunner::SaleRunner(const Ports& ports, std::string kiosk_id, Sale sale, SaleObserver& observer)
    : ports_(ports),
      kiosk_id_(std::move(kiosk_id)),
      sale_(std::move(sale)),
      observer_(observer),
      bell_(ports.clock) {}

asio::awaitable<SaleRunner::End> SaleRunner::run() {
    while (true) {
        if (!co_await write_inbox()) {
            co_return End::journal_broken;
        }
        const Stamp now = ports_.clock.now();
        const Next next = next_step(sale_, now);
        observer_.sale_decided(*this, next.step);
        if (sale_.closed()) {
            co_return End::closed;
        }
        if (std::holds_alternative<step::Rest>(next.step)) {
            co_await bell_.wait();
        } else if (next.not_before > now.monotonic) {
            co_await bell_.wait(next.not_before);
        } else if (!co_await perform(next.step)) {
            co_return End::journal_broken;
        }
    }
}

void SaleRunner::post(Fact fact) {
    inbox_.push_back(std::move(fact));
    bell_.ring();
}

void SaleRunner::post(const PaymentEvent& event) {
    const auto payment = std::ranges::find(sale_.payments, event.reference, &Payment::reference);
    if (payment == sale_.payments.end()) {
        return;
    }
    if (waits_for_approval(*payment) && event.approved == sale_.opened.amount) {
        inbox_.emplace_back(fact::Authorized{
            .payment = payment->no, .amount = *event.approved, .provider_reference = event.event_id});
    }
    hinted_ = true;
    bell_.ring();
}

bool SaleRunner::has_payment(const PaymentReference& reference) const {
    return std::ranges::find(sale_.payments, reference, &Payment::reference) != sale_.payments.end();
}

// Durable first, then part of the sale.
asio::awaitable<bool> SaleRunner::write(std::vector<Fact> facts) {
    if (facts.empty()) {
        co_return true;
    }
    const auto written = co_await ports_.journal.append(sale_.id, ports_.clock.now(), std::move(facts));
    if (!written) {
        ports_.log.write(
            LogLevel::critical, "the journal cannot be written",
            {{"sale", sale_.id.text()}, {"code", written.error().code}, {"detail", written.error().detail}});
        co_return false;
    }
    for (const Record& record : *written) {
        apply(sale_, record.fact, record.stamp);
        ports_.log.write(level_of(record.fact), name_of(record.fact),
                         {{"sale", sale_.id.text()},
                          {"sequence", std::to_string(record.sequence.number)},
                          {"detail", describe(record.fact)}});
    }
    co_return true;
}

asio::awaitable<bool> SaleRunner::write_inbox() {
    while (!inbox_.empty() && !sale_.closed()) {
        std::vector<Fact> facts;
        for (Fact& fact : std::exchange(inbox_, {})) {
            if (is_news(fact, facts)) {
                facts.push_back(std::move(fact));
            }
        }
        if (!co_await write(std::move(facts))) {
            co_return false;
        }
    }
    co_return true;
}

// A callback may be told twice, or be overtaken by an answer: only the first approval of a payment is news, and
// only while it waits for one.
bool SaleRunner::is_news(const Fact& fact, const std::vector<Fact>& before) const {
    const auto* authorized = std::get_if<fact::Authorized>(&fact);
    if (authorized == nullptr) {
        return std::ranges::find(before, fact) == before.end();
    }
    const bool told_before = std::ranges::any_of(before, [&](const Fact& other) {
        const auto* earlier = std::get_if<fact::Authorized>(&other);
        return earlier != nullptr && earlier->payment == authorized->payment;
    });
    return !told_before && waits_for_approval(*sale_.payment(authorized->payment));
}

asio::awaitable<bool> SaleRunner::perform(Step step) {
    if (auto* call_step = std::get_if<step::Call>(&step)) {
        co_return co_await call(*call_step);
    }
    if (auto* wait = std::get_if<step::AwaitPayment>(&step)) {
        co_return co_await await_payment(*wait);
    }
    if (auto* vend_step = std::get_if<step::Vend>(&step)) {
        co_return co_await vend(*vend_step);
    }
    if (auto* ask = std::get_if<step::AskProvider>(&step)) {
        co_return co_await ask_provider(*ask);
    }
    if (std::holds_alternative<step::AskMachine>(step)) {
        co_return co_await ask_machine();
    }
    std::vector<Fact> decided{std::get<step::Write>(std::move(step)).fact};
    co_return co_await write(std::move(decided));
}

PaymentCall SaleRunner::prepare(const step::Call& call) const {
    const Payment* payment = sale_.payment(call.payment);
    PaymentCall prepared{
        .operation = call.operation,
        .reference = payment != nullptr ? payment->reference : new_reference(ports_.random, kiosk_id_),
        .key = {},
        .amount = call.amount,
        .body = {}};
    if (call.repeat) {
        prepared.key = payment->of(call.operation).key;
        prepared.body = payment->of(call.operation).body;
        return prepared;
    }
    const PaymentOrder order{.reference = prepared.reference,
                             .sale = sale_.id,
                             .product = sale_.opened.product,
                             .amount = sale_.opened.amount};
    prepared.key = new_key(ports_.random);
    prepared.body = ports_.provider.prepare(call.operation, order, call.amount);
    return prepared;
}

asio::awaitable<bool> SaleRunner::call(step::Call call) {
    PaymentCall prepared = prepare(call);
    std::vector<Fact> intent{fact::Intended{.payment = call.payment,
                                            .operation = call.operation,
                                            .attempt = call.attempt,
                                            .reference = prepared.reference,
                                            .key = prepared.key,
                                            .amount = call.amount,
                                            .body = prepared.body}};
    if (!co_await write(std::move(intent))) {
        co_return false;
    }
    const Result<PaymentStatus> result = co_await ports_.provider.perform(std::move(prepared));
    last_poll_ = ports_.clock.now().monotonic;
    co_return co_await write(outcome_of_call(sale_, call, result));
}

MonotonicTime SaleRunner::next_poll() const {
    const milliseconds interval = sale_.opened.policy.poll_interval;
    const auto wait = interval * (std::int64_t{1} << std::min(failed_polls_, slowest_poll_doublings));
    return last_poll_ + std::max<milliseconds>(wait, poll_retry_after_);
}

asio::awaitable<bool> SaleRunner::await_payment(step::AwaitPayment wait) {
    if (shows_picture(*sale_.payment(wait.payment)) && !picture_) {
        co_await load_picture();
        const MonotonicTime patience = sale_.payment(wait.payment)->requested_at->monotonic + picture_patience;
        if (!picture_ && inbox_.empty() && ports_.clock.now().monotonic >= patience) {
            std::vector<Fact> given_up{fact::Abandoned{.reason = AbandonReason::provider_unreachable}};
            co_return co_await write(std::move(given_up));
        }
    }
    const bool rang = co_await bell_.wait(std::min(wait.until, next_poll()));
    const MonotonicTime now = ports_.clock.now().monotonic;
    if (!inbox_.empty() || now >= wait.until || (rang && !hinted_)) {
        co_return true;
    }
    hinted_ = false;
    const PaymentReference reference = sale_.payment(wait.payment)->reference;
    const auto shown = co_await ports_.provider.query(reference, sale_.opened.amount.currency);
    last_poll_ = ports_.clock.now().monotonic;
    if (!shown && failed_polls_ == 0) {
        ports_.log.write(
            LogLevel::warning, "the payment cannot be asked after",
            {{"sale", sale_.id.text()}, {"code", shown.error().code}, {"detail", shown.error().detail}});
    }
    failed_polls_ = shown ? 0 : failed_polls_ + 1;
    poll_retry_after_ = shown ? seconds{0} : shown.error().retry_after.value_or(seconds{0});
    // Polls that bring nothing are not written down: the journal keeps what a sale must not forget.
    if (!shown || shown->state == PaymentStatus::State::absent || news(sale_, wait.payment, *shown).empty()) {
        co_return true;
    }
    co_return co_await write(outcome_of_asking(sale_, wait.payment, shown));
}

asio::awaitable<void> SaleRunner::load_picture() {
    const std::string url = sale_.first_payment()->requested->to_show.content;
    auto picture = co_await ports_.provider.load_picture(url);
    if (!picture) {
        ports_.log.write(LogLevel::warning, "the picture of the code could not be loaded",
                         {{"sale", sale_.id.text()}, {"code", picture.error().code}});
        co_return;
    }
    picture_ = std::move(*picture);
    observer_.sale_decided(*this, next_step(sale_, ports_.clock.now()).step);
}

asio::awaitable<bool> SaleRunner::vend(step::Vend) {
    const Selection selection = sale_.opened.selection;
    const auto ticket = co_await ports_.machine.prepare(selection.request, selection.slot);
    if (!ticket) {
        ports_.log.write(
            LogLevel::error, "the machine cannot vend a paid product",
            {{"sale", sale_.id.text()}, {"code", ticket.error().code}, {"detail", ticket.error().detail}});
        std::vector<Fact> given_up{fact::Abandoned{.reason = AbandonReason::machine_not_ready}};
        co_return co_await write(std::move(given_up));
    }
    if (!inbox_.empty()) {
        co_return true;  // it may be the machine's withdrawal: decide again
    }
    std::vector<Fact> intent{fact::VendStarted{.ticket = *ticket}};
    if (!co_await write(std::move(intent))) {
        co_return false;
    }
    const VendResult result = co_await ports_.machine.vend(*ticket);
    std::vector<Fact> outcome{outcome_of_vend(result)};
    co_return co_await write(std::move(outcome));
}

asio::awaitable<bool> SaleRunner::ask_provider(step::AskProvider ask) {
    const PaymentReference reference = sale_.payment(ask.payment)->reference;
    const auto shown = co_await ports_.provider.query(reference, sale_.opened.amount.currency);
    last_poll_ = ports_.clock.now().monotonic;
    co_return co_await write(outcome_of_asking(sale_, ask.payment, shown));
}

asio::awaitable<bool> SaleRunner::ask_machine() {
    const auto told = co_await ports_.machine.outcome_of(*sale_.ticket);
    const VendResult silent{.outcome = VendResult::Outcome::unknown,
                            .reason = "the machine cannot tell after a restart"};
    std::vector<Fact> outcome{outcome_of_vend(told.value_or(silent))};
    co_return co_await write(std::move(outcome));
}

}  // namespace qrvend
