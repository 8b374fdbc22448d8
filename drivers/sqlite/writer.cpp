#include "drivers/sqlite/writer.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace qrvend::sqlite {

Writer::Writer(std::unique_ptr<Store> store) : store_(std::move(store)), thread_([this] { work(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Writer::append(Append append, Done done) {
    std::unique_lock lock(mutex_);
    if (!overflow_ && waiting_.size() >= max_waiting) {
        overflow_ = unknown("broken", "too many appends wait for the disk").error();
    }
    if (overflow_) {
        Failure failure = *overflow_;
        lock.unlock();
        done(std::unexpected(std::move(failure)));
        return;
    }
    waiting_.push_back({.since = std::chrono::steady_clock::now(),
                        .work = AppendJob{.append = std::move(append), .done = std::move(done)}});
    lock.unlock();
    changed_.notify_one();
}

void Writer::run(Task task) {
    std::unique_lock lock(mutex_);
    if (overflow_ || waiting_.size() >= max_waiting_tasks) {
        Failure failure = overflow_ ? *overflow_ : unsent("busy", "too many calls wait for the disk").error();
        lock.unlock();
        task(std::unexpected(std::move(failure)));
        return;
    }
    waiting_.push_back({.since = std::chrono::steady_clock::now(), .work = std::move(task)});
    lock.unlock();
    changed_.notify_one();
}

std::chrono::milliseconds Writer::oldest_wait() const {
    const std::lock_guard lock(mutex_);
    if (!in_hand_since_ && waiting_.empty()) {
        return std::chrono::milliseconds(0);
    }
    const TimePoint since = in_hand_since_ ? *in_hand_since_ : waiting_.front().since;
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - since);
}

void Writer::work() {
    // Signals are the event loop's affair.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "journal");

    for (auto jobs = next_jobs(); !jobs.empty(); jobs = next_jobs()) {
        perform(std::move(jobs));
    }
    store_.reset();
}

// One call, or a run of appends; none at the very end.
std::vector<Writer::Job> Writer::next_jobs() {
    std::unique_lock lock(mutex_);
    in_hand_since_.reset();
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    std::vector<Job> jobs;
    const auto take = [&] {
        jobs.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    };
    const auto append_waits = [&] {
        return !waiting_.empty() && std::holds_alternative<AppendJob>(waiting_.front().work);
    };
    while (append_waits() && jobs.size() < max_group) {
        take();
    }
    if (jobs.empty() && !waiting_.empty()) {
        take();
    }
    if (!jobs.empty()) {
        in_hand_since_ = jobs.front().since;
    }
    return jobs;
}

void Writer::perform(std::vector<Job> jobs) {
    if (auto* task = std::get_if<Task>(&jobs.front().work)) {
        (*task)(store_.get());
    } else {
        perform_appends(std::move(jobs));
    }
    store_->checkpoint_if_due();
}

void Writer::perform_appends(std::vector<Job> jobs) {
    std::vector<Append> batch;
    batch.reserve(jobs.size());
    for (Job& job : jobs) {
        batch.push_back(std::move(std::get<AppendJob>(job.work).append));
    }
    auto records = store_->append(batch);
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        Done& done = std::get<AppendJob>(jobs[index].work).done;
        if (records) {
            done(std::move((*records)[index]));
        } else {
            done(std::unexpected(records.error()));
        }
    }
}

}  // namespace qrvend::sqlite
