#include "controller/kiosk/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/seeded_random.hpp"

using namespace qrvend;
using test::SeededRandom;

namespace {

bool is_readable(std::string_view text) {
    return text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string_view::npos;
}

// ^[a-zA-Z0-9-]{8,64}$, the narrowest rule of the payment systems (Vipps ePayment, "reference").
bool fits_providers(std::string_view text) {
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-';
           });
}

// Counts what it is asked for, and gives one bit pattern.
class OneByte final : public Random {
public:
    explicit OneByte(unsigned char byte) : byte_(byte) {}
    void fill(std::span<std::byte> bytes) override {
        std::ranges::fill(bytes, std::byte{byte_});
        asked_ += bytes.size();
    }
    std::size_t asked() const { return asked_; }

private:
    unsigned char byte_;
    std::size_t asked_ = 0;
};

}  // namespace

TEST_CASE("random letters: as many as asked, of the alphabet that nobody misreads, all of it alike") {
    SeededRandom random(7);
    CHECK(random_letters(random, 0).empty());
    const std::string letters = random_letters(random, 32'000);
    CHECK(letters.size() == 32'000);
    CHECK(is_readable(letters));
    for (const char letter : std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
        const auto count = std::ranges::count(letters, letter);
        CHECK(count > 850);
        CHECK(count < 1150);
    }
}

TEST_CASE("every byte value maps into the alphabet, eight of them to each letter") {
    std::map<std::string, int> count;
    for (int value = 0; value < 256; ++value) {
        OneByte byte(static_cast<unsigned char>(value));
        ++count[random_letters(byte, 1)];
        CHECK(byte.asked() == 1);
    }
    CHECK(count.size() == 32);
    CHECK(std::ranges::all_of(count, [](const auto& each) { return each.second == 8; }));
}

TEST_CASE("a sale's id can be read out: ten letters and digits") {
    SeededRandom random(7);
    const SaleId id = new_sale_id(random);
    CHECK(id.text().size() == 10);
    CHECK(is_readable(id.text()));
}

TEST_CASE("a reference begins with the kiosk, holds 96 random bits or more, and fits every provider") {
    SeededRandom random(7);
    for (const std::string& kiosk : {std::string("v"), std::string("vm-0042"), std::string(24, 'k')}) {
        const PaymentReference reference = new_reference(random, kiosk);
        CHECK(reference.text().starts_with(kiosk + "-"));
        const std::string drawn = reference.text().substr(kiosk.size() + 1);
        CHECK(drawn.size() * 5 >= 96);
        CHECK(is_readable(drawn));
        CHECK(fits_providers(reference.text()));
    }
}

TEST_CASE("a key holds 96 random bits or more") {
    SeededRandom random(7);
    const IdempotencyKey key = new_key(random);
    CHECK(key.text().size() * 5 >= 96);
    CHECK(is_readable(key.text()));
    CHECK(fits_providers(key.text()));
}

TEST_CASE("no name is drawn twice") {
    SeededRandom random(7);
    std::set<std::string> names;
    for (int count = 0; count < 3000; ++count) {
        names.insert(new_sale_id(random).text());
        names.insert(new_reference(random, "vm").text());
        names.insert(new_key(random).text());
    }
    CHECK(names.size() == 9000);
}
