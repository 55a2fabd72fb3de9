#ifndef GLASS386_APP_DISK_COMMAND_H
#define GLASS386_APP_DISK_COMMAND_H

/* `glass386 disk VERB ...`: overlay files, and what an image is. argv[0] is "disk". The process's
   exit code. */
int disk_command(int argc, char **argv);

#endif
