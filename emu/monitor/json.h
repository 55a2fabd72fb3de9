#ifndef GLASS386_MONITOR_JSON_H
#define GLASS386_MONITOR_JSON_H

#include "base/text_out.h"
#include "base/types.h"

/* An answer as one JSON value: {"command": ..., "ok": true, "lines": [{"text": ..., "values":
   {...}}]}, where `values` are the name=value pairs of that line, as texts. */
void json_answer(const char *command, bool ok, const char *text, struct text_out *out);

#endif
