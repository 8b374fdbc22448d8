# Random walks with shrinking, for the tests of controller/ alone.
find_package(rapidcheck REQUIRED)
target_link_libraries(tests_controller PRIVATE rapidcheck)

# The kiosk is tested with the simulated clock, machine and journal.
target_link_libraries(tests_controller PRIVATE drivers_simulated)
