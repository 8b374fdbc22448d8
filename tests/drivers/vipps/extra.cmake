find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
target_link_libraries(tests_drivers_vipps PRIVATE ${RAPIDCHECK_LIBRARY})
