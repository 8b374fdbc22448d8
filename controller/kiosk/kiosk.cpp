#include "controller/kiosk/kiosk.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "controller/kiosk/describe.hpp"
#include "controller/kiosk/names.hpp"
#include "controller/kiosk/views.hpp"

namespace qrvend {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using Why = view::OutOfService::Why;

constexpr milliseconds first_readiness_retry = 2s;
constexpr milliseconds slowest_readiness_retry = 60s;
constexpr milliseconds storage_retry = 10s;
constexpr std::size_t most_events = 64;  // a stuck key must not fill the memory

bool may_be_approved(const Payment& payment) {
    using enum Payment::Standing;
    return payment.standing == sent || payment.standing == pending || payment.standing == authorized;
}

bool unreached(const Sale& sale) {
    return sale.abandoned && (sale.abandoned->reason == AbandonReason::provider_unreachable ||
                              sale.abandoned->reason == AbandonReason::capture_failed);
}

}  // namespace

Kiosk::Kiosk(const Ports& ports, asio::any_io_executor executor, KioskSettings settings)
    : ports_(ports), executor_(std::move(executor)), settings_(std::move(settings)), bell_(ports.clock) {}

Kiosk::~Kiosk() = default;

asio::awaitable<Kiosk::End> Kiosk::run() {
    show(view::OutOfService{.why = Why::starting, .detail = {}});
    if (!co_await take_up_open_sales()) {
        co_return End::journal_broken;
    }
    asio::co_spawn(executor_, listen_to_machine(), leave_the_loop);
    asio::co_spawn(executor_, listen_to_faults(), leave_the_loop);
    asio::co_spawn(executor_, listen_to_screen(), leave_the_loop);
    while (!stopping_ && !journal_broken_) {
        co_await become_ready();
        note_service();
        if (const auto why = out_of_service()) {
            show(*why);
        }
        co_await idle();
    }
    if (journal_broken_) {
        show(view::OutOfService{.why = Why::storage, .detail = "the journal cannot be written"});
        co_await turn_away_everybody();
        co_await give_up_uncaptured();
        co_return End::journal_broken;
    }
    show(view::OutOfService{.why = Why::stopping, .detail = {}});
    co_await turn_away_everybody();
    co_return End::stopped;
}

void Kiosk::stop() {
    stopping_ = true;
    if (current_ && goal_of(current_->sale()) == Goal::serve) {
        current_->post(fact::Left{.reason = LeftReason::stopping});
    }
    bell_.ring();
}

HttpResponse Kiosk::on_callback(const HttpRequest& request) {
    Callback callback = ports_.provider.read_callback(request);
    if (!callback.event) {
        if (!callback.refused_because.empty()) {
            ports_.log.write(LogLevel::warning, "a callback was refused", {{"reason", callback.refused_because}});
        }
        return std::move(callback.reply);
    }
    const auto owner = std::ranges::find_if(
        runners_, [&](const auto& runner) { return runner->has_payment(callback.event->reference); });
    if (owner != runners_.end()) {
        (*owner)->post(*callback.event);
    } else {
        ports_.log.write(LogLevel::info, "a callback about no open sale",
                         {{"reference", callback.event->reference.text()}});
    }
    return std::move(callback.reply);
}

std::optional<view::OutOfService> Kiosk::out_of_service() const {
    if (stopping_) {
        return view::OutOfService{.why = Why::stopping, .detail = {}};
    }
    const MachineStatus status = ports_.machine.status();
    if (!status.ready()) {
        const MachineFault& fault = status.faults.front();
        return view::OutOfService{.why = Why::machine_fault, .detail = fault.code + ": " + fault.detail};
    }
    if (!room_) {
        return view::OutOfService{.why = Why::storage, .detail = "no room on the disk for another sale"};
    }
    if (provider_down_) {
        return view::OutOfService{.why = Why::provider_unreachable,
                                  .detail = provider_down_->code + ": " + provider_down_->detail};
    }
    if (!provider_checked_ || finding_out()) {
        return view::OutOfService{.why = Why::starting, .detail = {}};
    }
    return std::nullopt;
}

// ---- what goes on all the time
// ------------------------------------------------------------------------------------

asio::awaitable<void> Kiosk::listen_to_machine() {
    while (true) {
        Selection selection = co_await ports_.machine.next_selection();
        push(Selected{std::move(selection)});
    }
}

asio::awaitable<void> Kiosk::listen_to_faults() {
    while (true) {
        co_await ports_.machine.status_changed();
        bell_.ring();
    }
}

asio::awaitable<void> Kiosk::listen_to_screen() {
    while (true) {
        Touch touch = co_await ports_.screen.next_touch();
        push(Touched{touch});
    }
}

asio::awaitable<void> Kiosk::listen_for_withdrawal(RequestId request) {
    co_await ports_.machine.withdrawn(request);
    push(MachineWithdrew{std::move(request)});
}

asio::awaitable<void> Kiosk::run_sale(std::shared_ptr<SaleRunner> runner) {
    const SaleRunner::End end = co_await runner->run();
    journal_broken_ = journal_broken_ || end == SaleRunner::End::journal_broken;
    std::erase(runners_, runner);
    bell_.ring();
}

void Kiosk::start(const std::shared_ptr<SaleRunner>& runner) {
    runners_.push_back(runner);
    asio::co_spawn(executor_, run_sale(runner), leave_the_loop);
}

// ---- the customer's coroutine
// -------------------------------------------------------------------------------------

asio::awaitable<bool> Kiosk::take_up_open_sales() {
    const auto records = co_await ports_.journal.open_sales();
    if (!records) {
        ports_.log.write(LogLevel::critical, "the journal cannot be read",
                         {{"code", records.error().code}, {"detail", records.error().detail}});
        co_return false;
    }
    std::vector<Sale> sales;
    for (const Record& record : *records) {
        if (const auto* opened = std::get_if<fact::Opened>(&record.fact)) {
            sales.push_back(open_sale(record.sale, *opened, record.stamp));
            continue;
        }
        const auto sale = std::ranges::find(sales, record.sale, &Sale::id);
        if (sale == sales.end()) {
            ports_.log.write(LogLevel::critical, "the journal holds a sale without its beginning",
                             {{"sale", record.sale.text()}});
            co_return false;
        }
        apply(*sale, record.fact, record.stamp);
    }
    for (Sale& sale : sales) {
        auto runner = std::make_shared<SaleRunner>(ports_, settings_.id, std::move(sale), *this);
        if (runner->sale().vend == Sale::Vend::not_started && !runner->sale().abandoned) {
            runner->post(fact::Abandoned{.reason = AbandonReason::restart});
        }
        ports_.log.write(LogLevel::notice, "an open sale is taken up", {{"sale", runner->sale().id.text()}});
        start(runner);
    }
    co_return true;
}

// Asks the provider and the disk, where that is due. The machine's status is read as it stands.
asio::awaitable<void> Kiosk::become_ready() {
    if (!ports_.machine.status().ready()) {
        co_return;
    }
    if (!co_await look_for_room()) {
        co_return;
    }
    const bool doubted = std::exchange(provider_doubted_, false) && !provider_down_;
    if (provider_checked_ && !doubted && ports_.clock.now().monotonic < provider_look()) {
        co_return;
    }
    const auto ready = co_await ports_.provider.get_ready();
    provider_checked_ = true;
    provider_checked_at_ = ports_.clock.now().monotonic;
    provider_failures_ = ready ? 0 : provider_failures_ + 1;
    provider_down_ = ready ? std::nullopt : std::optional{ready.error()};
}

// False where the journal turns out to be broken: by a call that was not the kiosk's own. Want of room passes.
asio::awaitable<bool> Kiosk::look_for_room() {
    const auto room = co_await ports_.journal.reserve_room();
    room_ = room.has_value();
    if (!room && room.error().world == World::unknown) {
        ports_.log.write(LogLevel::critical, "the journal cannot be written",
                         {{"code", room.error().code}, {"detail", room.error().detail}});
        journal_broken_ = true;
    }
    co_return !journal_broken_;
}

MonotonicTime Kiosk::provider_look() const {
    return provider_checked_at_ +
           (provider_down_ ? std::min(backoff(first_readiness_retry, provider_failures_), slowest_readiness_retry)
                           : settings_.readiness_interval);
}

// When to look by ourselves at what does not ring when it changes: the provider and the disk.
std::optional<MonotonicTime> Kiosk::next_look() const {
    if (!ports_.machine.status().ready()) {
        return std::nullopt;
    }
    const MonotonicTime provider = provider_look();
    return room_ ? provider : std::min(provider, ports_.clock.now().monotonic + storage_retry);
}

// Until something happens that is worth another look at everything.
asio::awaitable<void> Kiosk::idle() {
    if (stopping_ || journal_broken_) {
        co_return;
    }
    if (next_) {
        const Selection selection = *std::exchange(next_, std::nullopt);
        if (out_of_service()) {
            co_await refuse(selection.request, DeclineReason::out_of_service);
        } else {
            co_await serve(selection);
        }
        co_return;
    }
    if (!out_of_service()) {
        show(idle_view());
    }
    if (events_.empty()) {
        co_await bell_.wait(next_look());
    }
    while (auto event = pop()) {
        const auto selection = selection_in(*event);
        if (!selection) {
            continue;
        }
        if (out_of_service()) {
            co_await refuse(selection->request, DeclineReason::out_of_service);
            continue;
        }
        co_await serve(*selection);
        co_return;
    }
}

std::optional<Selection> Kiosk::selection_in(const Event& event) {
    if (const auto* selected = std::get_if<Selected>(&event)) {
        return selected->selection;
    }
    const auto* touched = std::get_if<Touched>(&event);
    if (touched == nullptr || out_of_service()) {
        return std::nullopt;
    }
    if (std::holds_alternative<touch::Begin>(touched->touch)) {
        ports_.machine.begin();
    }
    const auto* select = std::get_if<touch::Select>(&touched->touch);
    if (select == nullptr) {
        return std::nullopt;
    }
    auto selection = ports_.machine.select(select->slot);
    if (!selection) {
        ports_.log.write(LogLevel::info, "a touched product cannot be had",
                         {{"slot", std::to_string(select->slot.number)}, {"code", selection.error().code}});
        return std::nullopt;
    }
    return std::move(*selection);
}

asio::awaitable<void> Kiosk::serve(Selection selection) {
    const Shelf* chosen = shelf(selection.slot);
    if (chosen == nullptr || sold_out(*chosen)) {
        ports_.log.write(LogLevel::warning, "a selection that cannot be sold",
                         {{"slot", std::to_string(selection.slot.number)}});
        co_await refuse(selection.request, DeclineReason::unknown_slot);
        co_return;
    }
    if (!co_await look_for_room() || !room_) {
        co_await refuse(selection.request, DeclineReason::out_of_service);
        co_return;
    }
    note_price(selection, chosen->product);
    offer_ = offer_of(*chosen);
    offer_->price = selection.price.value_or(chosen->product.price);
    show(view::Preparing{.offer = *offer_});

    const fact::Opened opened{.selection = selection,
                              .product = chosen->product,
                              .amount = offer_->price,
                              .policy = policy(),
                              .provider = ports_.provider.traits().name,
                              .account = settings_.account};
    std::vector<Fact> first{opened};
    const auto written =
        co_await ports_.journal.append(new_sale_id(ports_.random), ports_.clock.now(), std::move(first));
    if (!written) {
        ports_.log.write(LogLevel::critical, "the journal cannot be written", {{"code", written.error().code}});
        journal_broken_ = true;
        co_await refuse(selection.request, DeclineReason::out_of_service);
        co_return;
    }
    const Record& record = written->front();
    ports_.log.write(LogLevel::notice, name_of(record.fact),
                     {{"sale", record.sale.text()}, {"detail", describe(record.fact)}});
    current_ =
        std::make_shared<SaleRunner>(ports_, settings_.id, open_sale(record.sale, opened, record.stamp), *this);
    asio::co_spawn(executor_, listen_for_withdrawal(selection.request), leave_the_loop);
    start(current_);
    co_await attend_sale();
}

// Until the current sale needs neither customer nor machine.
asio::awaitable<void> Kiosk::attend_sale() {
    if (stopping_) {
        current_->post(fact::Left{.reason = LeftReason::stopping});
    }
    while (!journal_broken_ && !leaves_kiosk(current_->sale())) {
        co_await bell_.wait();
        while (auto event = pop()) {
            co_await handle_during_sale(std::move(*event));
        }
    }
    if (journal_broken_) {
        co_return;
    }
    const Sale& sale = current_->sale();
    if (sale.vend == Sale::Vend::not_started) {
        co_await ports_.machine.decline(sale.opened.selection.request, DeclineReason::not_paid);
    }
    if (unreached(sale)) {
        provider_checked_ = false;  // look again before the next customer is invited
    }
    if (!stopping_ && !next_) {
        co_await show_result();
    }
    current_.reset();
}

asio::awaitable<void> Kiosk::show_result() {
    const bool note_taking = goal_of(current_->sale()) == Goal::hold;
    const MonotonicTime until =
        ports_.clock.now().monotonic + (note_taking ? settings_.ask_operator_time : settings_.message_time);
    while (!stopping_ && !journal_broken_) {
        const bool rang = co_await bell_.wait(until);
        while (auto event = pop()) {
            if (const auto* selected = std::get_if<Selected>(&*event)) {
                next_ = selected->selection;
                co_return;
            }
            const auto* touched = std::get_if<Touched>(&*event);
            if (touched != nullptr && std::holds_alternative<touch::Dismiss>(touched->touch)) {
                co_return;
            }
        }
        if (!rang) {
            co_return;
        }
    }
}

asio::awaitable<void> Kiosk::handle_during_sale(Event event) {
    const Sale& sale = current_->sale();
    if (const auto* withdrew = std::get_if<MachineWithdrew>(&event)) {
        if (withdrew->request == sale.opened.selection.request && sale.vend == Sale::Vend::not_started) {
            current_->post(fact::Withdrawn{});
        }
        co_return;
    }
    const bool may_leave = goal_of(sale) == Goal::serve && !sale.left;
    if (const auto* selected = std::get_if<Selected>(&event)) {
        const auto passed_over = std::exchange(next_, selected->selection);
        if (may_leave) {
            current_->post(fact::Left{.reason = LeftReason::other_selection});
        }
        if (passed_over) {
            co_await refuse(passed_over->request, DeclineReason::not_paid);
        }
        co_return;
    }
    if (std::holds_alternative<touch::Cancel>(std::get<Touched>(event).touch) && may_leave) {
        show(view::Finishing{.offer = *offer_});
        current_->post(fact::Left{.reason = LeftReason::cancelled});
    }
}

asio::awaitable<void> Kiosk::refuse(RequestId request, DeclineReason reason) {
    co_await ports_.machine.decline(std::move(request), reason);
}

// Whoever still waits for an answer of the machine gets one.
asio::awaitable<void> Kiosk::turn_away_everybody() {
    if (current_ && current_->sale().vend == Sale::Vend::not_started) {
        co_await refuse(current_->sale().opened.selection.request, DeclineReason::out_of_service);
    }
    if (const auto chosen = std::exchange(next_, std::nullopt)) {
        co_await refuse(chosen->request, DeclineReason::out_of_service);
    }
    while (auto event = pop()) {
        if (const auto* selected = std::get_if<Selected>(&*event)) {
            co_await refuse(selected->selection.request, DeclineReason::out_of_service);
        }
    }
}

// The one act without an intent on disk: on a disk that no longer writes, the waiting customer's payment is ended
// once.
asio::awaitable<void> Kiosk::give_up_uncaptured() {
    const Payment* payment = current_ ? current_->sale().first_payment() : nullptr;
    if (payment == nullptr || !may_be_approved(*payment) || payment->captured_minor > 0 ||
        payment->of(Operation::capture).number > 0 || current_->sale().vend != Sale::Vend::not_started) {
        co_return;
    }
    const Sale& sale = current_->sale();
    const PaymentOrder order{.reference = payment->reference,
                             .sale = sale.id,
                             .product = sale.opened.product,
                             .amount = sale.opened.amount};
    PaymentCall cancel{.operation = Operation::cancel,
                       .reference = payment->reference,
                       .key = new_key(ports_.random),
                       .amount = zero(payment->currency),
                       .body = ports_.provider.prepare(Operation::cancel, order, zero(payment->currency))};
    const auto cancelled = co_await ports_.provider.perform(std::move(cancel));
    ports_.log.write(LogLevel::error, "the waiting payment was ended without a record",
                     {{"sale", sale.id.text()}, {"result", cancelled ? "done" : cancelled.error().code}});
}

// ---- small parts
// --------------------------------------------------------------------------------------------------

void Kiosk::sale_decided(const SaleRunner& runner, const Step& step) {
    if (current_.get() != &runner) {
        // It may have been the last that stood in the way of selling. And what it met with may be that the provider
        // has gone: nobody is to be invited then. (Looking costs nothing where the provider has just answered.)
        provider_doubted_ = true;
        bell_.ring();
        return;
    }
    show(view_of_sale(runner.sale(), step, *offer_, runner.picture()));
    if (leaves_kiosk(runner.sale())) {
        bell_.ring();
    }
}

void Kiosk::push(Event event) {
    if (events_.size() < most_events) {
        events_.push_back(std::move(event));
    }
    bell_.ring();
}

std::optional<Kiosk::Event> Kiosk::pop() {
    if (events_.empty()) {
        return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void Kiosk::show(View view) {
    if (shown_ != view) {
        shown_ = view;
        ports_.screen.show(std::move(view));
    }
}

void Kiosk::note_service() {
    const auto why = out_of_service();
    const std::string note = why ? "out of service, " + why->detail : "in service";
    if (note != service_note_) {
        ports_.log.write(why ? LogLevel::error : LogLevel::notice, why ? "out of service" : "in service",
                         {{"detail", why ? why->detail : std::string{}}});
        service_note_ = note;
    }
}

view::Idle Kiosk::idle_view() const {
    view::Idle idle{.offers = {},
                    .own_keypad = ports_.machine.traits().own_keypad,
                    .wants_begin = ports_.machine.status().wants_begin};
    for (const Shelf& shelf : settings_.shelves) {
        idle.offers.push_back(offer_of(shelf));
    }
    return idle;
}

view::Offer Kiosk::offer_of(const Shelf& shelf) const {
    return {.slot = shelf.product.slot,
            .name = shelf.product.name,
            .price = shelf.product.price,
            .picture = shelf.picture,
            .sold_out = sold_out(shelf)};
}

// The machine's price is the one that stands on its shelf, and is charged. That the config names another is for the
// technician to mend; each such price is told once.
void Kiosk::note_price(const Selection& selection, const Product& product) {
    if (!selection.price || *selection.price == product.price) {
        return;
    }
    const auto [noted, is_new] = noted_prices_.try_emplace(product.slot, *selection.price);
    if (is_new || std::exchange(noted->second, *selection.price) != *selection.price) {
        ports_.log.write(LogLevel::warning, "the machine's price is not the config's; the machine's is charged",
                         {{"slot", std::to_string(product.slot.number)},
                          {"machine", to_string(*selection.price)},
                          {"config", to_string(product.price)}});
    }
}

const Shelf* Kiosk::shelf(Slot slot) const {
    const auto found =
        std::ranges::find_if(settings_.shelves, [&](const Shelf& one) { return one.product.slot == slot; });
    return found == settings_.shelves.end() ? nullptr : &*found;
}

bool Kiosk::sold_out(const Shelf& shelf) const {
    const auto empty = ports_.machine.status().sold_out;
    return shelf.sold_out || std::ranges::find(empty, shelf.product.slot) != empty.end();
}

// A vend of an earlier run whose outcome the machine has not told yet: no other may be commanded meanwhile.
bool Kiosk::finding_out() const {
    return std::ranges::any_of(runners_, [this](const auto& runner) {
        return runner != current_ && goal_of(runner->sale()) == Goal::find_out;
    });
}

Policy Kiosk::policy() const {
    const PaymentTraits traits = ports_.provider.traits();
    return {.capture = settings_.capture,
            .unknown_vend = settings_.unknown_vend,
            .payment_timeout = settings_.payment_timeout,
            .answer_limit = ports_.machine.traits().answer_limit,
            .posts_receipt = traits.posts_receipt,
            .poll_interval = traits.poll_interval,
            .retry_base = traits.retry_base};
}

}  // namespace qrvend
