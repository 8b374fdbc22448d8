#pragma once
// The one way to write a date in HTTP (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".

#include <string>

#include "controller/base/time.hpp"

namespace qrvend::http {

/// English in every locale. `time` is of the years 0 to 9999.
std::string http_date(WallTime time);

}  // namespace qrvend::http
