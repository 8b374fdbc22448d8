#include "drivers/vipps/settings.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

std::string first_problem(const std::function<void(vipps::Settings&)>& change) {
    vipps::Settings settings = test_settings();
    change(settings);
    const auto found = vipps::problems(settings);
    return found.empty() ? "" : found.front();
}

}  // namespace

TEST_CASE("good settings have no problems") {
    CHECK(vipps::problems(test_settings()).empty());
    CHECK(first_problem([](auto& s) { s.base_url = "http://127.0.0.1:8080"; }).empty());
    CHECK(first_problem([](auto& s) { s.webhook_url = "https://kiosk.example/hooks/vipps"; }).empty());
    CHECK(first_problem([](auto& s) {
              s.base_url = "http://127.0.0.1:8080";
              s.webhook_url = "http://127.0.0.1:9090/hooks/vipps";
          }).empty());
}

TEST_CASE("each setting that cannot be used is named") {
    CHECK(first_problem([](auto& s) { s.merchant_serial_number = "123"; }).starts_with("merchant_serial_number"));
    CHECK(first_problem([](auto& s) {
              s.merchant_serial_number = "12345678901";
          }).starts_with("merchant_serial_number"));
    CHECK(
        first_problem([](auto& s) { s.merchant_serial_number = "12a456"; }).starts_with("merchant_serial_number"));
    CHECK(first_problem([](auto& s) { s.client_id.clear(); }).starts_with("client_id"));
    CHECK(first_problem([](auto& s) { s.client_secret = "line\nbreak"; }).starts_with("client_secret"));
    CHECK(first_problem([](auto& s) { s.subscription_key.clear(); }).starts_with("subscription_key"));
    CHECK(first_problem([](auto& s) { s.system_name = std::string(31, 'x'); }).starts_with("system_name"));
    CHECK(first_problem([](auto& s) { s.base_url = "https://api.vipps.no/"; }).starts_with("base_url"));
    CHECK(first_problem([](auto& s) { s.base_url = "https://api.vipps.no/v1"; }).starts_with("base_url"));
    CHECK(first_problem([](auto& s) { s.base_url = "http://api.vipps.no"; }).starts_with("base_url"));
    CHECK(first_problem([](auto& s) { s.order_management_url = "nonsense"; }).starts_with("order_management_url"));
    CHECK(first_problem([](auto& s) { s.webhook_url = "http://kiosk.example/"; }).starts_with("webhook_url"));
    CHECK(first_problem([](auto& s) { s.picture_size_px = 99; }).starts_with("picture_size_px"));
    CHECK(first_problem([](auto& s) { s.deadlines.query = milliseconds{0}; }).starts_with("every deadline"));
}

TEST_CASE("a problem never quotes a secret") {
    CHECK(first_problem([](auto& s) { s.client_secret = "s3cret\n"; }).find("s3cret") == std::string::npos);
}

TEST_CASE("a provider is not made of settings that cannot be used") {
    Bench bench;
    bench.settings.client_id.clear();
    CHECK_THROWS_AS(bench.provider(), std::invalid_argument);
}
