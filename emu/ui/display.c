#include "ui/ui.h"

#include <string.h>

const struct display *const displays[] = {
#ifdef GLASS386_SDL
    &display_sdl,
#endif
    &display_terminal,
    &display_none,
};
const unsigned display_count = ARRAY_COUNT(displays);

const struct display *display_named(const char *name)
{
    for (unsigned i = 0; i < display_count; i++)
        if (strcmp(displays[i]->name, name) == 0)
            return displays[i];
    return NULL;
}
