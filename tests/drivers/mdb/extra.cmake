# The machine is tested on simulated time.
target_link_libraries(tests_${name} PRIVATE drivers_simulated drivers_system)
