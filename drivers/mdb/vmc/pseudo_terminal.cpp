#include "drivers/mdb/vmc/pseudo_terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace qrvend::mdb::vmc {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_line = 256;
constexpr std::size_t most_unread = 64 * 1024;  // then the adapter forgets, as its little buffer would

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int open_master() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) {
        fail("a pseudo-terminal");
    }
    return master;
}

std::filesystem::path name_of(int master) {
    std::array<char, 64> name{};
    if (::ptsname_r(master, name.data(), name.size()) != 0) {
        fail("the name of a pseudo-terminal");
    }
    return name.data();
}

// Kept open, so that the other end does not read a hang-up between two programs that open the device; raw, because
// an adapter has no line discipline.
int open_slave(const std::filesystem::path& path) {
    const int slave = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    if (slave < 0 || ::tcgetattr(slave, &settings) != 0) {
        fail("the pseudo-terminal's device");
    }
    ::cfmakeraw(&settings);
    ::tcsetattr(slave, TCSANOW, &settings);
    return slave;
}

}  // namespace

struct PseudoTerminal::Pump : std::enable_shared_from_this<Pump> {
    Pump(asio::io_context& io, Clock& its_clock, FakeQibixx& its_adapter)
        : master(io, open_master()), clock(its_clock), adapter(its_adapter) {}

    void turn() {
        const MonotonicTime now = clock.now().monotonic;
        adapter.pass_time(now);
        while (auto spoken = adapter.next_line()) {
            if (unsent.size() < most_unread) {
                unsent += *spoken + "\r\n";
            }
        }
        write();
        clock.cancel(wait);
        wait = clock.call_at(adapter.next_deadline(), [self = weak_from_this()] {
            if (const auto pump = self.lock()) {
                pump->turn();
            }
        });
    }

    void read() {
        master.async_read_some(asio::buffer(chunk), [self = shared_from_this()](auto error, std::size_t count) {
            if (!error) {
                self->take({self->chunk.data(), count});
                self->read();
            }
        });
    }

    void take(std::string_view bytes) {
        for (const char byte : bytes) {
            if (byte != '\n' && byte != '\r') {
                line.push_back(byte);
            } else {
                adapter.receive(std::exchange(line, {}), clock.now().monotonic);
            }
            if (line.size() > longest_line) {
                line.clear();
            }
        }
        turn();
    }

    void write() {
        if (!being_sent.empty() || unsent.empty()) {
            return;
        }
        being_sent = std::exchange(unsent, {});
        asio::async_write(master, asio::buffer(being_sent), [self = shared_from_this()](auto error, std::size_t) {
            self->being_sent.clear();
            if (!error) {
                self->write();
            }
        });
    }

    void close() {
        clock.cancel(wait);
        boost::system::error_code ignored;
        master.close(ignored);
        ::close(slave);
    }

    asio::posix::stream_descriptor master;
    int slave = -1;
    Clock& clock;
    FakeQibixx& adapter;
    std::array<char, 512> chunk{};
    std::string line;
    std::string unsent;
    std::string being_sent;
    std::uint64_t wait = 0;
};

PseudoTerminal::PseudoTerminal(asio::io_context& io, Clock& clock, FakeQibixx& adapter, std::filesystem::path link)
    : link_(std::move(link)), pump_(std::make_shared<Pump>(io, clock, adapter)) {
    path_ = name_of(pump_->master.native_handle());
    pump_->slave = open_slave(path_);
    if (!link_.empty()) {
        std::filesystem::remove(link_);
        std::filesystem::create_symlink(path_, link_);
    }
    pump_->read();
    pump_->turn();
}

PseudoTerminal::~PseudoTerminal() {
    pump_->close();
    std::error_code ignored;
    if (!link_.empty()) {
        std::filesystem::remove(link_, ignored);
    }
}

void PseudoTerminal::turn() {
    pump_->turn();
}

}  // namespace qrvend::mdb::vmc
