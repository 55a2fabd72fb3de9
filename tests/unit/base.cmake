glass386_unit_test(base SOURCES base.c USES base)
glass386_unit_test(bus SOURCES bus.c USES bus)
