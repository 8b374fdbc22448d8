# Property tests of the stored form of facts.
find_package(rapidcheck REQUIRED)
target_link_libraries(tests_${name} PRIVATE rapidcheck)
