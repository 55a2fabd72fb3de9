#ifndef GLASS386_MACHINE_HOST_H
#define GLASS386_MACHINE_HOST_H

#include "base/error.h"
#include "base/types.h"

/* The machine as a window or a terminal sees it: frames and sound out, keys and mouse in. The only
   header of the machine that ui/ includes. Looking never changes the guest. */

struct machine;

#define TEXT_SCREEN_MAX_COLUMNS 132u
#define TEXT_SCREEN_MAX_ROWS 60u

/* One character cell as video memory has it: code page 437 byte and VGA attribute. */
struct text_cell {
    u8 character, attribute;
};

struct text_screen {
    u32 columns, rows;
    u32 cursor_column, cursor_row;
    bool cursor_visible;
    bool blinks;                 /* attribute bit 7 blinks, and is not a bright background */
    u32 cell_width, cell_height; /* in pixels of the picture */
    struct text_cell
        cells[TEXT_SCREEN_MAX_ROWS * TEXT_SCREEN_MAX_COLUMNS]; /* row * columns + column */
};

/* Fills the text screen; false in a graphics mode or while the display is off. */
bool machine_text_screen(const struct machine *machine, struct text_screen *screen);

/* Size of the picture in pixels, and the picture itself as 0xFFrrggbb, `width` words a row. */
void machine_frame_size(const struct machine *machine, u32 *width, u32 *height);
void machine_frame_render(const struct machine *machine, u32 *pixels);
/* What a monitor shows around it: dots and lines, in the picture's own, and their colour. */
struct frame_border {
    u32 left, right, top, bottom;
    u32 colour; /* 0xFFrrggbb */
};
void machine_frame_border(const struct machine *machine, struct frame_border *border);
/* Changes whenever the picture may have changed, the cursor's blinking included. */
u64 machine_frame_version(const struct machine *machine);
/* Guest time since power on. */
u64 machine_time_ns(const struct machine *machine);
/* Tick after now at which a picture is whole and may be taken: the beam begins to scan it. Between
   1/125 and 1/25 guest second away, whatever the display's registers say. */
u64 machine_next_frame(const struct machine *machine);

/* The lights of floppy drives and IDE channels: sectors that went through since power on. */
#define DRIVE_LIGHTS_MAX 3u
struct drive_light {
    const char *name; /* FD, HD, HD2, CD */
    u64 reads, writes;
};
/* How many there are. */
unsigned machine_drive_lights(const struct machine *machine,
                              struct drive_light lights[DRIVE_LIGHTS_MAX]);

/* Keys are scan set 1 make codes; E0-prefixed keys are 0xE0xx; Pause is KEY_PAUSE. Each is queued
   and enters the guest at a stamped tick. */
#define KEY_PAUSE 0xe11du
void machine_key(struct machine *machine, u16 scancode, bool down);
/* Releases all keys that the guest's keyboard has down: another moment has come, and the fingers
   are elsewhere. */
void machine_release_keys(struct machine *machine);

/* Types text on a US keyboard (bytes 9, 10, 13, 8, 27 and 32 to 126; others are skipped): the
   number of characters that were queued, fewer when the queue of 4096 key events is full. */
size_t machine_type(struct machine *machine, const char *text, size_t length);

/* A chord such as "ctrl-alt-delete", "f1", "shift-a": pressed in order, released in reverse. */
bool machine_send_chord(struct machine *machine, const char *chord, struct error *error);

/* Bytes arriving at a serial port (0 = COM1, 1 = COM2); how many were taken by the queue of 4096.
 */
size_t machine_serial_input(struct machine *machine, unsigned line, const void *bytes,
                            size_t count);

/* The mouse moved (right and down are positive), its wheel turned (notches, towards the user is
   positive), and these buttons are down now: bit 0 left, 1 right, 2 middle. False when the queue of
   512 events is full. */
bool machine_mouse(struct machine *machine, int dx, int dy, int wheel, unsigned buttons);
/* The buttons of the last event. */
unsigned machine_mouse_buttons(const struct machine *machine);
/* Whether the guest listens to its mouse: grabbing the host's is useless before. */
bool machine_mouse_wanted(const struct machine *machine);

/* Sound: one channel of SOUND_RATE samples in a guest second, numbered from power on. Copies
   samples from number *position on (start with 0), moves it, and gives the count, 0 when no more
   have been made. Who asks less often than every 0.6 guest seconds misses some: *position jumps
   over them. */
#define SOUND_RATE 48000u
size_t machine_sound(struct machine *machine, u64 *position, s16 *samples, size_t count);

/* True when keys, mouse events or serial bytes still wait to enter the guest. */
bool machine_input_pending(const struct machine *machine);

/* Code page 437 to Unicode, for terminals and scripts. */
u16 machine_cp437_to_unicode(u8 character);

#endif
