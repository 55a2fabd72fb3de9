# The protected-mode half of the CPU: each program is a table of the manual's rules.
foreach(part segment_load paging_walk translate_observer transfer_far transfer_return interrupt_gates
             task_switch system_instructions state_fields interrupt_running protection_faults task_model)
    glass386_unit_test(${part} SOURCES ${part}.c ../support/cpu_testbed.c USES cpu)
endforeach()
glass386_unit_test(interrupt_random
    SOURCES interrupt_random.c ../support/random_guest.c ../support/cpu_testbed.c USES cpu)
# How many cases of a model each instruction went through, for emu/docs/CPU.md.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/rows)
foreach(part segment_load transfer_far transfer_return interrupt_gates task_model system_instructions)
    set_tests_properties(unit.${part} PROPERTIES ENVIRONMENT GLASS386_ROWS=${CMAKE_BINARY_DIR}/rows)
endforeach()
glass386_unit_test(fault_state
    SOURCES fault_state.c ../oracle/case.c ../oracle/generate.c ../support/cpu_testbed.c USES cpu)
glass386_unit_test(stepping
    SOURCES stepping.c ../oracle/stream.c ../oracle/flag_use.c ../oracle/case.c ../oracle/generate.c
            ../support/cpu_testbed.c USES cpu)
