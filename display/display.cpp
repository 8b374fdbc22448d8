#include "display/display.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <atomic>
#include <mutex>
#include <utility>

#include "display/panel.hpp"
#include "display/touches.hpp"

namespace qrvend::display {

namespace asio = boost::asio;

/// Between the display's thread and the event loop. The panel may outlive the screen (a thread stuck in a driver),
/// so the loop is only reached while the screen stands.
class SdlScreen::Link final : public PanelListener, public std::enable_shared_from_this<Link> {
public:
    Link(asio::io_context& io, const Clock& clock, Log& log)
        : io_(&io), clock_(clock), log_(log), touches_(std::make_unique<Touches>(io)) {}

    void open(Settings settings) {
        const auto module = load_panel_module();
        if (!module) {
            log_.write(LogLevel::error, "no screen", {{"reason", module.error()}});
            return;
        }
        panel_ = (*module)->open(std::move(settings), shared_from_this());
    }

    void close() {
        {
            const std::lock_guard lock{mutex_};
            io_ = nullptr;
        }
        panel_.reset();
        touches_.reset();
    }

    // From the event loop.

    void show(View view) {
        if (shown_ && *shown_ == view) {
            return;
        }
        shown_ = view;
        ++number_;
        touches_->forget();
        if (panel_) {
            panel_->show({.number = number_, .view = std::move(view), .now = clock_.now().monotonic});
        }
    }

    bool responsive() {
        if (!panel_) {
            return true;  // no thread, so none that is silent; working() tells that there is no picture
        }
        const bool answered = panel_->answer() == question_;
        panel_->ask(++question_);
        return answered;
    }

    bool working() const { return working_; }
    std::uint64_t newest_painted() const { return painted_; }
    asio::awaitable<Touch> next_touch() { return touches_->next(); }

    // From the display's thread.

    void touched(std::uint64_t number, Touch touch) override {
        on_loop([this, number, touch] {
            if (number == number_) {
                touches_->add(touch);
            }
        });
    }

    void opened(std::string driver, Size size) override {
        working_ = true;
        on_loop([this, driver = std::move(driver), size] {
            log_.write(LogLevel::notice, "screen on",
                       {{"driver", driver}, {"size", fmt::format("{}x{}", size.width, size.height)}});
        });
    }

    void failed(std::string why) override {
        const bool was_working = working_.exchange(false);
        on_loop([this, why = std::move(why), was_working] {
            if (was_working || why != last_failure_) {
                log_.write(LogLevel::error, "screen off", {{"reason", why}});
            }
            last_failure_ = why;
        });
    }

    void painted(std::uint64_t number) override { painted_ = number; }

private:
    template <class Function>
    void on_loop(Function function) {
        const std::lock_guard lock{mutex_};
        if (io_ != nullptr) {
            asio::post(*io_, [self = shared_from_this(), function = std::move(function)] {
                if (self->panel_) {
                    function();
                }
            });
        }
    }

    std::mutex mutex_;  // guards io_
    asio::io_context* io_;
    const Clock& clock_;
    Log& log_;
    std::unique_ptr<Touches> touches_;  // holds a timer of the loop: must not outlive the screen
    std::unique_ptr<Panel> panel_;
    std::optional<View> shown_;
    std::uint64_t number_ = 0;
    std::uint64_t question_ = 0;
    std::string last_failure_;
    std::atomic<bool> working_{false};
    std::atomic<std::uint64_t> painted_{0};
};

SdlScreen::SdlScreen(asio::io_context& io, const Clock& clock, Settings settings, Log& log)
    : link_(std::make_shared<Link>(io, clock, log)) {
    link_->open(std::move(settings));
}

SdlScreen::~SdlScreen() {
    link_->close();
}

void SdlScreen::show(View view) {
    link_->show(std::move(view));
}

asio::awaitable<Touch> SdlScreen::next_touch() {
    return link_->next_touch();
}

bool SdlScreen::working() const {
    return link_->working();
}

bool SdlScreen::responsive() {
    return link_->responsive();
}

std::uint64_t SdlScreen::newest_painted() const {
    return link_->newest_painted();
}

std::expected<void, std::string> module_available() {
    const auto module = load_panel_module();
    if (!module) {
        return std::unexpected(module.error());
    }
    return {};
}

std::expected<void, std::string> write_png(const std::filesystem::path& out, const View& view, Language language,
                                           const Settings& settings, Size size, MonotonicTime now) {
    const auto module = load_panel_module();
    if (!module) {
        return std::unexpected(module.error());
    }
    return (*module)->write_png(out, view, language, settings, size, now);
}

}  // namespace qrvend::display
