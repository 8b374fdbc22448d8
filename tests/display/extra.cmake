# The tests look behind the module's border: layout, fonts and painter directly, and the module as the daemon loads it.
target_sources(tests_display PRIVATE $<TARGET_OBJECTS:display_sdl>)
target_link_libraries(tests_display PRIVATE PkgConfig::SDL)
