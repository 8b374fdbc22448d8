#pragma once
// This computer's own address, as a phone on the same network would use it.

#include <string>

namespace qrvend::app {

/// The first IPv4 address of an interface that is up and is not the loopback; "127.0.0.1" where there is none.
std::string address_for_phones();

}  // namespace qrvend::app
