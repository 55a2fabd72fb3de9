glass386_unit_test(options SOURCES options.c USES app)
glass386_unit_test(channel SOURCES channel.c USES app)
glass386_unit_test(terminal SOURCES terminal.c USES ui)
