# The host's own x87; skipped where there is none.
add_executable(host_x87 host_x87.c x87_operands.c ../support/cpu_testbed.c)
target_link_libraries(host_x87 PRIVATE glass386_options glass386_cpu)
target_include_directories(host_x87 PRIVATE ${CMAKE_SOURCE_DIR}/tests)
add_test(NAME oracle.host_x87
         COMMAND ${CMAKE_SOURCE_DIR}/tests/support/keep host_x87 ${CMAKE_BINARY_DIR}/rows $<TARGET_FILE:host_x87>)
set_tests_properties(oracle.host_x87 PROPERTIES LABELS "oracle;sanitize" SKIP_RETURN_CODE 77 TIMEOUT 120)
