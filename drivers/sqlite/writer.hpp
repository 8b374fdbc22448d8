#pragma once
// The thread that owns the store. Calls wait in a bounded queue and are done in the order in which they came;
// appends that wait one behind the other share a transaction, and thereby a sync. The thread sleeps until there is
// work.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "controller/base/result.hpp"
#include "controller/ports/journal.hpp"
#include "drivers/sqlite/store.hpp"

namespace qrvend::sqlite {

class Writer {
public:
    /// A sale has one append under way at a time, so that more than this waiting is a disk that has gone silent.
    static constexpr std::size_t max_waiting = 256;
    /// Other calls are turned away earlier: a service page that asks too much must not stop a sale.
    static constexpr std::size_t max_waiting_tasks = 64;
    /// Appends in one transaction.
    static constexpr std::size_t max_group = 32;

    /// How an append ended. Called on the writer's thread, or within append() where the queue is full.
    using Done = std::move_only_function<void(Result<std::vector<Record>>)>;
    /// Any other call, with the store or the reason why it is not to be had. Called where Done is.
    using Task = std::move_only_function<void(Result<Store*>)>;

    explicit Writer(std::unique_ptr<Store> store);

    /// Finishes what waits, and closes the store.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Fails with "broken" where the queue is full, and so does every later call.
    void append(Append append, Done done);

    /// Fails with unsent "busy" where too much waits already.
    void run(Task task);

    /// How long the oldest call that is not finished has waited; 0 where there is none.
    std::chrono::milliseconds oldest_wait() const;

private:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct AppendJob {
        Append append;
        Done done;
    };
    struct Job {
        TimePoint since;
        std::variant<AppendJob, Task> work;
    };

    void work();
    std::vector<Job> next_jobs();
    void perform(std::vector<Job> jobs);
    void perform_appends(std::vector<Job> jobs);

    std::unique_ptr<Store> store_;  // the thread's alone, once it runs

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    std::optional<TimePoint> in_hand_since_;
    std::optional<Failure> overflow_;
    bool stopping_ = false;

    std::thread thread_;  // last: it uses all the others
};

}  // namespace qrvend::sqlite
