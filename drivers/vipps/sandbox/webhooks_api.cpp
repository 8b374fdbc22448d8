// The Webhooks API: register (the secret is shown this one time), list, delete.

#include <utility>

#include "drivers/vipps/sandbox/fields.hpp"
#include "drivers/vipps/sandbox/parts.hpp"

namespace qrvend::vipps::sandbox {

namespace {

HttpResponse register_webhook(Sandbox::Parts& parts, const Incoming& incoming) {
    const auto refuse = [&](const Problem& problem) {
        return epayment_answer(problem, incoming.path, parts.trace_id());
    };
    const auto body = json::parse(incoming.request.body);
    if (!body) {
        return refuse(field_problem({{.name = "body", .reason = "must be JSON"}}));
    }
    Fields::Errors errors;
    Fields root{*body, "", errors};
    root.allow_only({"url", "events"});
    const auto url = root.text("url", Presence::required, {.min = 1, .max = 2500});
    std::vector<std::string> events;
    if (const json::Value* names = root.array("events", Presence::required, {.min = 1, .max = 100})) {
        for (const json::Value& name : *names) {
            events.push_back(name.is_string() ? name.get<std::string>() : std::string{});
        }
    }
    if (!errors.empty()) {
        return refuse(field_problem(std::move(errors)));
    }
    const auto registration = parts.webhooks.add(*url, std::move(events));
    if (!registration) {
        return refuse(registration.error());
    }
    return json_answer(201, {{"id", registration->id}, {"secret", registration->secret}});
}

HttpResponse list_webhooks(const Sandbox::Parts& parts) {
    json::Value list = json::Value::array();
    for (const Registration& registration : parts.webhooks.registrations()) {
        list.push_back({{"id", registration.id}, {"url", registration.url_text}, {"events", registration.events}});
    }
    return json_answer(200, {{"webhooks", list}});
}

}  // namespace

HttpResponse answer_webhooks(Sandbox::Parts& parts, const Incoming& incoming) {
    switch (incoming.route.call) {
        case Call::webhook_register:
            return register_webhook(parts, incoming);
        case Call::webhook_list:
            return list_webhooks(parts);
        default:
            break;
    }
    if (!parts.webhooks.remove(incoming.route.name)) {
        const Problem problem{.status = 404, .title = "There is no such webhook"};
        return epayment_answer(problem, incoming.path, parts.trace_id());
    }
    return {.status = 204, .headers = {}, .body = {}};
}

}  // namespace qrvend::vipps::sandbox
