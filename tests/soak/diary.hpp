#pragma once
// Follows the daemon's log while the soak goes on: which sales are open, how the latest one stands, and how often
// what was said. The log must be read all the time: a daemon whose standard error nobody reads would wait.
//
// Good for knowing when to act. What is true of money and goods the books say (books.hpp), never the log.

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/support/process.hpp"

namespace qrvend::soak {

class Diary {
public:
    /// `daemon` must outlive the diary; what it has said so far counts.
    explicit Diary(test::Process& daemon);

    /// Reads on until `come`, or until the patience is over (false). Throws std::runtime_error where the daemon has
    /// ended.
    bool wait(std::chrono::milliseconds patience, const std::function<bool()>& come);

    /// Reads for so long.
    void read_for(std::chrono::milliseconds time);

    struct Sale {
        std::string id;
        std::string reference;   ///< of its payment; empty before the request
        bool requested = false;  ///< the code is shown
        bool over = false;       ///< the machine and the customer have parted, whatever is still to be settled
        bool closed = false;
    };

    /// The last one that was opened.
    const Sale& latest() const { return latest_; }

    bool in_service() const { return in_service_; }
    std::size_t open() const { return open_.size(); }
    std::int64_t opened() const { return said("Opened"); }

    /// How often the log said so: the words before the first name=value, or "Closed" and how ("Closed sold").
    std::int64_t said(const std::string& what) const;

    const std::map<std::string, std::int64_t>& counts() const { return counts_; }

private:
    void note(const std::string& line);
    void note_of_sale(const std::string& what, const std::string& sale, const std::string& line);

    test::Process& daemon_;
    Sale latest_;
    std::set<std::string> open_;
    bool in_service_ = false;
    std::map<std::string, std::int64_t> counts_;
};

}  // namespace qrvend::soak
