#pragma once
// One libmodbus context, RTU or TCP: opened, asked, closed. Every call may block, for as long as the line's
// timeouts say, so it belongs to a thread of its own (libmodbus_bus.hpp). The library's own recovery stays off: its
// send path loops for ever on an adapter that is gone, and holds its device name.

#include <modbus.h>

#include <memory>

#include "drivers/modbus/request.hpp"
#include "drivers/modbus/settings.hpp"

namespace qrvend::modbus {

class Connection {
public:
    /// Opens nothing yet. Throws std::invalid_argument for a line that problems() would have named.
    explicit Connection(const Line& line);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Opens the line and keeps other processes of ours off it. All failures are unsent, with the codes of bus.hpp.
    Result<void> open();
    void close();

    /// Whether it stands open, as far as can be seen without sending: false where the adapter was unplugged or the
    /// other side has hung up.
    bool is_open() const;

    /// Sends one request on an open line and waits for its answer. Where the line broke, it is closed afterwards.
    Result<Words> ask(const Request& request);

    /// Drops what has come in and answers nothing that is still asked.
    void flush();

private:
    struct Free {
        void operator()(modbus_t* context) const;
    };

    Result<void> lock_port();
    Result<Words> read(const Read& read);
    Result<Words> flash(std::uint8_t unit, const FlashCoil& flash);
    Result<Words> send(const Request& request);
    std::unexpected<Failure> failure();

    Line line_;
    std::unique_ptr<modbus_t, Free> context_;
    bool open_ = false;
};

}  // namespace qrvend::modbus
