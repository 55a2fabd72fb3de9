# libquadmath comes with gcc; without it there is no such test.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES quadmath)
check_c_source_compiles("#include <quadmath.h>\nint main(void) { return (int)sinq(0); }" GLASS386_HAVE_QUADMATH)
unset(CMAKE_REQUIRED_LIBRARIES)
if(GLASS386_HAVE_QUADMATH)
    add_executable(true_value true_value.c x87_operands.c)
    target_link_libraries(true_value PRIVATE glass386_options glass386_cpu quadmath)
    target_include_directories(true_value PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    add_test(NAME oracle.x87_true_value
             COMMAND ${CMAKE_SOURCE_DIR}/tests/support/keep true_value ${CMAKE_BINARY_DIR}/rows $<TARGET_FILE:true_value>)
    set_tests_properties(oracle.x87_true_value PROPERTIES LABELS "oracle" TIMEOUT 120)
endif()
