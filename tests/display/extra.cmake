# The tests look behind the module's border, at the fonts and the painter. Window and thread they meet as the daemon
# does: in the module. (x11.cpp has to be found before Xlib, which this program, unlike the daemon, links.)
set(window_objects "/sdl/(module|session|thread|waiter|window)[.]cpp")
target_sources(tests_display PRIVATE $<FILTER:$<TARGET_OBJECTS:display_sdl>,EXCLUDE,${window_objects}>)
target_link_libraries(tests_display PRIVATE PkgConfig::SDL)
