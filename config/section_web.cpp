#include "config/sections.hpp"
#include "controller/base/url.hpp"

namespace qrvend::config {

const Section& web_section() {
    static const Section section{
        .about =
            "The machine's own web server, which takes the payment system's callbacks from a proxy or a tunnel.",
        .keys =
            {
                {.name = "enabled",
                 .type = Key::Type::boolean,
                 .about = "false: no server; polling alone tells what customers did.",
                 .example = "true",
                 .otherwise = "true"},
                {.name = "address",
                 .type = Key::Type::text,
                 .about = "Where the server listens: an IPv4 or IPv6 address of this computer.",
                 .example = R"("127.0.0.1")",
                 .otherwise = R"("127.0.0.1")",
                 .minimum = 1,
                 .maximum = 45},
                {.name = "port",
                 .type = Key::Type::integer,
                 .about = "The server's TCP port. 0: the system chooses one.",
                 .example = "8080",
                 .otherwise = "8080",
                 .minimum = 0,
                 .maximum = 65'535},
            },
    };
    return section;
}

void check_web(const Record& root, Problems& problems) {
    const Record* const web = root.section("web");
    const auto address = web == nullptr ? std::nullopt : web->text("address");
    if (address && !is_address(*address)) {
        problems.error(web->place("address"), "found \"" + *address + "\"", "allowed is an IPv4 or IPv6 address");
    }
}

WebSettings web_settings(const Record& root) {
    const Record& web = *root.section("web");
    return {.enabled = web.boolean("enabled").value(),
            .address = web.text("address").value(),
            .port = static_cast<std::uint16_t>(web.integer("port").value())};
}

}  // namespace qrvend::config
