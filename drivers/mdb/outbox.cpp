#include "drivers/mdb/outbox.hpp"

#include <utility>

namespace qrvend::mdb {

namespace {

bool may_follow(const Message& first, const Message& next) {
    return std::holds_alternative<message::VendDenied>(first) &&
           std::holds_alternative<message::SessionCancelRequest>(next);
}

}  // namespace

void Outbox::put(Message message) {
    const auto same = std::ranges::find_if(
        letters_, [&](const Letter& letter) { return letter.message.index() == message.index(); });
    if (same != letters_.end()) {
        same->message = std::move(message);
    } else if (std::holds_alternative<message::OutOfSequence>(message)) {
        letters_.push_front({.message = std::move(message)});
    } else {
        letters_.push_back({.message = std::move(message)});
    }
}

Block Outbox::answer(Layout layout) {
    unheard();
    Block block;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
        if (i > 0 && !may_follow(letters_[i - 1].message, letters_[i].message)) {
            break;
        }
        const Block bytes = encode(letters_[i].message, layout);
        block.insert(block.end(), bytes.begin(), bytes.end());
        letters_[i].sent = true;
        letters_[i].on_its_way = true;
        ++answered_;
    }
    return block;
}

std::vector<Message> Outbox::acknowledged() {
    std::vector<Message> heard;
    for (const Letter& letter : letters_) {
        if (letter.on_its_way) {
            heard.push_back(letter.message);
        }
    }
    std::erase_if(letters_, [](const Letter& letter) { return letter.on_its_way; });
    answered_ = 0;
    return heard;
}

void Outbox::unheard() {
    for (Letter& letter : letters_) {
        letter.on_its_way = false;
    }
    answered_ = 0;
}

bool Outbox::answer_stands() const {
    return std::cmp_equal(std::ranges::count_if(letters_, &Letter::on_its_way), answered_);
}

}  // namespace qrvend::mdb
