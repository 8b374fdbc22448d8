#pragma once
// One thing wrong with a config file, said so that a technician can put it right without asking: where, what stands
// there, and what is allowed. What stands where a secret belongs is
// never quoted.

#include <cstdint>
#include <string>
#include <vector>

namespace qrvend::config {

enum class Severity : std::uint8_t {
    error,    ///< qrvend does not start with it
    warning,  ///< qrvend starts
};

struct Problem {
    std::string file;
    int line = 0;         ///< 1 is the first
    std::string path;     ///< such as "products[2].price_minor"; "(file)" where the text as a whole is meant
    std::string found;    ///< what was found
    std::string allowed;  ///< what is allowed instead
    Severity severity = Severity::error;
    int column = 0;  ///< counted in bytes from 1; 0 except where the text is not JSON
    bool operator==(const Problem&) const = default;
};

/// `FILE:LINE: PATH: what was found; what is allowed`, in one line; `FILE:LINE:COLUMN:` where the column is known,
/// and a warning has `warning: ` before the path.
std::string to_string(const Problem& problem);

/// Whether any of `problems` keeps qrvend from starting.
bool has_error(const std::vector<Problem>& problems);

/// A place in a config file: where a value stands, or where it would belong.
struct Place {
    int line = 1;
    std::string path;
    int column = 0;
};

/// Every problem of one file.
class Problems {
public:
    explicit Problems(std::string file) : file_(std::move(file)) {}

    void error(const Place& place, std::string found, std::string allowed);
    void warning(const Place& place, std::string found, std::string allowed);

    bool has_error() const { return config::has_error(all_); }

    /// All of them in the order of their lines; problems of one line in the order in which they were found.
    std::vector<Problem> take() && { return std::move(all_); }

private:
    void add(Severity severity, const Place& place, std::string found, std::string allowed);

    std::string file_;
    std::vector<Problem> all_;
};

}  // namespace qrvend::config
