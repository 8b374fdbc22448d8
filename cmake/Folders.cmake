# Every folder is one static library made of all its .cpp files, and its tests are one program made of all .cpp files in
# the folder of the same name under tests/. (A main.cpp is a program's and stands apart.) So a new file needs no build line, and the tree is the build.

find_package(Boost 1.81 REQUIRED)
find_path(DOCTEST_INCLUDE_DIR doctest/doctest.h REQUIRED)

# One precompiled header for all: Asio's coroutines and nlohmann/json are most of what a file costs to compile.
add_library(qrvend_precompiled OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
target_precompile_headers(qrvend_precompiled PRIVATE
    <algorithm> <chrono> <expected> <functional> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp> <boost/asio/io_context.hpp>
    <boost/asio/post.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>
    <nlohmann/json.hpp>)
target_link_libraries(qrvend_precompiled PRIVATE qrvend_options Boost::headers Threads::Threads
                      nlohmann_json::nlohmann_json)

# Asio and Beast, compiled once (BOOST_ASIO_SEPARATE_COMPILATION).
add_library(qrvend_boost STATIC "${PROJECT_SOURCE_DIR}/cmake/asio.cpp" "${PROJECT_SOURCE_DIR}/cmake/beast.cpp")
target_link_libraries(qrvend_boost PUBLIC qrvend_options Boost::headers Threads::Threads)

# All test programs and what they start: `cmake --build ... --target tests` builds no program that no test runs.
add_custom_target(tests)

function(qrvend_target target)
    target_link_libraries(${target} PUBLIC qrvend_options qrvend_boost nlohmann_json::nlohmann_json ${ARGN})
    target_precompile_headers(${target} REUSE_FROM qrvend_precompiled)
endfunction()

# qrvend_folder(<folder> [USES <library>...] [THREADS]): the folder's library (drivers/http gives drivers_http) and its
# tests; THREADS where it starts threads.
function(qrvend_folder folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "" "USES")
    string(REPLACE "/" "_" name "${folder}")

    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    if(NOT sources)
        return()
    endif()
    add_library(${name} STATIC ${sources})
    qrvend_target(${name} ${arg_USES})
    if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}/extra.cmake")
        include("${PROJECT_SOURCE_DIR}/${folder}/extra.cmake")
    endif()

    set(threads)
    if(arg_THREADS)
        set(threads THREADS)
    endif()
    qrvend_tests(${folder} USES ${name} ${threads})
endfunction()

# qrvend_tests(<folder under tests/> USES <library>... [THREADS]): one doctest program, run by ctest. The thread
# sanitizer's build has those with THREADS alone.
function(qrvend_tests folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "" "USES")
    if(QRVEND_SANITIZE STREQUAL "thread" AND NOT arg_THREADS)
        return()
    endif()
    string(REPLACE "/" "_" name "${folder}")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp")
    if(NOT sources)
        return()
    endif()
    add_executable(tests_${name} "${PROJECT_SOURCE_DIR}/tests/main.cpp" ${sources})
    qrvend_target(tests_${name} ${arg_USES})
    if(TARGET tests_support)
        target_link_libraries(tests_${name} PUBLIC tests_support)
    endif()
    target_include_directories(tests_${name} SYSTEM PRIVATE "${DOCTEST_INCLUDE_DIR}")
    add_test(NAME ${folder} COMMAND tests_${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${folder} PROPERTIES TIMEOUT 600 ENVIRONMENT "${QRVEND_SANITIZER_ENVIRONMENT}")
    add_dependencies(tests tests_${name})
    if(EXISTS "${PROJECT_SOURCE_DIR}/tests/${folder}/extra.cmake")
        include("${PROJECT_SOURCE_DIR}/tests/${folder}/extra.cmake")
    endif()
endfunction()
