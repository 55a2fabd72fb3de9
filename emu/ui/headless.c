/* The display that shows nothing: for serial consoles, scripts and hosts without a screen. */
#include "ui/ui.h"

#include <stdlib.h>

static bool available(void)
{
    return true;
}

static struct ui *headless_open(struct machine *machine, const struct ui_settings *settings,
                                struct error *error)
{
    (void)settings;
    struct ui *ui = malloc(sizeof *ui);
    if (!ui) {
        error_set(error, "display none: out of memory");
        return NULL;
    }
    *ui = (struct ui){&display_none, machine};
    return ui;
}

static enum ui_event headless_poll(struct ui *ui)
{
    (void)ui;
    return UI_NOTHING;
}

static void headless_draw(struct ui *ui, const struct ui_status *status)
{
    (void)ui, (void)status;
}

static void headless_suspend(struct ui *ui, bool suspended)
{
    (void)ui, (void)suspended;
}

static void headless_close(struct ui *ui)
{
    free(ui);
}

const struct display display_none = {
    .name = "none",
    .help = "no picture",
    .available = available,
    .open = headless_open,
    .poll = headless_poll,
    .draw = headless_draw,
    .suspend = headless_suspend,
    .close = headless_close,
};
