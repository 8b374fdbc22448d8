# The test stand and the measurements of a process that other tests have.
target_sources(tests_soak PRIVATE
    "${PROJECT_SOURCE_DIR}/tests/app/monitor.cpp" "${PROJECT_SOURCE_DIR}/tests/app/stand.cpp"
    "${PROJECT_SOURCE_DIR}/tests/bench/process_usage.cpp")

# What is put into the soaked programs. Of the C library alone, because it comes into every program that they start.
add_library(soak_preload MODULE
    "${PROJECT_SOURCE_DIR}/tests/soak_preload/clock.cpp" "${PROJECT_SOURCE_DIR}/tests/soak_preload/heap.cpp")
target_include_directories(soak_preload PRIVATE "${PROJECT_SOURCE_DIR}")
target_compile_options(soak_preload PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
