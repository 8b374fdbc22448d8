#include "display/terminal_screen.hpp"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <charconv>
#include <istream>
#include <utility>

#include "display/terminal_text.hpp"
#include "display/touches.hpp"

namespace qrvend::display {

namespace asio = boost::asio;

namespace {

/// A longer line than this is no customer's.
constexpr std::size_t longest_line = 256;

}  // namespace

class TerminalScreen::Terminal : public std::enable_shared_from_this<Terminal> {
public:
    Terminal(asio::io_context& io, const Clock& clock, Settings settings, std::ostream& out, Ink ink)
        : clock_(clock),
          settings_(std::move(settings)),
          language_(settings_.languages.front()),
          out_(out),
          ink_(ink),
          touches_(io),
          input_(io),
          line_(longest_line) {}

    void listen(int input) {
        const int own = dup(input);
        boost::system::error_code error;
        if (own >= 0) {
            input_.assign(own, error);
        }
        if (own >= 0 && !error) {
            read_line();
        }
    }

    void close() {
        boost::system::error_code ignored;  // a descriptor that does not close is of no use to anybody
        input_.close(ignored);
    }

    void show(View view) {
        if (shown_ && same_but_for_time(*shown_, view)) {
            shown_ = std::move(view);
            return;
        }
        shown_ = std::move(view);
        touches_.forget();
        print();
    }

    asio::awaitable<Touch> next_touch() { return touches_.next(); }

private:
    // A code whose end has moved is still the same code.
    static bool same_but_for_time(const View& one, View other) {
        const auto* before = std::get_if<view::ScanToPay>(&one);
        auto* after = std::get_if<view::ScanToPay>(&other);
        if (before != nullptr && after != nullptr) {
            after->until = before->until;
        }
        return one == other;
    }

    void print() {
        if (shown_) {
            out_ << as_text(*shown_, language_, settings_, clock_.now().monotonic, ink_) << std::flush;
        }
    }

    void read_line() {
        asio::async_read_until(input_, line_, '\n',
                               [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                                   if (error == asio::error::not_found) {
                                       self->line_.consume(self->line_.size());
                                   } else if (error) {
                                       return;  // end of input: the screen goes on without
                                   } else {
                                       self->handle_line();
                                   }
                                   self->read_line();
                               });
    }

    void handle_line() {
        std::istream stream(&line_);
        std::string text;
        std::getline(stream, text);
        if (text.empty()) {
            touches_.add(touch::Dismiss{});
        } else if (text == "b") {
            touches_.add(touch::Begin{});
        } else if (text == "c") {
            touches_.add(touch::Cancel{});
        } else if (const auto language = parse_language(text)) {
            language_ = *language;
            print();
        } else if (const auto slot = slot_of(text)) {
            touches_.add(touch::Select{*slot});
        }
    }

    static std::optional<Slot> slot_of(const std::string& text) {
        std::uint16_t number = 0;
        const char* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, number);
        return error == std::errc{} && stopped == end ? std::optional{Slot{number}} : std::nullopt;
    }

    const Clock& clock_;
    const Settings settings_;
    Language language_;
    std::ostream& out_;
    Ink ink_;
    Touches touches_;
    asio::posix::stream_descriptor input_;
    asio::streambuf line_;
    std::optional<View> shown_;
};

TerminalScreen::TerminalScreen(asio::io_context& io, const Clock& clock, Settings settings, std::ostream& out,
                               Ink ink, std::optional<int> input)
    : terminal_(std::make_shared<Terminal>(io, clock, std::move(settings), out, ink)) {
    if (input) {
        terminal_->listen(*input);
    }
}

TerminalScreen::~TerminalScreen() {
    terminal_->close();
}

void TerminalScreen::show(View view) {
    terminal_->show(std::move(view));
}

asio::awaitable<Touch> TerminalScreen::next_touch() {
    return terminal_->next_touch();
}

}  // namespace qrvend::display
