#pragma once
// The fake adapter behind a pseudo-terminal (pty(7)), on an event loop and in real time: a daemon opens path() as
// it would open the adapter's device. Lines end with LF or CR from the computer, with CR LF to it.
//
// Destroying it is pulling the plug: whoever has the device open finds it hung up.

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "controller/ports/clock.hpp"
#include "drivers/mdb/vmc/fake_qibixx.hpp"

namespace qrvend::mdb::vmc {

class PseudoTerminal {
public:
    /// `link`: a stable name for the device, made as a symbolic link; empty: none. All must outlive it. Throws
    /// std::system_error where the system gives no pseudo-terminal.
    PseudoTerminal(boost::asio::io_context& io, Clock& clock, FakeQibixx& adapter, std::filesystem::path link = {});
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    /// The device's own name, /dev/pts/...
    const std::filesystem::path& path() const { return path_; }

    /// Somebody has put a hand on the machine, or looked at it: brings it up to now.
    void turn();

private:
    struct Pump;

    std::filesystem::path path_;
    std::filesystem::path link_;
    std::shared_ptr<Pump> pump_;
};

}  // namespace qrvend::mdb::vmc
