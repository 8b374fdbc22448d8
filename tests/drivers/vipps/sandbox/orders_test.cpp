// Order Management: a receipt is posted once, checked line by line, and read back.

#include <doctest/doctest.h>

#include "tests/drivers/vipps/sandbox/merchant.hpp"

using namespace qrvend;
using namespace qrvend::vipps::sandbox;
using namespace qrvend::vipps::sandbox::test;

namespace {

const std::string reference = "vm-0001-0001";
const std::string receipts = "/order-management/v2/ecom/receipts/";

}  // namespace

TEST_CASE("a receipt is answered with a bare string, once, and read back") {
    Merchant merchant;
    merchant.create(reference);
    const Answer posted = merchant.post(receipts + reference, Merchant::receipt());
    CHECK(posted.status() == 201);
    CHECK(posted.header("Content-Type") == "application/json");
    REQUIRE(posted.body.is_string());
    CHECK(posted.body.get<std::string>().size() == 36);
    CHECK(merchant.post(receipts + reference, Merchant::receipt()).status() == 409);
    const Answer read_back = merchant.get("/order-management/v2/ECOM/" + reference);
    CHECK(read_back.status() == 200);
    CHECK(read_back.body.at("receipt") == Merchant::receipt());
    CHECK(read_back.body.contains("category"));
    CHECK(merchant.sandbox.payment(reference, merchant.now)->calls.receipt == 2);
}

TEST_CASE("the payment need not exist, nor its type be written in lower case") {
    Merchant merchant;
    CHECK(merchant.post("/order-management/v2/ECOM/receipts/order_1.a", Merchant::receipt()).status() == 201);
    CHECK(merchant.post("/order-management/v2/recurring/receipts/order_2", Merchant::receipt()).status() == 201);
    CHECK(merchant.post("/order-management/v2/ecom/receipts/order:3", Merchant::receipt()).status() == 400);
    CHECK(merchant.get("/order-management/v2/ecom/order_9").status() == 404);
}

TEST_CASE("a receipt that came with the payment is read here and cannot be posted again") {
    Merchant merchant;
    json::Value order = Merchant::order(reference);
    order["receipt"] = Merchant::receipt();
    REQUIRE(merchant.send_order(order).status() == 201);
    CHECK_FALSE(merchant.payment(reference).body.contains("receipt"));
    CHECK(merchant.get("/order-management/v2/ecom/" + reference).body.at("receipt") == Merchant::receipt());
    CHECK(merchant.post(receipts + reference, Merchant::receipt()).status() == 409);
    CHECK(merchant.sandbox.payment(reference, merchant.now)->receipt_posted);
}

TEST_CASE("errors have the form of Order Management") {
    Merchant merchant;
    const Answer answer = merchant.post(receipts + reference, json::Value::object());
    CHECK(answer.status() == 400);
    CHECK(answer.text("instance") == receipts + reference);
    CHECK(answer.fields() == std::vector<std::string>{"orderLines", "bottomLine"});
    CHECK_FALSE(answer.body.contains("traceId"));
}

TEST_CASE("receipt: each rule") {
    // A JSON pointer, the text to put there (empty: remove it), and the field that breaks (empty: none).
    struct Rule {
        const char* pointer;
        const char* value;
        const char* broken;
    };
    for (const auto& [pointer, value, broken] :
         {Rule{"/orderLines/0/name", "", "orderLines[0].name"},
          Rule{"/orderLines/0/id", "", "orderLines[0].id"},
          Rule{"/orderLines/0/id", "12", "orderLines[0].id"},
          Rule{"/orderLines/0/totalAmount", "", "orderLines[0].totalAmount"},
          Rule{"/orderLines/0/totalAmount", "35.5", "orderLines[0].totalAmount"},
          Rule{"/orderLines/0/totalAmountExcludingTax", "", "orderLines[0].totalAmountExcludingTax"},
          Rule{"/orderLines/0/totalTaxAmount", "", "orderLines[0].totalTaxAmount"},
          Rule{"/orderLines/0/totalTaxAmount", "458", "orderLines[0].totalTaxAmount"},
          Rule{"/orderLines/0/taxRate", "", "orderLines[0].taxRate"},
          Rule{"/orderLines/0/taxRate", "10000", ""},
          Rule{"/orderLines/0/taxRate", "10001", "orderLines[0].taxRate"},
          Rule{"/orderLines/0/taxPercentage", "15", ""},
          Rule{"/orderLines/0/taxPercentage", "101", "orderLines[0].taxPercentage"},
          Rule{"/orderLines/0/unitInfo", "", ""},
          Rule{"/orderLines/0/unitInfo/unitPrice", "-1", "orderLines[0].unitInfo.unitPrice"},
          Rule{"/orderLines/0/unitInfo/quantity", "1", "orderLines[0].unitInfo.quantity"},
          Rule{"/orderLines/0/unitInfo/quantity", "\"0.5\"", ""},
          Rule{"/orderLines/0/unitInfo/quantity", "\"1.12345678\"", ""},
          Rule{"/orderLines/0/unitInfo/quantity", "\"1.123456789\"", "orderLines[0].unitInfo.quantity"},
          Rule{"/orderLines/0/unitInfo/quantity", "\"1.\"", "orderLines[0].unitInfo.quantity"},
          Rule{"/orderLines/0/unitInfo/quantity", "\"1,5\"", "orderLines[0].unitInfo.quantity"},
          Rule{"/orderLines/0/unitInfo/quantityUnit", "\"BOTTLE\"", "orderLines[0].unitInfo.quantityUnit"},
          Rule{"/orderLines/0/discount", "-1", "orderLines[0].discount"},
          Rule{"/orderLines/0/isReturn", "false", ""},
          Rule{"/orderLines/0/isReturn", "0", "orderLines[0].isReturn"},
          Rule{"/orderLines/0/colour", "1", "orderLines[0].colour"},
          Rule{"/bottomLine/currency", "", "bottomLine.currency"},
          Rule{"/bottomLine/currency", "\"kr\"", "bottomLine.currency"},
          Rule{"/bottomLine/tipAmount", "-1", "bottomLine.tipAmount"},
          Rule{"/bottomLine/paymentSources", R"({"card":3500})", ""},
          Rule{"/bottomLine/paymentSources", R"({"cheque":3500})", "bottomLine.paymentSources.cheque"},
          Rule{"/bottomLine/barcode", R"({"format":"CODE 39","data":"1"})", ""},
          Rule{"/bottomLine/barcode", R"({"format":"QR","data":"1"})", "bottomLine.barcode.format"},
          Rule{"/bottomLine/terminalId", "\"vm-0001\"", ""},
          Rule{"/bottomLine/colour", "1", "bottomLine.colour"},
          Rule{"/colour", "1", "colour"}}) {
        CAPTURE(pointer);
        CAPTURE(value);
        Merchant merchant;
        json::Value receipt = Merchant::receipt();
        const json::Value::json_pointer place{pointer};
        if (*value == '\0') {
            receipt[place.parent_pointer()].erase(place.back());
        } else {
            receipt[place] = json::parse(value).value();
        }
        const Answer answer = merchant.post(receipts + reference, receipt);
        CHECK(answer.status() == (*broken == '\0' ? 201 : 400));
        CHECK((answer.status() == 201 ? std::string{} : answer.fields().at(0)) == broken);
    }
}

TEST_CASE("the oldest receipts are forgotten when room is needed") {
    Settings settings = usual_settings();
    settings.limits.receipts = 1;
    Merchant merchant{settings};
    CHECK(merchant.post(receipts + "order-1", Merchant::receipt()).status() == 201);
    CHECK(merchant.post(receipts + "order-2", Merchant::receipt()).status() == 201);
    CHECK(merchant.get("/order-management/v2/ecom/order-1").status() == 404);
    CHECK(merchant.get("/order-management/v2/ecom/order-2").status() == 200);
}
