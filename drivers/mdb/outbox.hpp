#pragma once
// What the reader still has to say. Each message is given at a poll, and again at every poll, until the machine has
// acknowledged it; one of a kind at most.
//
// One message goes out at a time, because a machine may read only the first of an answer and acknowledge them all.
// VEND DENIED with SESSION CANCEL REQUEST behind it is the exception, as in the standard's own example: a machine
// that overlooks the second ends the session anyway, or is asked again.

#include <algorithm>
#include <deque>
#include <vector>

#include "drivers/mdb/messages.hpp"

namespace qrvend::mdb {

class Outbox {
public:
    /// Behind what waits already; in the place of one of its kind. CMD OUT OF SEQUENCE comes before all: what
    /// stands behind it is for machines that ignore it.
    void put(Message message);

    template <class Kind>
    bool holds() const {
        return find<Kind>() != letters_.end();
    }
    /// It has been on the bus at least once.
    template <class Kind>
    bool was_sent() const {
        const auto found = find<Kind>();
        return found != letters_.end() && found->sent;
    }
    template <class Kind>
    bool drop() {
        return std::erase_if(letters_, is<Kind>) > 0;
    }
    void clear() { letters_.clear(); }
    std::size_t size() const { return letters_.size(); }

    /// What is now sent: empty where there is nothing to say.
    Block answer(Layout layout);

    /// The last answer was heard: its messages, less those that were dropped since. They are gone.
    std::vector<Message> acknowledged();

    /// Nobody acknowledged the last answer, and nobody will.
    void unheard();

    /// All that the last answer held still holds, so that it may be said again.
    bool answer_stands() const;

private:
    struct Letter {
        Message message;
        bool sent = false;
        bool on_its_way = false;  ///< part of the last answer
    };

    template <class Kind>
    static bool is(const Letter& letter) {
        return std::holds_alternative<Kind>(letter.message);
    }
    template <class Kind>
    std::deque<Letter>::const_iterator find() const {
        return std::ranges::find_if(letters_, is<Kind>);
    }

    std::deque<Letter> letters_;
    std::size_t answered_ = 0;  ///< messages in the last answer
};

}  // namespace qrvend::mdb
