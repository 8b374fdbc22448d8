add_dependencies(tests_app qrvend)
# It looks for free ports; no other test that starts programs on such is to run meanwhile.
set_tests_properties(app PROPERTIES RESOURCE_LOCK free_ports)
