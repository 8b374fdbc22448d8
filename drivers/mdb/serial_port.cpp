#include "drivers/mdb/serial_port.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace qrvend::mdb {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr milliseconds first_pause = 500ms;
constexpr milliseconds longest_pause = 8s;

// The end of a terminal is no error number of its own.
int number_of(const boost::system::error_code& error) {
    return error == asio::error::eof ? EIO : error.value();
}

}  // namespace

// One opening of the device. Its handlers keep it, and find it closed once the port has gone on.
struct SerialPort::Connection {
    Connection(asio::io_context& io, int descriptor) : device(io, descriptor) {}

    asio::posix::stream_descriptor device;
    std::array<char, 512> received{};
    std::string unsent;
    bool open = true;

    void close() {
        open = false;
        boost::system::error_code ignored;
        device.close(ignored);
    }
};

SerialPort::SerialPort(asio::io_context& io, Clock& clock, std::string device, Baud baud, User& user)
    : io_(io),
      clock_(clock),
      device_(std::move(device)),
      baud_(baud),
      user_(user),
      again_(clock, [this] { open(); }),
      pause_(first_pause) {}

SerialPort::~SerialPort() {
    if (connection_) {
        connection_->close();
    }
}

void SerialPort::open() {
    const auto descriptor = open_serial(device_, baud_);
    if (!descriptor) {
        try_later(descriptor.error());
        return;
    }
    reason_.clear();
    connection_ = std::make_shared<Connection>(io_, *descriptor);
    read();
    user_.port_opened();
}

void SerialPort::try_later(const MachineFault& why) {
    again_.set(clock_.now().monotonic + pause_);
    pause_ = std::min(2 * pause_, longest_pause);
    if (reason_ != why.detail) {
        reason_ = why.detail;
        user_.port_closed(why);
    }
}

void SerialPort::lose(int error) {
    std::exchange(connection_, nullptr)->close();
    try_later(lost_serial(device_, error));
}

void SerialPort::read() {
    const auto connection = connection_;
    connection->device.async_read_some(
        asio::buffer(connection->received),
        [this, connection](const boost::system::error_code& error, std::size_t count) {
            if (!connection->open) {
                return;
            }
            if (error) {
                lose(number_of(error));
                return;
            }
            pause_ = first_pause;  // it is alive; a device that only opens is not
            user_.port_received({connection->received.data(), count});
            if (connection->open) {
                read();
            }
        });
}

bool SerialPort::is_free() const {
    return connection_ && connection_->unsent.empty();
}

void SerialPort::send(std::string bytes) {
    if (!is_free()) {
        throw std::logic_error("the serial port is not free");
    }
    connection_->unsent = std::move(bytes);
    write();
}

void SerialPort::write() {
    const auto connection = connection_;
    asio::async_write(connection->device, asio::buffer(connection->unsent),
                      [this, connection](const boost::system::error_code& error, std::size_t) {
                          if (!connection->open) {
                              return;
                          }
                          if (error) {
                              lose(number_of(error));
                              return;
                          }
                          connection->unsent.clear();
                          user_.port_sent();
                      });
}

}  // namespace qrvend::mdb
