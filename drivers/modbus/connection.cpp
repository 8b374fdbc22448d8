#include "drivers/modbus/connection.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/select.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace qrvend::modbus {

namespace {

char letter_of(Parity parity) {
    switch (parity) {
        case Parity::even:
            return 'E';
        case Parity::odd:
            return 'O';
        case Parity::none:
            break;
    }
    return 'N';
}

modbus_t* make_context(const Line& line) {
    if (const auto* rtu = std::get_if<Rtu>(&line.way)) {
        constexpr int data_bits = 8;
        return modbus_new_rtu(rtu->device.c_str(), rtu->baud, letter_of(rtu->parity), data_bits, rtu->stop_bits);
    }
    const auto& tcp = std::get<Tcp>(line.way);
    return modbus_new_tcp_pi(tcp.host.c_str(), std::to_string(tcp.port).c_str());
}

struct SecondsAndMicroseconds {
    std::uint32_t whole;
    std::uint32_t rest;
};

SecondsAndMicroseconds split(milliseconds time) {
    const auto count = time.count();
    return {.whole = static_cast<std::uint32_t>(count / 1000),
            .rest = static_cast<std::uint32_t>(count % 1000 * 1000)};
}

std::unexpected<Failure> cannot_open(const Line& line, int error) {
    const auto* rtu = std::get_if<Rtu>(&line.way);
    const std::string name = rtu != nullptr
                                 ? rtu->device
                                 : fmt::format("{}:{}", std::get<Tcp>(line.way).host, std::get<Tcp>(line.way).port);
    const auto because = [&](std::string code, std::string_view what) {
        return unsent(std::move(code),
                      fmt::format("{}: {} ({})", name, what, std::generic_category().message(error)));
    };
    switch (error) {
        case ENOENT:
        case ENXIO:
        case ENODEV:
            return because("no_device", "there is no such device: plug the adapter in, or correct the name");
        case EACCES:
        case EPERM:
            return because("no_permission", "this user may not use it: add the user to the group dialout");
        case EBUSY:
        case EWOULDBLOCK:
            return because("port_in_use", "another program uses it: stop that program");
        case ENOTTY:
        case EINVAL:
            return because("not_a_port", "it is not a serial port that takes these settings");
        case ECONNREFUSED:
            return because("connection_refused", "nothing listens there, or the name is unknown");
        case ETIMEDOUT:
        case EHOSTUNREACH:
        case ENETUNREACH:
            return because("unreachable", "no way leads there: look at cable, power and address");
        default:
            return because("cannot_open", "it cannot be opened");
    }
}

bool breaks_the_line(int error) {
    switch (error) {
        case EIO:
        case EBADF:
        case ENXIO:
        case ENODEV:
        case EPIPE:
        case ECONNRESET:
        case ENOTCONN:
            return true;
        default:
            return false;
    }
}

}  // namespace

void Connection::Free::operator()(modbus_t* context) const {
    modbus_free(context);
}

Connection::Connection(const Line& line) : line_(line), context_(make_context(line)) {
    if (!context_) {
        throw std::invalid_argument(fmt::format("no Modbus line can be made: {}", modbus_strerror(errno)));
    }
    const auto response = split(line.response_timeout);
    const auto byte = split(line.byte_timeout);
    if (modbus_set_response_timeout(context_.get(), response.whole, response.rest) != 0 ||
        modbus_set_byte_timeout(context_.get(), byte.whole, byte.rest) != 0) {
        throw std::invalid_argument("the timeouts of the Modbus line cannot be used");
    }
    modbus_set_error_recovery(context_.get(), MODBUS_ERROR_RECOVERY_NONE);
}

Connection::~Connection() {
    close();
}

Result<void> Connection::open() {
    close();
    if (modbus_connect(context_.get()) != 0) {
        return cannot_open(line_, errno);
    }
    open_ = true;
    if (modbus_get_socket(context_.get()) >= FD_SETSIZE) {  // the library waits with select(2), unchecked
        close();
        return cannot_open(line_, EMFILE);
    }
    return std::holds_alternative<Rtu>(line_.way) ? lock_port() : Result<void>{};
}

// Between programs that ask for it, flock(2) is enough, and unlike TIOCEXCL it ends with the process on every kind
// of terminal.
Result<void> Connection::lock_port() {
    if (::flock(modbus_get_socket(context_.get()), LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        close();
        return cannot_open(line_, error);
    }
    if (std::get<Rtu>(line_.way).rs485) {
        // Adapters that switch the direction by themselves refuse this, and need it not.
        modbus_rtu_set_serial_mode(context_.get(), MODBUS_RTU_RS485);
    }
    return {};
}

void Connection::close() {
    if (std::exchange(open_, false)) {
        modbus_close(context_.get());
    }
}

bool Connection::is_open() const {
    if (!open_) {
        return false;
    }
    pollfd line{.fd = modbus_get_socket(context_.get()), .events = POLLRDHUP, .revents = 0};
    return ::poll(&line, 1, 0) == 0 || (line.revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) == 0;
}

void Connection::flush() {
    if (open_) {
        modbus_flush(context_.get());
    }
}

Result<Words> Connection::ask(const Request& request) {
    modbus_flush(context_.get());  // what came unasked is not the answer
    if (modbus_set_slave(context_.get(), request.unit) != 0) {
        return unsent("invalid", fmt::format("no board can have the address {}", request.unit));
    }
    return send(request);
}

Result<Words> Connection::send(const Request& request) {
    const auto written = [this](int count) -> Result<Words> { return count < 0 ? failure() : Result<Words>{}; };
    modbus_t* const context = context_.get();
    if (const auto* it = std::get_if<Read>(&request.what)) {
        return read(*it);
    }
    if (const auto* it = std::get_if<WriteCoil>(&request.what)) {
        return written(modbus_write_bit(context, it->address, it->on ? TRUE : FALSE));
    }
    if (const auto* it = std::get_if<FlashCoil>(&request.what)) {
        return flash(request.unit, *it);
    }
    if (const auto* it = std::get_if<WriteRegister>(&request.what)) {
        return written(modbus_write_register(context, it->address, it->value));
    }
    const auto& it = std::get<WriteRegisters>(request.what);
    return written(
        modbus_write_registers(context, it.address, static_cast<int>(it.values.size()), it.values.data()));
}

Result<Words> Connection::read(const Read& read) {
    modbus_t* const context = context_.get();
    if (!holds_bits(read.table)) {
        Words words(read.count);
        const auto call =
            read.table == Table::holding_registers ? modbus_read_registers : modbus_read_input_registers;
        return call(context, read.address, read.count, words.data()) < 0 ? failure() : Result<Words>(words);
    }
    std::vector<std::uint8_t> bits(read.count);
    const auto call = read.table == Table::coils ? modbus_read_bits : modbus_read_input_bits;
    return call(context, read.address, read.count, bits.data()) < 0
               ? failure()
               : Result<Words>(Words(bits.begin(), bits.end()));
}

// The library writes FF00 or 0000 to a coil and nothing else, so this frame is made here; it adds the address of
// its header and the CRC. The answer to function 05 is its echo.
Result<Words> Connection::flash(std::uint8_t unit, const FlashCoil& flash) {
    constexpr std::uint8_t write_single_coil = 0x05;
    const auto high = [](std::uint16_t word) { return static_cast<std::uint8_t>(word >> 8U); };
    const auto low = [](std::uint16_t word) { return static_cast<std::uint8_t>(word & 0xFFU); };
    std::array<std::uint8_t, 6> frame{
        unit, write_single_coil, high(flash.address), low(flash.address), high(flash.value), low(flash.value)};
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> answer{};
    if (modbus_send_raw_request(context_.get(), frame.data(), static_cast<int>(frame.size())) < 0) {
        return failure();
    }
    const int length = modbus_receive_confirmation(context_.get(), answer.data());
    if (length < 0) {
        return failure();
    }
    const auto unit_at = static_cast<std::size_t>(modbus_get_header_length(context_.get())) - 1;
    const auto begin = answer.begin() + static_cast<std::ptrdiff_t>(unit_at);
    const auto received = static_cast<std::size_t>(length);
    if (received >= unit_at + frame.size() && std::equal(frame.begin(), frame.end(), begin)) {
        return Words{};
    }
    constexpr std::uint8_t exception_bit = 0x80;
    if (received >= unit_at + 3 && begin[0] == unit && begin[1] == (write_single_coil | exception_bit)) {
        return refused(exception_code(begin[2]), "the board refuses the flash command");
    }
    return unknown("garbled", "the echo of a flash command is not what was sent");
}

std::unexpected<Failure> Connection::failure() {
    const int error = errno;
    const std::string text = modbus_strerror(error);
    if (error > MODBUS_ENOBASE && error < MODBUS_ENOBASE + MODBUS_EXCEPTION_MAX) {
        return refused(exception_code(error - MODBUS_ENOBASE), text);
    }
    if (error == ETIMEDOUT) {
        return unknown("timeout", text);
    }
    if (error == EINVAL || error == EMBMDATA) {
        return unsent("invalid", text);
    }
    if (breaks_the_line(error)) {
        close();
        return unknown("line_lost", text);
    }
    return unknown("garbled", text);
}

}  // namespace qrvend::modbus
