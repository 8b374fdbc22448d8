# The screen in three pieces:
#   display_look      layout, words and codes; pure, in the daemon and in the module
#   display_sdl       all that needs SDL
#   qrvend_display    libqrvend_display.so: both, loaded by the daemon only where a screen is configured. SDL, SDL_ttf
#                     and SDL_image and what they pull in cost 7.5 MB in a process that merely links them. The module
#                     itself loads SDL_image with the first picture.
# `display` itself keeps what talks to the event loop, and display_look.

set(look_sources ${sources})
list(FILTER look_sources INCLUDE REGEX "/display/(look/|settings\\.cpp)")
set(sdl_sources ${sources})
list(FILTER sdl_sources INCLUDE REGEX "/display/sdl/")
set(loop_sources ${sources})
list(REMOVE_ITEM loop_sources ${look_sources} ${sdl_sources})

foreach(piece display_look display_sdl)
    string(REPLACE display_ "" short ${piece})
    add_library(${piece} OBJECT ${${short}_sources})
    target_link_libraries(${piece} PUBLIC qrvend_options Boost::headers Threads::Threads PkgConfig::FMT)
    # The views' header names Asio, whose separately compiled part is not in the module.
    target_compile_options(${piece} PRIVATE -UBOOST_ASIO_SEPARATE_COMPILATION)
    set_target_properties(${piece} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                              VISIBILITY_INLINES_HIDDEN ON)
    target_precompile_headers(${piece} PRIVATE <memory> <optional> <string> <variant> <vector> <fmt/format.h>
                                               <boost/asio/awaitable.hpp>)
endforeach()
target_link_libraries(display_sdl PUBLIC PkgConfig::SDL)

set_target_properties(display PROPERTIES SOURCES "${loop_sources};$<TARGET_OBJECTS:display_look>")
target_link_libraries(display PUBLIC ${CMAKE_DL_LIBS})

add_library(qrvend_display MODULE $<TARGET_OBJECTS:display_look> $<TARGET_OBJECTS:display_sdl>
                                  "${PROJECT_SOURCE_DIR}/controller/base/money.cpp")
target_link_libraries(qrvend_display PRIVATE qrvend_options Boost::headers PkgConfig::SDL PkgConfig::FMT
                                             Threads::Threads ${QRCODEGEN_LIBRARY} ${CMAKE_DL_LIBS})
set_target_properties(qrvend_display PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
target_link_options(qrvend_display PRIVATE -Wl,--as-needed)
if(NOT QRVEND_SANITIZE)  # the program brings the sanitizers' own functions
    target_link_options(qrvend_display PRIVATE -Wl,--no-undefined)
endif()
add_dependencies(display qrvend_display)
