// Beast is compiled here once (BOOST_BEAST_SEPARATE_COMPILATION) and not in every file that includes it.
//
// One of its assertions asks too much (basic_parser.ipp of Boost 1.81, parse_chunk_header): five bytes of a last
// chunk, where the three that are there are all that is read. A client that sends "0\r\n" and then "\r", as a
// network may cut any empty chunked body, would end the process. That assertion alone is passed over.

#define BOOST_ENABLE_ASSERT_HANDLER
#include <boost/assert.hpp>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace boost {

void assertion_failed(const char* expression, const char* function, const char* file, long line) {
    if (std::string_view(expression) != "n >= 5" || !std::string_view(file).ends_with("/basic_parser.ipp")) {
        std::fprintf(stderr, "%s:%ld: %s: assertion failed: %s\n", file, line, function, expression);
        std::abort();
    }
}

void assertion_failed_msg(const char* expression, const char* message, const char* function, const char* file,
                          long line) {
    std::fprintf(stderr, "%s:%ld: %s: assertion failed: %s (%s)\n", file, line, function, expression, message);
    std::abort();
}

}  // namespace boost

#include <boost/beast/src.hpp>
