add_dependencies(tests_app qrvend)
