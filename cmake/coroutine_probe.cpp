// Exits 0 where the compiler treats a temporary aggregate inside a co_await expression as the language says. g++ 12
// destroys its member twice, which shows here as more destructions than constructions.

#include <coroutine>
#include <exception>
#include <expected>
#include <string>
#include <utility>

namespace {

int alive = 0;

struct Counted {
    std::string text;
    explicit Counted(std::string value) : text(std::move(value)) { ++alive; }
    Counted(const Counted& other) : text(other.text) { ++alive; }
    Counted(Counted&& other) noexcept : text(std::move(other.text)) { ++alive; }
    ~Counted() { --alive; }
    Counted& operator=(const Counted&) = delete;
    Counted& operator=(Counted&&) = delete;
};

struct Request {
    Counted name;
    int number;
};

struct Task {
    struct promise_type {
        std::expected<std::size_t, int> value{0};
        Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_value(std::size_t result) { value = result; }
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
    bool await_ready() const noexcept { return handle.done(); }
    void await_suspend(std::coroutine_handle<>) noexcept {}
    std::size_t await_resume() const { return handle.promise().value.value(); }
};

Counted make() { return Counted{"a text that is too long to be stored inside the string itself"}; }

Task length_of(Request request) { co_return request.name.text.size() + static_cast<std::size_t>(request.number); }

Task sum() {
    std::size_t total = 0;
    for (int round = 0; round < 4; ++round) {
        total += co_await length_of(Request{.name = make(), .number = round});
    }
    co_return total;
}

}  // namespace

int main() {
    Task task = sum();
    const bool done = task.handle.done();
    if (done) {
        task.handle.destroy();
    }
    // The frames of length_of stay until their handles are destroyed; each holds exactly its own parameter.
    return done && alive >= 0 && alive <= 4 ? 0 : 1;
}
