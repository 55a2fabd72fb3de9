#ifndef GLASS386_UI_SDL_LIBRARY_H
#define GLASS386_UI_SDL_LIBRARY_H

#include "base/error.h"

#include <SDL.h>

/* SDL2 is loaded when a window is opened, not when the process starts: its fifty shared libraries
   would cost every run without a window more time than the guest's first instructions. Headers of
   SDL give the types, so each pointer is as checked as a direct call. */

// clang-format off
#define SDL_FUNCTIONS(ROW)                                                                   \
    ROW(InitSubSystem) ROW(QuitSubSystem) ROW(GetError) ROW(SetHint) ROW(GetTicks)           \
    ROW(CreateWindow) ROW(DestroyWindow) ROW(GetWindowSize) ROW(SetWindowSize)               \
    ROW(SetWindowTitle) ROW(SetWindowGrab) ROW(SetWindowFullscreen) ROW(GetWindowFlags)      \
    ROW(GetDisplayUsableBounds) ROW(PollEvent) ROW(StartTextInput) ROW(SetRelativeMouseMode) \
    ROW(CreateRenderer) ROW(DestroyRenderer) ROW(GetRendererInfo) ROW(GetRendererOutputSize) \
    ROW(SetRenderDrawColor) ROW(RenderClear) ROW(RenderFillRect) ROW(RenderCopy) ROW(RenderPresent)              \
    ROW(CreateTexture) ROW(DestroyTexture) ROW(UpdateTexture) ROW(GL_GetProcAddress)         \
    ROW(OpenAudioDevice) ROW(CloseAudioDevice) ROW(PauseAudioDevice) ROW(QueueAudio)         \
    ROW(GetQueuedAudioSize) ROW(SetClipboardText) ROW(GetClipboardText) ROW(free)            \
    ROW(SetTextureScaleMode) ROW(SetWindowMinimumSize)
// clang-format on

struct sdl {
#define MEMBER(function) __typeof__(SDL_##function) *function;
    SDL_FUNCTIONS(MEMBER)
#undef MEMBER
};

/* Fills the table; false with the reason where the library or one of its functions is missing. It
   stays loaded: SDL's own libraries do not survive being unloaded. */
bool sdl_load(struct sdl *sdl, struct error *error);

#endif
