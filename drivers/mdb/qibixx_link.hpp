#pragma once
// Carries lines between a Qibixx adapter's serial device and the reader that knows them (qibixx.hpp).

#include <boost/asio/io_context.hpp>

#include "controller/ports/clock.hpp"
#include "drivers/mdb/alarm.hpp"
#include "drivers/mdb/lines.hpp"
#include "drivers/mdb/link.hpp"
#include "drivers/mdb/qibixx.hpp"
#include "drivers/mdb/serial_port.hpp"

namespace qrvend::mdb {

class QibixxLink final : public Link, private SerialPort::User {
public:
    /// `io` and `clock` must outlive the link.
    QibixxLink(boost::asio::io_context& io, Clock& clock, const Settings& settings);

    Reader& reader() override { return adapter_; }
    void begin(Link::User& user) override;
    void reader_told() override { send(); }

private:
    void port_opened() override;
    void port_closed(const MachineFault& why) override;
    void port_received(std::string_view bytes) override;
    void port_sent() override;

    void send();
    MonotonicTime now() const { return clock_.now().monotonic; }

    Clock& clock_;
    Link::User* user_ = nullptr;
    Qibixx adapter_;
    Lines lines_;
    Alarm deadline_;
    SerialPort port_;
};

}  // namespace qrvend::mdb
