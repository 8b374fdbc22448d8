// Exits 0 where the compiler treats a temporary aggregate inside a co_await expression as the language says. g++ 12
// copies it bit by bit into the coroutine's frame and destroys it twice: this program then ends with another exit
// code or in a double free.

#include <coroutine>
#include <exception>
#include <string>
#include <utility>

namespace {

int faults = 0;

// Knows where it was constructed: a copy made bit by bit gives itself away when it is destroyed.
struct Tracked {
    Tracked* self = this;
    std::string text;

    explicit Tracked(std::string value) : text(std::move(value)) {}
    Tracked(Tracked&& other) noexcept : text(std::move(other.text)) {}
    Tracked(const Tracked&) = delete;
    Tracked& operator=(const Tracked&) = delete;
    Tracked& operator=(Tracked&&) = delete;
    ~Tracked() {
        faults += self == this ? 0 : 1;
        self = nullptr;
    }
};

struct Request {
    Tracked name;
    int number = 0;
};

class Task {
public:
    struct promise_type {
        std::size_t value = 0;
        std::coroutine_handle<> waiting;

        struct Final {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
                const auto next = ended.promise().waiting;
                return next ? next : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };

        Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        Final final_suspend() noexcept { return {}; }
        void return_value(std::size_t result) { value = result; }
        void unhandled_exception() { std::terminate(); }
    };

    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) {
            handle_.destroy();
        }
    }

    void run() { handle_.resume(); }
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
        handle_.promise().waiting = waiting;
        return handle_;
    }
    std::size_t await_resume() const { return handle_.promise().value; }

private:
    std::coroutine_handle<promise_type> handle_;
};

Tracked make() {
    return Tracked{"a text that is too long to be stored inside the string itself"};
}

Task by_value(Request request) {
    co_return request.name.text.size();
}
Task by_reference(const Request& request) {
    co_return request.name.text.size();
}

Task sum() {
    std::size_t total = co_await by_value(Request{.name = make(), .number = 1});
    total += co_await by_reference(Request{.name = make(), .number = 2});
    co_return total;
}

}  // namespace

int main() {
    {
        Task task = sum();
        task.run();
    }
    return faults == 0 ? 0 : 1;
}
