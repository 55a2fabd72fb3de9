#ifndef GLASS386_APP_SIGNALS_H
#define GLASS386_APP_SIGNALS_H

/* SIGINT, SIGTERM and SIGHUP ask the run loop to end, so that disks are flushed and the terminal is
   put back; SIGPIPE is ignored, so that writes report the error. */
void signals_install(void);

/* The signal that asked for the end; 0 while none did. */
int signals_pending(void);

/* Ends the process by that signal, as its parent expects. Call it when all is put back. */
void signals_die(int number);

#endif
