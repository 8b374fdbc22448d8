# The fuzz targets of tests/fuzz. Every build replays their corpora (tests/fuzz_test); a build with QRVEND_FUZZ, which is
# the preset `fuzz`, makes a libFuzzer program of each target as well, out of the same library (tests/fuzz/README.md).

option(QRVEND_FUZZ "Instrument all code for libFuzzer, and build a program for each fuzz target" OFF)

if(QRVEND_FUZZ)
    target_compile_options(qrvend_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# qrvend_fuzz_programs(<library>): the program fuzz_<name> for each target_<name>.cpp of tests/fuzz, with the target in it.
function(qrvend_fuzz_programs library)
    if(NOT QRVEND_FUZZ)
        return()
    endif()
    file(GLOB targets CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/target_*.cpp")
    foreach(target IN LISTS targets)
        get_filename_component(name "${target}" NAME_WE)
        string(REPLACE "target_" "" name "${name}")
        add_executable(fuzz_${name} "${PROJECT_SOURCE_DIR}/tests/fuzz/main.cpp")
        target_compile_definitions(fuzz_${name} PRIVATE QRVEND_FUZZ_TARGET=${name})
        qrvend_target(fuzz_${name} ${library})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    endforeach()
endfunction()
