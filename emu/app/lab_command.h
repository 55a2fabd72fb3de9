#ifndef GLASS386_APP_LAB_COMMAND_H
#define GLASS386_APP_LAB_COMMAND_H

/* `glass386 lab ...`: argv[0] is "lab". Returns the exit code. */
int lab_command(int argc, char **argv);

#endif
