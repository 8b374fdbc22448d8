// qrvend: sells by QR payment on vending machines. What each command does: commands.hpp and README.md.

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "app/commands.hpp"

namespace {

using namespace qrvend;

int parse_and_run(int argc, char** argv) {
    CLI::App cli{"Sells by QR payment on vending machines.", "qrvend"};
    cli.set_version_flag("--version", std::string("qrvend ") + QRVEND_VERSION);
    cli.require_subcommand(1);
    int code = 0;

    std::string config_file;
    auto* run = cli.add_subcommand("run", "The daemon: sell until told to stop");
    run->add_option("--config", config_file, "The machine's config file")->required();
    run->callback([&] { code = app::run(config_file); });

    auto* check = cli.add_subcommand("check", "Name every problem of a config file");
    bool schema = false;
    auto* what = check->add_option_group("what");
    what->add_option("--config", config_file, "The config file");
    what->add_flag("--schema", schema, "Print the JSON schema of config files instead");
    what->require_option(1);
    check->callback([&] { code = schema ? app::print_schema() : app::check(config_file); });

    app::DemoOptions demo_options;
    auto* demo =
        cli.add_subcommand("demo", "A kiosk with a simulated machine and its own sandbox; needs no set-up");
    demo->add_flag("--auto", demo_options.automatic,
                   "Play customer and phone, print each step, exit 0 if all agrees");
    demo->add_option("--provider", demo_options.provider, "The payment system")
        ->check(CLI::IsMember({"vipps"}))
        ->capture_default_str();
    demo->add_option("--machine", demo_options.machine, "The machine")
        ->check(CLI::IsMember({"simulated"}))
        ->capture_default_str();
    demo->add_option("--port", demo_options.port, "Where phones reach the sandbox")->capture_default_str();
    demo->add_option("--address", demo_options.address, "This computer's address as phones see it");
    demo->add_flag("--terminal", demo_options.terminal, "Show the screen as text even where there is a display");
    demo->callback([&] { code = app::demo(demo_options); });

    app::SandboxOptions sandbox_options;
    auto* sandbox = cli.add_subcommand("sandbox", "A payment system to test against");
    sandbox->add_option("--provider", sandbox_options.provider, "The payment system")
        ->check(CLI::IsMember({"vipps"}))
        ->required();
    sandbox->add_option("--listen", sandbox_options.listen, "Address and port")->required();
    sandbox->add_option("--public-url", sandbox_options.public_url, "How phones reach it; default http://LISTEN");
    sandbox->callback([&] { code = app::sandbox(sandbox_options); });

    std::string out;
    auto* preview = cli.add_subcommand("preview", "Write every view in every language as PNG");
    preview->add_option("--out", out, "The folder to write into")->required();
    preview->add_option("--config", config_file, "A config file, for its colours, logo and languages");
    preview->callback([&] { code = app::preview(out, config_file); });

    CLI11_PARSE(cli, argc, argv);
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a log or a connection that nobody reads any more must not end a sale
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "qrvend: " << failure.what() << '\n';
        return app::exit_failed;
    }
}
