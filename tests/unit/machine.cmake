glass386_unit_test(machine SOURCES machine.c USES machine)
glass386_unit_test(snapshot SOURCES snapshot.c USES snapshot)
