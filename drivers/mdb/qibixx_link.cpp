#include "drivers/mdb/qibixx_link.hpp"

namespace qrvend::mdb {

// The adapter is a USB device, to which any speed is right, or stands on the UART of a Raspberry Pi at this one.
QibixxLink::QibixxLink(boost::asio::io_context& io, Clock& clock, const Settings& settings)
    : clock_(clock),
      adapter_(settings),
      deadline_(clock,
                [this] {
                    adapter_.pass_time(now());
                    send();
                    user_->reader_spoke();
                }),
      port_(io, clock, settings.device, Baud::b115200, *this) {}

void QibixxLink::begin(Link::User& user) {
    user_ = &user;
    port_.open();
}

void QibixxLink::port_opened() {
    lines_.clear();
    adapter_.opened(now());
    user_->link_opened();
    send();
}

void QibixxLink::port_closed(const MachineFault& why) {
    adapter_.closed();
    deadline_.drop();
    user_->reader_spoke();
    user_->link_closed(why);
}

void QibixxLink::port_received(std::string_view bytes) {
    lines_.take(bytes);
    while (const auto line = lines_.next()) {
        adapter_.receive(*line, now());
        user_->reader_spoke();
    }
    send();
}

void QibixxLink::port_sent() {
    send();
    user_->reader_spoke();
}

// One line at a time: what has not left yet can still be taken back.
void QibixxLink::send() {
    if (port_.is_free()) {
        if (const auto line = adapter_.next_line()) {
            port_.send(*line + "\n");
        }
    }
    if (const auto deadline = adapter_.next_deadline()) {
        deadline_.set(*deadline);
    } else {
        deadline_.drop();
    }
}

}  // namespace qrvend::mdb
