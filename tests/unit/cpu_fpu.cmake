# The coprocessor: its arithmetic alone, and its instructions.
glass386_unit_test(fpu_float80 SOURCES fpu_float80.c ../support/random_guest.c ../support/cpu_testbed.c USES cpu)
glass386_unit_test(fpu_instructions SOURCES fpu_instructions.c ../support/cpu_testbed.c USES cpu)
glass386_unit_test(fpu_normal SOURCES fpu_normal.c ../support/random_guest.c ../support/cpu_testbed.c USES cpu)
glass386_unit_test(fpu_machine SOURCES fpu_machine.c USES machine)
