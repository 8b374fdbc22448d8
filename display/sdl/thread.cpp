#include "display/sdl/thread.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

#include "display/sdl/session.hpp"

namespace qrvend::display::sdl {

namespace {

constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{60};
constexpr std::chrono::seconds patience_at_end{1};

/// What the two threads share. Owned by both, because a thread stuck in a video driver outlives its panel.
class Work {
public:
    Work(Settings settings, std::shared_ptr<PanelListener> listener)
        : settings_(std::move(settings)), listener_(std::move(listener)) {}

    void run();

    void show(Shown shown) {
        const std::lock_guard lock{mutex_};
        waiting_ = std::move(shown);
        wake();
    }

    void ask(std::uint64_t question) {
        const std::lock_guard lock{mutex_};
        question_ = question;
        wake();
    }

    std::uint64_t answer() const { return answer_; }

    /// True where the thread has ended in time.
    bool stop() {
        std::unique_lock lock{mutex_};
        stopping_ = true;
        wake();
        return changed_.wait_for(lock, patience_at_end, [this] { return ended_; });
    }

private:
    // With the mutex held.
    void wake() {
        if (waiter_ != nullptr) {
            waiter_->ring();
        }
        changed_.notify_all();
    }

    void serve(const Fonts& fonts, Glass& glass);
    void pause(std::chrono::seconds length);
    void set_waiter(Waiter* waiter);
    std::optional<Shown> take_shown();
    bool stopping() const;

    const Settings settings_;
    const std::shared_ptr<PanelListener> listener_;

    mutable std::mutex mutex_;  // guards all below but answer_
    std::condition_variable changed_;
    std::optional<Shown> waiting_;
    std::optional<Shown> latest_;  ///< for a window that is opened later
    std::uint64_t question_ = 0;
    Waiter* waiter_ = nullptr;
    bool stopping_ = false;
    bool ended_ = false;

    std::atomic<std::uint64_t> answer_{0};
};

void Work::set_waiter(Waiter* waiter) {
    const std::lock_guard lock{mutex_};
    waiter_ = waiter;
    waiting_ = waiting_ ? std::move(waiting_) : latest_;
}

std::optional<Shown> Work::take_shown() {
    const std::lock_guard lock{mutex_};
    answer_ = question_;
    if (waiting_) {
        latest_ = waiting_;
    }
    return std::exchange(waiting_, std::nullopt);
}

bool Work::stopping() const {
    const std::lock_guard lock{mutex_};
    return stopping_;
}

void Work::serve(const Fonts& fonts, Glass& glass) {
    Session session{settings_, fonts, glass, *listener_};
    while (!stopping() && !glass.lost()) {
        session.handle_events();
        if (auto shown = take_shown()) {
            session.show(std::move(*shown));
        }
        session.paint();
        glass.waiter().wait(session.deadline());
    }
}

// Without a window there is nothing to wait for but the daemon.
void Work::pause(std::chrono::seconds length) {
    const auto end = std::chrono::steady_clock::now() + length;
    std::unique_lock lock{mutex_};
    do {
        answer_ = question_;
    } while (!stopping_ && changed_.wait_until(lock, end) == std::cv_status::no_timeout);
}

void Work::run() {
    std::chrono::seconds length = first_pause;
    while (!stopping()) {
        std::string why = "the window was closed or the display server has gone";
        if (const auto fonts = Fonts::open(settings_); !fonts) {
            why = fonts.error();
        } else if (const auto glass = Glass::open(settings_); !glass) {
            why = glass.error();
        } else {
            length = first_pause;
            listener_->opened((*glass)->driver(), (*glass)->size());
            set_waiter(&(*glass)->waiter());
            serve(**fonts, **glass);
            set_waiter(nullptr);
        }
        if (!stopping()) {
            listener_->failed(why);
            pause(length);
            length = std::min(length * 2, longest_pause);
        }
    }
    SDL_TLSCleanup();  // SDL does so by itself only for threads that it has started
    const std::lock_guard lock{mutex_};
    ended_ = true;
    changed_.notify_all();
}

/// Signals are the event loop's business.
std::thread start_without_signals(std::shared_ptr<Work> work) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread{[work = std::move(work)] { work->run(); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

class ThreadPanel final : public Panel {
public:
    ThreadPanel(Settings settings, std::shared_ptr<PanelListener> listener)
        : work_(std::make_shared<Work>(std::move(settings), std::move(listener))),
          thread_(start_without_signals(work_)) {}

    ~ThreadPanel() override {
        if (work_->stop()) {
            thread_.join();
        } else {
            thread_.detach();
        }
    }

    ThreadPanel(const ThreadPanel&) = delete;
    ThreadPanel& operator=(const ThreadPanel&) = delete;

    void show(Shown shown) override { work_->show(std::move(shown)); }
    void ask(std::uint64_t question) override { work_->ask(question); }
    std::uint64_t answer() const override { return work_->answer(); }

private:
    std::shared_ptr<Work> work_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Panel> open_panel(Settings settings, std::shared_ptr<PanelListener> listener) {
    return std::make_unique<ThreadPanel>(std::move(settings), std::move(listener));
}

}  // namespace qrvend::display::sdl
