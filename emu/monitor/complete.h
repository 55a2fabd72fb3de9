#ifndef GLASS386_MONITOR_COMPLETE_H
#define GLASS386_MONITOR_COMPLETE_H

#include "base/text_out.h"

/* What Tab does to a line typed so far: command names for the first word, topics after `info`.
   Appends to `insert` what all candidates have in common beyond the typed word (and a blank when
   there is only one), and to `list` the candidates when they are several and nothing can be
   inserted. */
void complete_line(const char *line, size_t length, struct text_out *insert, struct text_out *list);

#endif
