#pragma once
// A serial device on the event loop. It is opened by its stable name (/dev/serial/by-id/...), and again after it
// was unplugged, with growing pauses. Nothing blocks, nothing polls, and what waits to be sent has a limit.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "controller/ports/clock.hpp"
#include "drivers/mdb/alarm.hpp"
#include "drivers/mdb/serial_device.hpp"

namespace qrvend::mdb {

class SerialPort {
public:
    /// Who uses the port. Called from the event loop, port_opened() and port_closed() also from within open().
    class User {
    public:
        virtual ~User() = default;
        virtual void port_opened() = 0;
        /// Also where it could not be opened: once for each reason, not for each try.
        virtual void port_closed(const MachineFault& why) = 0;
        virtual void port_received(std::string_view bytes) = 0;
        /// All that was sent has gone to the device.
        virtual void port_sent() = 0;
    };

    /// All must outlive the port.
    SerialPort(boost::asio::io_context& io, Clock& clock, std::string device, Baud baud, User& user);
    ~SerialPort();
    SerialPort(const SerialPort&) = delete;
    SerialPort& operator=(const SerialPort&) = delete;

    /// Opens the device, now or as soon as there is one.
    void open();

    /// Whether send() would be taken: the device is open, and what was sent before has gone to it.
    bool is_free() const;

    /// Only while is_free().
    void send(std::string bytes);

private:
    struct Connection;

    void read();
    void write();
    void lose(int error);
    void try_later(const MachineFault& why);

    boost::asio::io_context& io_;
    Clock& clock_;
    std::string device_;
    Baud baud_;
    User& user_;
    Alarm again_;
    milliseconds pause_;
    std::string reason_;  ///< why it is closed, as the user was told
    std::shared_ptr<Connection> connection_;
};

}  // namespace qrvend::mdb
