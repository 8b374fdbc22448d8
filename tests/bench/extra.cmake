# The test stand that tests/app uses, with the daemon and the sandbox as processes.
target_sources(tests_bench PRIVATE "${PROJECT_SOURCE_DIR}/tests/app/stand.cpp")
