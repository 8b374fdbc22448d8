#pragma once
// Fresh names: sale ids, payment references, idempotency keys. References and keys hold at least 96 random bits, so
// that a cloned card, a restored backup or a clock set back cannot meet an old payment.

#include <string>

#include "controller/base/ids.hpp"
#include "controller/ports/random.hpp"

namespace qrvend {

/// Letters and digits that nobody mistakes for one another when reading them out (Crockford's base 32), 5 bits
/// each.
std::string random_letters(Random& random, std::size_t count);

SaleId new_sale_id(Random& random);                                           ///< 10 letters: 50 bits
PaymentReference new_reference(Random& random, const std::string& kiosk_id);  ///< "vm-0042-" and 100 bits
IdempotencyKey new_key(Random& random);                                       ///< 26 letters: 130 bits

}  // namespace qrvend
