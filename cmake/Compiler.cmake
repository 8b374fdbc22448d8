# The language, the warnings, and the one compiler bug that must not build a machine that handles money.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Assertions stay on in production: NDEBUG is never set.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
# What the sanitizers, the fuzzers and the coverage figure run: quick enough to run everything, lines still in reports.
set(CMAKE_CXX_FLAGS_CHECKED "-O1 -g1 -fno-omit-frame-pointer")

include(Sanitizers)

# g++ 12 copies an aggregate temporary inside a co_await expression bit by bit and destroys it twice. The program is
# compiled and run, because such a compiler accepts it without a word.
if(NOT CMAKE_CROSSCOMPILING AND NOT DEFINED QRVEND_COROUTINES_ARE_SOUND)
    try_run(probe_exit probe_compiled
            "${PROJECT_BINARY_DIR}/coroutine_probe" "${CMAKE_CURRENT_LIST_DIR}/coroutine_probe.cpp"
            CXX_STANDARD 23 CXX_STANDARD_REQUIRED ON
            COMPILE_OUTPUT_VARIABLE probe_output)
    if(NOT probe_compiled OR NOT probe_exit EQUAL 0)
        message(FATAL_ERROR
            "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} (${CMAKE_CXX_COMPILER}) cannot build qrvend: it "
            "miscompiles coroutines (a temporary in a co_await expression is destroyed twice) or lacks C++23. "
            "Use clang 19: run script/setup, then configure with `cmake --preset release` in an empty build "
            "directory.\n${probe_output}")
    endif()
    set(QRVEND_COROUTINES_ARE_SOUND TRUE CACHE INTERNAL "coroutine_probe.cpp ran without a fault")
endif()

add_library(qrvend_options INTERFACE)
target_include_directories(qrvend_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(qrvend_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough -Werror -Wno-missing-designated-field-initializers -fstack-protector-strong)
target_compile_definitions(qrvend_options INTERFACE
    QRVEND_VERSION="${PROJECT_VERSION}"
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ALL_NO_LIB)

qrvend_sanitize(qrvend_options)

option(QRVEND_COVERAGE "Count how often each decision of the source goes which way (script/coverage)" OFF)
if(QRVEND_COVERAGE)
    target_compile_options(qrvend_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(qrvend_options INTERFACE -fprofile-instr-generate)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    # Clang's precompiled headers carry time stamps that ccache must be told to overlook.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
