#include "tests/loops/story.hpp"

namespace qrvend::test {

namespace {

using simulated::Mood;
using What = Act::What;

const std::vector<Act> approves{{.what = What::approves, .at = 5s}};

// The order of capture matters once somebody has approved.
std::vector<Story> approved_stories() {
    return {
        {.name = "sells", .acts = approves},
        {.name = "sells, told by webhook", .acts = approves, .webhooks = true},
        {.name = "sells, the computer restarts", .acts = approves, .reboots = true},
        {.name = "jams", .acts = approves, .ends = SaleResult::returned, .mood = Mood::jams},
        {.name = "the mechanism is gone", .acts = approves, .ends = SaleResult::returned, .mood = Mood::is_gone},
        {.name = "the machine keeps quiet",
         .acts = approves,
         .ends = SaleResult::returned,
         .mood = Mood::keeps_quiet},
        {.name = "jams for two, and refunds take long",
         .acts = approves,
         .ends = SaleResult::returned,
         .mood = Mood::jams,
         .customers = 2,
         .refund_takes = 40s},
        {.name = "approved while the cancel is on its way",
         .acts = {{.what = What::cancels, .at = 4s}, {.what = What::approves, .at = 4040ms}}},
        {.name = "approved at the end of the wait",
         .acts = {{.what = What::opens_app, .at = 25s}, {.what = What::approves, .at = 34s}}},
    };
}

std::vector<Story> unapproved_stories() {
    return {
        {.name = "walks away", .ends = SaleResult::not_paid},
        {.name = "walks away and approves too late",
         .acts = {{.what = What::approves, .at = 60s}},
         .ends = SaleResult::not_paid},
        {.name = "rejects", .acts = {{.what = What::rejects, .at = 5s}}, .ends = SaleResult::not_paid},
        {.name = "cancels", .acts = {{.what = What::cancels, .at = 4s}}, .ends = SaleResult::not_paid},
        {.name = "takes the selection back and approves",
         .acts = {{.what = What::pulls_lever, .at = 4s}, {.what = What::approves, .at = 4040ms}},
         .ends = SaleResult::returned},
    };
}

std::vector<Story> in_both_orders(std::vector<Story> stories) {
    const std::size_t count = stories.size();
    for (std::size_t index = 0; index < count; ++index) {
        Story other = stories[index];
        other.capture = CaptureOrder::after_vend;
        stories.push_back(std::move(other));
    }
    return stories;
}

}  // namespace

std::vector<Story> stories() {
    std::vector<Story> all = in_both_orders(approved_stories());
    for (Story& story : unapproved_stories()) {
        all.push_back(std::move(story));
    }
    return all;
}

std::vector<Story> main_stories() {
    std::vector<Story> chosen;
    for (Story& story : approved_stories()) {
        if (story.webhooks || (story.mood == Mood::jams && story.customers == 1)) {
            chosen.push_back(std::move(story));
        }
    }
    return in_both_orders(std::move(chosen));
}

}  // namespace qrvend::test
