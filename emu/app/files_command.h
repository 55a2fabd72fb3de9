#ifndef GLASS386_APP_FILES_COMMAND_H
#define GLASS386_APP_FILES_COMMAND_H

/* `glass386 fs IMAGE[:PARTITION] VERB ...`: files in and out of a disk image. argv[0] is "fs". The
   process's exit code. */
int files_command(int argc, char **argv);

#endif
