# QRVEND_SANITIZE: the sanitizers of the whole build, and what their runtimes are told when ctest runs a test.

set(QRVEND_SANITIZE "" CACHE STRING "address (with leaks and undefined behaviour), thread, or nothing")
set_property(CACHE QRVEND_SANITIZE PROPERTY STRINGS "" address thread)
if(QRVEND_SANITIZE AND NOT QRVEND_SANITIZE MATCHES "^(address|thread)$")
    message(FATAL_ERROR "QRVEND_SANITIZE is '${QRVEND_SANITIZE}'; allowed are address, thread and nothing")
endif()

function(qrvend_sanitize target)
    if(NOT QRVEND_SANITIZE)
        return()
    endif()
    if(QRVEND_SANITIZE STREQUAL "address")
        set(sanitizers -fsanitize=address,undefined)
    else()
        set(sanitizers -fsanitize=thread)
    endif()
    # Recycled frames and blocks would hide a use after free. libstdc++'s own checks cost next to nothing beside the rest.
    target_compile_definitions(${target} INTERFACE
        BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING _GLIBCXX_ASSERTIONS)
    target_compile_options(${target} INTERFACE ${sanitizers} -fno-sanitize-recover=all)
    target_link_options(${target} INTERFACE ${sanitizers})
endfunction()

# A report ends the program at once, with an exit code that no program of ours has: so none is taken for an expected
# failure, in a child process either. The daemons and sandboxes that tests start inherit all this.
find_program(LLVM_SYMBOLIZER llvm-symbolizer-19)
set(QRVEND_SANITIZER_ENVIRONMENT
    "ASAN_OPTIONS=exitcode=86:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:strict_init_order=1"
    "LSAN_OPTIONS=exitcode=86:print_suppressions=0:suppressions=${CMAKE_CURRENT_LIST_DIR}/foreign_leaks.txt"
    "UBSAN_OPTIONS=print_stacktrace=1:exitcode=86"
    "TSAN_OPTIONS=exitcode=86:halt_on_error=1:second_deadlock_stack=1:suppressions=${CMAKE_CURRENT_LIST_DIR}/foreign_races.txt")
if(LLVM_SYMBOLIZER)
    list(APPEND QRVEND_SANITIZER_ENVIRONMENT
         "ASAN_SYMBOLIZER_PATH=${LLVM_SYMBOLIZER}" "TSAN_SYMBOLIZER_PATH=${LLVM_SYMBOLIZER}")
endif()
