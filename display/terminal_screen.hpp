#pragma once
// The views as plain lines of text, with the code to scan in half-block characters, for `qrvend demo` without a
// display. A view is printed when it changes; the countdown is not repeated.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <ostream>

#include "controller/ports/clock.hpp"
#include "controller/ports/screen.hpp"
#include "display/settings.hpp"
#include "display/terminal_text.hpp"

namespace qrvend::display {

class TerminalScreen final : public Screen {
public:
    /// Writes to `out`, in the first of the settings' languages. With `input` (a file descriptor that stays the
    /// caller's, such as 0) lines are read from it: a number chooses the slot, "b" begins, "c" cancels, an empty
    /// line dismisses a message, and the code of a language ("sv") changes to it. `out`, `clock` and `io` must
    /// outlive the screen.
    TerminalScreen(boost::asio::io_context& io, const Clock& clock, Settings settings, std::ostream& out,
                   Ink ink = Ink::ansi, std::optional<int> input = std::nullopt);
    ~TerminalScreen() override;
    TerminalScreen(const TerminalScreen&) = delete;
    TerminalScreen& operator=(const TerminalScreen&) = delete;

    void show(View view) override;
    boost::asio::awaitable<Touch> next_touch() override;

private:
    class Terminal;
    std::shared_ptr<Terminal> terminal_;
};

}  // namespace qrvend::display
