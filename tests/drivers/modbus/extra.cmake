# The first rung runs on simulated time.
target_link_libraries(tests_drivers_modbus PRIVATE drivers_simulated)
