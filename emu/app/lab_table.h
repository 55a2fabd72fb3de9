#ifndef GLASS386_APP_LAB_TABLE_H
#define GLASS386_APP_LAB_TABLE_H

/* The Lua texts of emu/labs, put into the executable by the build: "main", "runner", "lab:NAME". */
struct lab_text {
    const char *name, *text, *end;
};
extern const struct lab_text lab_texts[];
extern const unsigned lab_text_count;

#endif
