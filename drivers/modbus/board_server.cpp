#include "drivers/modbus/board_server.hpp"

#include <modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace qrvend::modbus {

namespace {

using Context = std::unique_ptr<modbus_t, decltype(&modbus_free)>;
using Mapping = std::unique_ptr<modbus_mapping_t, decltype(&modbus_mapping_free)>;

constexpr std::uint32_t look_up_us = 20'000;  // how soon a server notices that it shall stop

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

Context checked(modbus_t* context) {
    if (context == nullptr) {
        fail("a Modbus context");
    }
    modbus_set_indication_timeout(context, 0, look_up_us);
    // After a request to another board the library expects that one's answer, and takes for it whatever comes next.
    modbus_set_response_timeout(context, 0, look_up_us);
    return {context, modbus_free};
}

std::uint16_t word_at(const std::uint8_t* bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
}

/// The request of a frame, from its unit address on; nothing for a function that the board does not have. The
/// library has seen to it that the frame is whole.
std::optional<Request> decode(const std::uint8_t* frame) {
    const std::uint16_t address = word_at(frame + 2);
    const std::uint16_t value = word_at(frame + 4);
    Request request{.unit = frame[0], .what = Read{}};
    switch (frame[1]) {
        case MODBUS_FC_READ_COILS:
        case MODBUS_FC_READ_DISCRETE_INPUTS:
        case MODBUS_FC_READ_HOLDING_REGISTERS:
        case MODBUS_FC_READ_INPUT_REGISTERS:
            request.what = Read{.table = static_cast<Table>(frame[1]), .address = address, .count = value};
            return request;
        case MODBUS_FC_WRITE_SINGLE_COIL:
            if (value == 0xFF00 || value == 0) {
                request.what = WriteCoil{.address = address, .on = value != 0};
            } else {
                request.what = FlashCoil{.address = address, .value = value};
            }
            return request;
        case MODBUS_FC_WRITE_SINGLE_REGISTER:
            request.what = WriteRegister{.address = address, .value = value};
            return request;
        case MODBUS_FC_WRITE_MULTIPLE_REGISTERS: {
            WriteRegisters write{.address = address, .values = {}};
            for (std::uint16_t index = 0; index < value; ++index) {
                write.values.push_back(word_at(frame + 7 + 2 * index));
            }
            request.what = std::move(write);
            return request;
        }
        default:
            return std::nullopt;
    }
}

/// What modbus_reply() reads from, or writes to: just the part that the request is about.
Mapping mapping_for(const Request& request, const Words& words) {
    const auto make = [](unsigned coil, unsigned coils, unsigned input, unsigned inputs, unsigned holding,
                         unsigned holdings, unsigned reg, unsigned regs) {
        return Mapping(modbus_mapping_new_start_address(coil, coils, input, inputs, holding, holdings, reg, regs),
                       modbus_mapping_free);
    };
    if (const auto* write = std::get_if<WriteCoil>(&request.what)) {
        return make(write->address, 1, 0, 0, 0, 0, 0, 0);
    }
    if (const auto* write = std::get_if<WriteRegister>(&request.what)) {
        return make(0, 0, 0, 0, write->address, 1, 0, 0);
    }
    if (const auto* write = std::get_if<WriteRegisters>(&request.what)) {
        return make(0, 0, 0, 0, write->address, static_cast<unsigned>(write->values.size()), 0, 0);
    }
    const auto& read = std::get<Read>(request.what);
    const auto is = [&](Table table) { return read.table == table ? unsigned{read.count} : 0U; };
    Mapping mapping = make(read.address, is(Table::coils), read.address, is(Table::discrete_inputs), read.address,
                           is(Table::holding_registers), read.address, is(Table::input_registers));
    std::uint8_t* const bits = read.table == Table::coils ? mapping->tab_bits : mapping->tab_input_bits;
    std::uint16_t* const registers =
        read.table == Table::holding_registers ? mapping->tab_registers : mapping->tab_input_registers;
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (holds_bits(read.table)) {
            bits[index] = static_cast<std::uint8_t>(words[index]);
        } else {
            registers[index] = words[index];
        }
    }
    return mapping;
}

}  // namespace

// Either a listening socket and at most one connection, or the far end of a pseudo-terminal.
struct BoardServer::Port {
    Context context{nullptr, modbus_free};
    int listener = -1;
    bool connected = false;
    std::filesystem::path link{};

    Port() = default;
    ~Port() {
        if (is_tcp()) {
            hang_up();
            ::close(listener);
        } else if (connected) {
            // Not by the library, which would restore terminal settings that it never had.
            ::close(modbus_get_socket(context.get()));
            std::error_code ignored;
            std::filesystem::remove(link, ignored);
        }
    }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    static std::unique_ptr<Port> tcp(std::uint16_t number) {
        auto port = std::make_unique<Port>();
        port->context = checked(modbus_new_tcp("127.0.0.1", number));
        port->listener = modbus_tcp_listen(port->context.get(), 1);
        if (port->listener < 0) {
            fail("listening for Modbus");
        }
        return port;
    }

    static std::unique_ptr<Port> terminal(const std::filesystem::path& link) {
        int far_end = -1;
        int near_end = -1;
        std::array<char, 128> name{};
        if (::openpty(&far_end, &near_end, name.data(), nullptr, nullptr) != 0) {
            fail("openpty");
        }
        termios raw{};
        ::tcgetattr(near_end, &raw);
        ::cfmakeraw(&raw);  // else the terminal would echo before its user has opened it
        ::tcsetattr(near_end, TCSANOW, &raw);
        ::close(near_end);
        auto port = std::make_unique<Port>();
        port->context = checked(modbus_new_rtu(name.data(), 9600, 'N', 8, 1));
        modbus_set_slave(port->context.get(), BoardMap::unit);
        modbus_set_socket(port->context.get(), far_end);
        port->connected = true;
        std::filesystem::remove(link);
        std::filesystem::create_symlink(name.data(), link);
        port->link = link;
        return port;
    }

    bool is_tcp() const { return listener >= 0; }

    /// Waits a moment for a connection. A new one takes the place of the last.
    void accept() {
        pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
        const int patience = connected ? 0 : static_cast<int>(look_up_us / 1000);
        if (::poll(&waiting, 1, patience) <= 0) {
            return;
        }
        hang_up();
        connected = modbus_tcp_accept(context.get(), &listener) >= 0;
    }
    void hang_up() {
        if (std::exchange(connected, false)) {
            modbus_close(context.get());
        }
    }
    std::uint16_t number() const {
        sockaddr_in address{};
        socklen_t length = sizeof address;
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
        return ntohs(address.sin_port);
    }
};

BoardServer::BoardServer(SimulatedBoard::Mechanics mechanics)
    : port_(Port::tcp(0)), tcp_port_(port_->number()), board_(mechanics) {
    start();
}

BoardServer::BoardServer(SimulatedBoard::Mechanics mechanics, std::filesystem::path device)
    : device_(std::move(device)), port_(Port::terminal(device_)), board_(mechanics) {
    start();
}

BoardServer::~BoardServer() {
    unplug();
}

Line BoardServer::line() const {
    if (tcp_port_ != 0) {
        return {.way = Tcp{.host = "127.0.0.1", .port = tcp_port_}};
    }
    return {.way = Rtu{.device = device_.string()}};
}

void BoardServer::unplug() {
    stop();
    port_.reset();
}

void BoardServer::plug_in() {
    stop();
    port_ = tcp_port_ != 0 ? Port::tcp(tcp_port_) : Port::terminal(device_);
    start();
}

MonotonicTime BoardServer::now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return MonotonicTime(std::chrono::duration_cast<milliseconds>(since));
}

void BoardServer::start() {
    stopping_ = false;
    thread_ = std::thread([this] { serve(*port_); });
}

void BoardServer::stop() {
    stopping_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

void BoardServer::serve(Port& port) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> query{};
    while (!stopping_) {
        if (port.is_tcp()) {
            port.accept();
        }
        if (!port.connected) {
            continue;
        }
        const int length = modbus_receive(port.context.get(), query.data());
        if (length > 0) {
            answer(port, query.data(), length);
        } else if (length < 0 && errno == EIO) {
            std::this_thread::sleep_for(std::chrono::microseconds(look_up_us));  // nobody has opened the terminal
        } else if (length < 0 && errno != ETIMEDOUT && port.is_tcp()) {
            port.hang_up();
        }
    }
}

void BoardServer::answer(Port& port, const std::uint8_t* query, int length) {
    using Fate = SimulatedBoard::Fate;
    const std::uint8_t* const frame = query + modbus_get_header_length(port.context.get()) - 1;
    const auto request = decode(frame);
    if (!request) {
        modbus_reply_exception(port.context.get(), query, MODBUS_EXCEPTION_ILLEGAL_FUNCTION);
        return;
    }
    Fate fate = Fate::served;
    std::optional<SimulatedBoard::Answer> answer;
    {
        const std::lock_guard lock(mutex_);
        fate = board_.fate ? board_.fate(*request) : Fate::served;
        if (fate != Fate::request_lost) {
            answer = board_.handle(*request, now());
        }
    }
    if (!answer || fate == Fate::answer_lost) {
        return;
    }
    const int line = modbus_get_socket(port.context.get());
    if (fate == Fate::answer_garbled) {
        constexpr std::array<std::uint8_t, 5> noise{0x55, 0xAA, 0x55, 0xAA, 0x55};
        [[maybe_unused]] const auto sent = ::write(line, noise.data(), noise.size());
    } else if (!*answer) {
        modbus_reply_exception(port.context.get(), query, static_cast<unsigned>(answer->error()));
    } else if (std::holds_alternative<FlashCoil>(request->what)) {
        // The library takes FF00 and 0000 only; the answer to function 05 is its echo.
        [[maybe_unused]] const auto sent = ::write(line, query, static_cast<std::size_t>(length));
    } else {
        modbus_reply(port.context.get(), query, length, mapping_for(*request, **answer).get());
    }
}

}  // namespace qrvend::modbus
