#include "ui/status_line.h"

#include <string.h>

#define LIT_MS 90u
#define MARGIN 8u
#define LAMP 10u /* edge of a light */
#define TEXT_TOP ((STATUS_LINE_HEIGHT - GLYPH_HEIGHT) / 2 + 1)

#define BACKGROUND 0xff202428u
#define INK 0xffc8ccd0u
#define RULE 0xff3a3f44u

static const u32 lamp_colours[] = {
    [LIGHT_DARK] = 0xff3a3f44, [LIGHT_READS] = 0xff40c057, [LIGHT_WRITES] = 0xfffa5252};

/* ---- lights ---- */

static bool is_lit(u32 now, u32 until)
{
    return (s32)(until - now) > 0;
}

void status_lights_look(struct status_lights *lights, const struct machine *machine, u32 now,
                        struct status_line *line)
{
    struct drive_light drives[DRIVE_LIGHTS_MAX];
    line->lights = machine_drive_lights(machine, drives);
    for (unsigned i = 0; i < line->lights; i++) {
        if (!lights->begun)
            lights->read_until[i] = lights->write_until[i] = now;
        if (lights->begun && drives[i].reads != lights->reads[i])
            lights->read_until[i] = now + LIT_MS;
        if (lights->begun && drives[i].writes != lights->writes[i])
            lights->write_until[i] = now + LIT_MS;
        lights->reads[i] = drives[i].reads;
        lights->writes[i] = drives[i].writes;
        line->light[i].name = drives[i].name;
        line->light[i].light = is_lit(now, lights->write_until[i])  ? LIGHT_WRITES
                               : is_lit(now, lights->read_until[i]) ? LIGHT_READS
                                                                    : LIGHT_DARK;
    }
    lights->begun = true;
}

bool status_line_same(const struct status_line *a, const struct status_line *b)
{
    bool same =
        strcmp(a->left, b->left) == 0 && strcmp(a->right, b->right) == 0 && a->lights == b->lights;
    for (unsigned i = 0; same && i < a->lights; i++)
        same = a->light[i].light == b->light[i].light &&
               strcmp(a->light[i].name, b->light[i].name) == 0;
    return same;
}

/* ---- drawing ---- */

static u32 draw_light(struct canvas *canvas, u32 x, const char *name, enum status_light light)
{
    canvas_fill(canvas, x, (STATUS_LINE_HEIGHT - LAMP) / 2 + 1, LAMP, LAMP, lamp_colours[light]);
    return canvas_text(canvas, x + LAMP + 4, TEXT_TOP, name, INK) + 2 * MARGIN;
}

void status_line_draw(const struct status_line *line, struct canvas *canvas)
{
    canvas_fill(canvas, 0, 0, canvas->width, STATUS_LINE_HEIGHT, BACKGROUND);
    canvas_fill(canvas, 0, 0, canvas->width, 1, RULE);
    u32 x = canvas_text(canvas, MARGIN, TEXT_TOP, line->left, INK) + 3 * MARGIN;
    for (unsigned i = 0; i < line->lights; i++)
        x = draw_light(canvas, x, line->light[i].name, line->light[i].light);
    u32 room = (u32)strlen(line->right) * GLYPH_WIDTH + MARGIN;
    if (x + room <= canvas->width)
        canvas_text(canvas, canvas->width - room, TEXT_TOP, line->right, INK);
}
