#include "ui/sdl_library.h"

#include "base/types.h"

#include <dlfcn.h>
#include <string.h>

#ifdef __APPLE__
#define SDL_LIBRARY "libSDL2-2.0.0.dylib"
#else
#define SDL_LIBRARY "libSDL2-2.0.so.0"
#endif

bool sdl_load(struct sdl *sdl, struct error *error)
{
#define NAME(function) "SDL_" #function,
    static const char *const names[] = {SDL_FUNCTIONS(NAME)};
#undef NAME
    _Static_assert(sizeof *sdl == sizeof names, "one pointer for each name, in the same order");
    void *library = dlopen(SDL_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return error_set(error, "-display sdl: %.200s", dlerror());
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        void *function = dlsym(library, names[i]);
        if (!function)
            return error_set(error, "-display sdl: %s has no %s; expected SDL 2.0.18 or later",
                             SDL_LIBRARY, names[i]);
        memcpy((char *)sdl + i * sizeof function, &function, sizeof function);
    }
    return true;
}
