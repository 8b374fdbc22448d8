#include "drivers/sqlite/journal.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace qrvend::sqlite {

namespace {

// Takes a result back to the event loop. The handler is a suspended coroutine, which must not be resumed here.
template <class Handler, class T>
void complete(boost::asio::io_context& io, Handler handler, Result<T> result) {
    boost::asio::post(io, [handler = std::move(handler), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
    });
}

}  // namespace

std::expected<std::unique_ptr<Journal>, OpenError> Journal::open(const std::filesystem::path& state_directory,
                                                                 boost::asio::io_context& io, Log& log,
                                                                 Options options) {
    // The log belongs to the event loop, and the store speaks on the writer's thread.
    const auto report = [&io, &log](LogLevel level, std::string line) {
        boost::asio::post(io, [&log, level, line = std::move(line)] { log.write(level, line); });
    };
    auto store = Store::open(state_directory, options, report);
    if (!store) {
        return std::unexpected(store.error());
    }
    return std::unique_ptr<Journal>(new Journal(io, std::move(*store)));
}

boost::asio::awaitable<Result<std::vector<Record>>> Journal::append(SaleId sale, Stamp stamp,
                                                                    std::vector<Fact> facts) {
    Append append{.sale = std::move(sale), .stamp = stamp, .facts = std::move(facts)};
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<std::vector<Record>>)>(
        [this](auto handler, Append what) {
            auto done = [&io = io_, handler = std::move(handler)](Result<std::vector<Record>> records) mutable {
                complete(io, std::move(handler), std::move(records));
            };
            writer_.append(std::move(what), std::move(done));
        },
        boost::asio::use_awaitable, std::move(append));
}

template <class T, class Call>
boost::asio::awaitable<Result<T>> Journal::run(Call call) {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
        [this](auto handler, Call what) {
            writer_.run([&io = io_, handler = std::move(handler),
                         what = std::move(what)](Result<Store*> store) mutable {
                complete(io, std::move(handler), store ? what(*store) : Result<T>(std::unexpected(store.error())));
            });
        },
        boost::asio::use_awaitable, std::move(call));
}

boost::asio::awaitable<Result<void>> Journal::reserve_room() {
    return run<void>([](Store* store) { return store->reserve_room(); });
}

boost::asio::awaitable<Result<std::vector<Record>>> Journal::open_sales() {
    return run<std::vector<Record>>([](Store* store) { return store->open_sales(); });
}

boost::asio::awaitable<Result<std::vector<Record>>> Journal::history(SaleId sale) {
    return run<std::vector<Record>>([sale = std::move(sale)](Store* store) { return store->history(sale); });
}

boost::asio::awaitable<Result<void>> Journal::remember(std::string name, std::string value) {
    return run<void>(
        [name = std::move(name), value = std::move(value)](Store* store) { return store->remember(name, value); });
}

boost::asio::awaitable<Result<std::optional<std::string>>> Journal::recall(std::string name) {
    return run<std::optional<std::string>>([name = std::move(name)](Store* store) { return store->recall(name); });
}

}  // namespace qrvend::sqlite
