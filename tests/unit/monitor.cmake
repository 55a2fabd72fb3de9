glass386_unit_test(debug SOURCES debug.c USES debug)
glass386_unit_test(monitor SOURCES monitor.c USES monitor)
glass386_unit_test(guest_kernel SOURCES guest_kernel.c USES debug)
glass386_unit_test(gdb SOURCES gdb.c USES gdb)
