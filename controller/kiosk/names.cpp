#include "controller/kiosk/names.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace qrvend {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t sale_letters = 10;
constexpr std::size_t reference_letters = 20;
constexpr std::size_t key_letters = 26;

}  // namespace

std::string random_letters(Random& random, std::size_t count) {
    std::vector<std::byte> bytes(count);
    random.fill(bytes);
    std::string letters;
    letters.reserve(count);
    for (const std::byte byte : bytes) {
        letters +=
            alphabet[std::to_integer<std::size_t>(byte) % alphabet.size()];  // 256 is a multiple of 32: no bias
    }
    return letters;
}

SaleId new_sale_id(Random& random) {
    return SaleId{random_letters(random, sale_letters)};
}

PaymentReference new_reference(Random& random, const std::string& kiosk_id) {
    return PaymentReference{kiosk_id + "-" + random_letters(random, reference_letters)};
}

IdempotencyKey new_key(Random& random) {
    return IdempotencyKey{random_letters(random, key_letters)};
}

}  // namespace qrvend
