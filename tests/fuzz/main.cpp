// One fuzz target as a libFuzzer program: cmake/Fuzz.cmake compiles this file once for each, and names the target.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

// A finding is an exception that nobody catches.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) noexcept {
    qrvend::fuzz::QRVEND_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
