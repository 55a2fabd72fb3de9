/* The one file of this folder that writes to the process's streams: TAP lines and error lines. */
#include "script/script_internal.h"

#include <stdio.h>

void script_put(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

void script_put_error(const char *text)
{
    fflush(stdout);
    fputs(text, stderr);
}
