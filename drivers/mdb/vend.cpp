#include "drivers/mdb/vend.hpp"

#include <algorithm>

namespace qrvend::mdb {

// ---- what the machine says

Sequence Vend::request(const std::optional<event::VendRequested>& wanted) {
    const bool open = stage_ == Stage::waiting || stage_ == Stage::approving;
    if (open && wanted && wanted == request_ && !approval_was_sent()) {
        return Sequence::kept;  // said again by a machine that missed our ACK
    }
    if (under_way()) {
        abandon("the machine asked for something else");
        outbox_.put(message::VendDenied{});
        return Sequence::broken;
    }
    abandon("the machine asked for something else");
    outbox_.drop<message::VendDenied>();
    last_end_ = End::none;
    if (!wanted) {
        refuse();
        return Sequence::kept;
    }
    request_ = wanted;
    stage_ = Stage::waiting;
    events_.emplace_back(*wanted);
    return Sequence::kept;
}

Sequence Vend::cancel() {
    const std::string why = "cancelled at the machine";
    switch (stage_) {
        case Stage::vending:
            return Sequence::broken;
        case Stage::waiting:
            events_.emplace_back(event::Withdrawn{why});
            break;
        case Stage::approving:
            if (approval_was_sent()) {
                recall_approval();
                return Sequence::kept;
            }
            drop_approval(why);
            break;
        case Stage::recalled:
            outbox_.put(message::VendDenied{});
            return Sequence::kept;
        default:
            break;
    }
    refuse();
    return Sequence::kept;
}

Sequence Vend::succeed(const event::Vended& vended) {
    return end(End::vended, vended);
}

Sequence Vend::fail(const event::VendFailed& failed) {
    return end(End::failed, failed);
}

Sequence Vend::end(End end, Event event) {
    const bool heard = stage_ == Stage::approving && approval_was_sent();
    if (heard || (stage_ == Stage::recalled && in_doubt_)) {
        events_.emplace_back(event::ApprovalTaken{});
    } else if (stage_ != Stage::vending && stage_ != Stage::recalled) {
        const bool repeated = stage_ == Stage::none && end == last_end_;
        abandon("the machine went on without an approval");
        outbox_.drop<message::VendDenied>();
        return repeated ? Sequence::kept : Sequence::broken;
    }
    outbox_.drop<message::VendApproved>();
    outbox_.drop<message::VendDenied>();
    events_.push_back(std::move(event));
    stage_ = Stage::none;
    in_doubt_ = false;
    last_end_ = end;
    return Sequence::kept;
}

Sequence Vend::complete() {
    const bool interrupted = under_way();
    abandon("the machine ended the session");
    outbox_.drop<message::VendDenied>();
    return interrupted ? Sequence::broken : Sequence::kept;
}

void Vend::reset(const std::string& why) {
    if (stage_ == Stage::vending) {
        events_.emplace_back(
            event::Vended{.proof = why + " after the approval was acknowledged: counts as VEND SUCCESS"});
        stage_ = Stage::none;
    }
    abandon(why);
    last_end_ = End::none;
}

void Vend::machine_gone(const std::string& why) {
    switch (stage_) {
        case Stage::waiting:
            events_.emplace_back(event::Withdrawn{why});
            refuse();
            break;
        case Stage::approving:
            if (approval_was_sent()) {
                recall_approval();
                end_doubt(why);
            } else {
                drop_approval(why);
                refuse();
            }
            break;
        default:
            end_doubt(why);
            break;
    }
}

void Vend::approval_heard() {
    stage_ = Stage::vending;
    events_.emplace_back(event::ApprovalTaken{});
}

void Vend::denial_heard() {
    if (stage_ == Stage::denying) {
        stage_ = Stage::none;
    }
}

// ---- what the driver says

void Vend::approve(std::optional<std::uint32_t> wire_amount) {
    if (stage_ == Stage::approving || stage_ == Stage::vending || in_doubt_) {
        events_.emplace_back(event::Oddity{"a second approval of one request, not sent"});
        return;
    }
    if (stage_ != Stage::waiting || !request_was_told()) {
        events_.emplace_back(event::ApprovalDropped{"the machine no longer waits for it"});
        return;
    }
    if (!wire_amount) {
        events_.emplace_back(event::ApprovalDropped{"the amount cannot be named in the machine's units"});
        refuse();
        return;
    }
    outbox_.put(message::VendApproved{.amount = *wire_amount});
    stage_ = Stage::approving;
}

void Vend::deny() {
    const std::string why = "taken back";
    if (stage_ == Stage::approving && !approval_was_sent()) {
        drop_approval(why);
        refuse();
    } else if (stage_ == Stage::approving) {
        recall_approval();
        end_doubt(why);
    } else if (stage_ == Stage::recalled) {
        end_doubt(why);
    } else if (stage_ == Stage::waiting && request_was_told()) {
        refuse();
    }
}

void Vend::refuse() {
    outbox_.put(message::VendDenied{});
    if (stage_ != Stage::recalled) {
        stage_ = Stage::denying;
    }
}

// ---- small parts

bool Vend::request_was_told() const {
    return std::ranges::none_of(
        events_, [](const Event& event) { return std::holds_alternative<event::VendRequested>(event); });
}

void Vend::drop_approval(const std::string& why) {
    outbox_.drop<message::VendApproved>();
    events_.emplace_back(event::ApprovalDropped{why});
}

void Vend::recall_approval() {
    outbox_.drop<message::VendApproved>();
    outbox_.put(message::VendDenied{});
    stage_ = Stage::recalled;
    in_doubt_ = true;
}

void Vend::end_doubt(const std::string& why) {
    if (std::exchange(in_doubt_, false)) {
        events_.emplace_back(event::ApprovalInDoubt{why});
    }
}

// Whatever was open is not, and the state is none; but what vends goes on.
void Vend::abandon(const std::string& why) {
    if (stage_ == Stage::vending) {
        return;
    }
    if (stage_ == Stage::waiting) {
        events_.emplace_back(event::Withdrawn{why});
    } else if (stage_ == Stage::approving && !approval_was_sent()) {
        drop_approval(why);
    } else if (stage_ == Stage::approving) {
        recall_approval();
    }
    end_doubt(why);
    stage_ = Stage::none;
}

}  // namespace qrvend::mdb
