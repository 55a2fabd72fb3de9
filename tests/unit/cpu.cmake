# The instruction half of the CPU: decoding, executing, running.
foreach(part cpu_instructions cpu_levels cpu_undefined)
    glass386_unit_test(${part}
        SOURCES ${part}.c ../support/instruction_rows.c ../support/cpu_testbed.c USES cpu)
endforeach()
foreach(part cpu_decode cpu_legality cpu_running cpu_blocks cpu_direct)
    glass386_unit_test(${part} SOURCES ${part}.c ../support/cpu_testbed.c USES cpu)
endforeach()
foreach(part cpu_pairs cpu_misses)
    glass386_unit_test(${part} SOURCES ${part}.c ../support/twin.c ../support/cpu_testbed.c USES cpu)
endforeach()
glass386_unit_test(string_runs
    SOURCES string_runs.c ../support/random_guest.c ../support/cpu_testbed.c USES cpu)
foreach(part cpu_tuning cpu_words)
    glass386_unit_test(${part}
        SOURCES ${part}.c ../support/loop_code.c ../support/random_guest.c ../support/cpu_testbed.c USES cpu)
endforeach()
