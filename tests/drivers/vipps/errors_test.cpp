#include "drivers/vipps/errors.hpp"

#include <doctest/doctest.h>

#include "tests/drivers/vipps/fakes.hpp"

using namespace qrvend;
using namespace qrvend::vipps::test;

namespace {

constexpr WallTime now{seconds{784111777}};

Failure classified(Operation operation, int status, std::string body, std::vector<HttpHeader> headers = {}) {
    return vipps::classify(operation, {.status = status, .headers = std::move(headers), .body = std::move(body)},
                           now);
}

struct Expected {
    Operation operation;
    int status;
    const char* code;
    World world;
    Refusal refusal;
};

}  // namespace

TEST_CASE("a problem is read with its code, its fields and its trace") {
    const auto problem = vipps::read_problem(
        R"({"type":"https://httpstatuses.io/400","title":"Cannot capture before reservation","detail":"...",
            "instance":"/v1/payments/vm-0001-20261120-0001/capture","status":400,
            "extraDetails":[{"name":"ErrorCode","reason":"6080"},{"name":"Amount","reason":"too small"}],
            "traceId":"00-abc-01"})");
    CHECK(problem.is_problem);
    CHECK(problem.code == "6080");
    CHECK(problem.text == "Cannot capture before reservation, Amount: too small (trace 00-abc-01)");
}

TEST_CASE("a problem is read tolerantly") {
    CHECK(vipps::read_problem(R"({"type":"t","title":"x","status":"404","extraDetails":null})").is_problem);
    CHECK(vipps::read_problem(R"({"type":"t","title":"x","extraDetails":[{"name":"ErrorCode","reason":6080}]})")
              .code == "6080");
    CHECK(vipps::read_problem(R"({"type":"t","title":"x","extraDetails":["odd",7,null,{"name":5}]})").code.empty());
    CHECK(vipps::read_problem(R"({"type":"t","title":"x","invalidParams":[{"name":"a","reason":"b"}]})").text ==
          "x, a: b");

    const auto gateway = vipps::read_problem(R"({"statusCode":401,"message":"Access denied"})");
    CHECK(gateway.is_object);
    CHECK_FALSE(gateway.is_problem);
    CHECK(gateway.text == "Access denied");

    CHECK_FALSE(vipps::read_problem("<html>").is_object);
    CHECK_FALSE(vipps::read_problem("[1]").is_object);
    CHECK_FALSE(vipps::read_problem("").is_object);
}

TEST_CASE("a foreign text becomes one short line") {
    const auto problem =
        vipps::read_problem(R"({"type":"t","title":"a\nb\u0007)" + std::string(1000, 'x') + R"("})");
    CHECK(problem.text.starts_with("a b x"));
    CHECK(problem.text.size() == 300);
}

TEST_CASE("each code that says more than its status") {
    using enum Operation;
    for (const Expected& row : {
             Expected{request, 400, "4150", World::refused, Refusal::conflict},
             Expected{request, 409, "4150", World::refused, Refusal::conflict},
             Expected{request, 409, "4020", World::refused, Refusal::conflict},
             Expected{request, 409, "", World::refused, Refusal::conflict},
             Expected{request, 400, "5040", World::refused, Refusal::other},
             Expected{request, 400, "6010", World::refused, Refusal::other},
             Expected{request, 403, "5060", World::refused, Refusal::other},
             Expected{capture, 409, "4010", World::refused, Refusal::conflict},
             Expected{capture, 409, "", World::refused, Refusal::other},
             Expected{capture, 400, "6070", World::refused, Refusal::impossible},
             Expected{capture, 400, "6080", World::refused, Refusal::other},
             Expected{capture, 400, "6090", World::refused, Refusal::other},
             Expected{capture, 400, "6100", World::refused, Refusal::impossible},
             Expected{capture, 400, "6170", World::refused, Refusal::other},
             Expected{capture, 400, "6260", World::unknown, Refusal::other},
             Expected{capture, 400, "6280", World::unknown, Refusal::other},
             Expected{cancel, 400, "6030", World::refused, Refusal::impossible},
             Expected{cancel, 400, "6040", World::refused, Refusal::other},
             Expected{cancel, 400, "6050", World::refused, Refusal::other},
             Expected{cancel_unapproved, 400, "6060", World::refused, Refusal::other},
             Expected{refund, 400, "5100", World::refused, Refusal::impossible},
             Expected{refund, 400, "6150", World::refused, Refusal::other},
             Expected{refund, 400, "6220", World::refused, Refusal::impossible},
             Expected{refund, 409, "4150", World::refused, Refusal::conflict},
             Expected{capture, 404, "5090", World::refused, Refusal::other},
             Expected{request, 400, "3010", World::unknown, Refusal::other},
             Expected{request, 500, "3010", World::unknown, Refusal::other},
             Expected{post_receipt, 409, "", World::refused, Refusal::conflict},
             Expected{post_receipt, 400, "4150", World::refused, Refusal::other},
         }) {
        CAPTURE(row.status);
        CAPTURE(row.code);
        const auto failure = classified(row.operation, row.status, problem(row.status, row.code));
        CHECK(failure.world == row.world);
        CHECK(failure.refusal == row.refusal);
        CHECK(failure.code == (*row.code == '\0' ? std::to_string(row.status) : row.code));
    }
}

TEST_CASE("what the gateway says in its own form, or with nothing") {
    CHECK(classified(Operation::capture, 403, "").world == World::refused);
    CHECK(classified(Operation::capture, 422, R"({"statusCode":422})").world == World::refused);
    CHECK(classified(Operation::capture, 401, "").world == World::refused);
    CHECK(classified(Operation::capture, 401, "").detail.find("configuration") != std::string::npos);
    CHECK(classified(Operation::capture, 429, "<html>").world == World::unsent);
    CHECK(classified(Operation::capture, 429, "").code == "429");
    CHECK_FALSE(classified(Operation::capture, 429, "").retry_after);
    CHECK(classified(Operation::capture, 429, "", {{.name = "Retry-After", .value = "20"}}).retry_after ==
          seconds{20});
    CHECK(
        classified(Operation::capture, 429, "", {{.name = "retry-after", .value = "Sun, 06 Nov 1994 08:50:37 GMT"}})
            .retry_after == seconds{60});
}

TEST_CASE("everything else is unknown, because it may have happened") {
    for (const int status : {100, 301, 302, 307, 408, 423, 500, 502, 503, 504, 599}) {
        CAPTURE(status);
        CHECK(classified(Operation::capture, status, problem(status, "")).world == World::unknown);
    }
    for (const int status : {400, 403, 404, 405, 409, 410, 422}) {
        CAPTURE(status);
        CHECK(classified(Operation::capture, status, "<html>no</html>").world == World::unknown);
    }
    CHECK(classified(Operation::capture, 400, "").world == World::unknown);
    CHECK(classified(Operation::capture, 423, "", {{.name = "Retry-After", .value = "2"}}).retry_after ==
          seconds{2});
}

TEST_CASE("only Vipps itself says that a payment does not exist") {
    CHECK(vipps::says_absent(classified(Operation::ask, 404, problem(404, "5090"))));
    CHECK(vipps::says_absent(classified(Operation::ask, 404, problem(404, ""))));
    CHECK_FALSE(vipps::says_absent(classified(Operation::ask, 404, problem(404, "4090"))));
    CHECK_FALSE(vipps::says_absent(
        classified(Operation::ask, 404, R"({"statusCode":404,"message":"Resource not found"})")));
    CHECK_FALSE(vipps::says_absent(classified(Operation::ask, 404, "<html>")));
    CHECK_FALSE(vipps::says_absent(classified(Operation::ask, 404, "")));
    CHECK_FALSE(vipps::says_absent(classified(Operation::ask, 500, problem(500, "5090"))));
}
