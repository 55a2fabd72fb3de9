#ifndef GLASS386_MONITOR_JSON_H
#define GLASS386_MONITOR_JSON_H

#include "base/text_out.h"

/* An answer as one JSON object. What a handler prints with a name (command.h: put, note) becomes a
   member; rows of a table become objects in a list. All printed lines stand in "lines" besides,
   with their name=value pairs, so that a command without names can be read too. */

#define JSON_MEMBERS_MAX 96u

struct json_scope {
    const char *names[JSON_MEMBERS_MAX];
    u32 count;
};

struct json_record {
    struct text_out members; /* ", \"name\": value" ... of the answer */
    const char *list;        /* that is open; null: the answer itself */
    bool muted;              /* a list of this name has been before */
    struct json_scope top, row;
};

/* Begins an object in the list of that name, which is opened where it is not. */
void json_row(struct json_record *record, const char *list);
/* Back to the answer itself. */
void json_top(struct json_record *record);

/* A member; a name that the object already has is left out. Names live as long as the record. */
void json_number(struct json_record *record, const char *name, u64 value);
void json_signed(struct json_record *record, const char *name, s64 value);
void json_string(struct json_record *record, const char *name, const char *text, size_t length);

/* Writes {"command": ..., "ok": ..., members, "lines": [...]} and frees the record. */
void json_answer(struct json_record *record, const char *command, bool ok, const char *text,
                 struct text_out *out);

#endif
