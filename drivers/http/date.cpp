#include "drivers/http/date.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

namespace qrvend::http {

std::string http_date(WallTime time) {
    using namespace std::chrono;
    constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = floor<std::chrono::days>(time);
    const year_month_day date(midnight);
    const hh_mm_ss clock(floor<seconds>(time - midnight));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(weekday(midnight).c_encoding()),
                       unsigned{date.day()}, months.at(unsigned{date.month()} - 1), int{date.year()},
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace qrvend::http
