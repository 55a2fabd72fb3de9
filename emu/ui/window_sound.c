/* The guest's sound through SDL's queue. The sound device takes samples by its own clock, the guest
   makes them by bursts: a lead of silence before the first ones keeps the queue from running dry
   between two bursts. Where sound begins or breaks off in a tone it is faded, or it would crack. */
#include "ui/window.h"

enum {
    LEAD = SOUND_RATE / 20, /* 50 ms of silence before sound that follows on nothing */
    MOST =
        SOUND_RATE * 3 / 20, /* 150 ms may wait; what a guest beyond real time plays is left out */
    FADE = SOUND_RATE / 250, /* 4 ms */
};

/* A host without sound is no error: the guest plays to nobody. */
void window_sound_open(struct window *window)
{
    const SDL_AudioSpec wanted = {
        .freq = SOUND_RATE, .format = AUDIO_S16SYS, .channels = 1, .samples = 1024};
    if (window->sdl.InitSubSystem(SDL_INIT_AUDIO) != 0)
        return;
    window->sound.device = window->sdl.OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
    if (window->sound.device)
        window->sdl.PauseAudioDevice(window->sound.device, 0);
}

void window_sound_close(struct window *window)
{
    if (window->sound.device)
        window->sdl.CloseAudioDevice(window->sound.device);
    window->sdl.QuitSubSystem(SDL_INIT_AUDIO);
}

static void queue(struct window *window, const s16 *samples, size_t count)
{
    window->sdl.QueueAudio(window->sound.device, samples, (Uint32)(count * sizeof *samples));
    window->sound.last = samples[count - 1];
}

static void queue_silence(struct window *window, size_t count)
{
    static const s16 silence[LEAD];
    queue(window, silence, count);
}

static size_t waiting(struct window *window)
{
    return window->sdl.GetQueuedAudioSize(window->sound.device) / sizeof(s16);
}

static void fade_in(s16 *samples, size_t count)
{
    for (size_t i = 0; i < count && i < FADE; i++)
        samples[i] = (s16)(samples[i] * (int)i / FADE);
}

void window_sound_play(struct window *window)
{
    s16 samples[1024];
    size_t count;
    while (window->sound.device &&
           (count = machine_sound(window->ui.machine, &window->sound.position, samples,
                                  ARRAY_COUNT(samples))) > 0) {
        size_t before = waiting(window);
        if (before > MOST)
            continue;
        if (before == 0) {
            queue_silence(window, LEAD);
            fade_in(samples, count);
        }
        queue(window, samples, count);
    }
}

void window_sound_rest(struct window *window)
{
    s16 samples[FADE];
    if (!window->sound.device || window->sound.last == 0)
        return;
    for (int i = 0; i < FADE; i++)
        samples[i] = (s16)(window->sound.last * (FADE - 1 - i) / FADE);
    queue(window, samples, FADE);
}
