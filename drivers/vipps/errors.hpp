#pragma once
// What an answer other than success means: which world we stand in, and Vipps' code for it.
// Source: ePayment API guide, "Errors"; RFC 9457 (problem details). Decided by status and code, never by text.

#include <string>
#include <string_view>

#include "controller/base/http_message.hpp"
#include "controller/base/payment.hpp"
#include "controller/base/result.hpp"
#include "controller/base/time.hpp"

namespace qrvend::vipps {

/// A problem+json body, as far as it could be read.
struct Problem {
    bool is_object = false;  ///< the body is a JSON object at all
    bool is_problem =
        false;         ///< it has Vipps' form: `type` and `title`. The gateway in front of Vipps writes another
    std::string code;  ///< the ErrorCode ("6080"); empty where none is given
    std::string text;  ///< title, the fields complained of, trace id: for people
};

Problem read_problem(std::string_view body);

/// The failure that `answer`, whose status is not a success, means for `operation`.
///
/// *refused*: 400, 403, 404, 409 and their like, if the body is JSON (403 and 422 also with none), and 401. A 404
/// must have Vipps' own form, because the gateway's 404 tells nothing of a payment. *unsent*: 429. *unknown*:
/// everything else, also 423 (another call on this payment is under way: repeat with the same key), 5xx, redirects,
/// HTML, and the codes that say "try again later".
Failure classify(Operation operation, const HttpResponse& answer, WallTime now);

/// Whether a failed cancel says that the customer is approving just now.
bool says_approving(const Failure& failure);

/// Whether a failed read says that Vipps does not know the reference.
bool says_absent(const Failure& failure);

}  // namespace qrvend::vipps
