#pragma once
// Idempotency keys: the first answer under a key is the answer for ever, be it a success or a 4xx of the API
// itself. How long Vipps keeps keys is not documented; here it is until room is needed.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "controller/base/http_message.hpp"
#include "drivers/vipps/sandbox/calls.hpp"

namespace qrvend::vipps::sandbox {

class Keys {
public:
    explicit Keys(std::size_t limit) : limit_(limit) {}

    enum class Meaning : std::uint8_t {
        fresh,
        repeated,    ///< same call, same bytes: `first` is the answer
        other_body,  ///< same call, other bytes or another payment
        other_call,  ///< used by another kind of call
    };
    struct Found {
        Meaning meaning = Meaning::fresh;
        const HttpResponse* first = nullptr;  ///< valid until the next keep()
    };

    /// `request` is the path and body that the key must always come with.
    Found look_up(const std::string& key, Call call, std::string_view request) const;
    void keep(const std::string& key, Call call, std::string_view request, HttpResponse answer);

private:
    struct Entry {
        Call call = Call::create;
        std::size_t request_hash = 0;
        HttpResponse answer;
    };
    std::size_t limit_;
    std::unordered_map<std::string, Entry> entries_;
    std::deque<std::string> oldest_first_;
};

}  // namespace qrvend::vipps::sandbox
