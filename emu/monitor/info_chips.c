/* The small chips in words; 'info unit NAME' has every field. */
#include "monitor/command.h"

static const char *on_off(bool on)
{
    return on ? "on" : "off";
}

enum monitor_result info_pit(struct call *call)
{
    static const char *const access[] = {"latch", "low byte", "high byte", "both bytes"};
    struct pit *pit = &call->monitor->machine->pit;
    for (unsigned i = 0; i < PIT_CHANNELS; i++) {
        const struct pit_channel *channel = &pit->channel[i];
        text_out_format(call->out, "channel %u: mode %u, %s%s, gate %s, output %u, ", i,
                        channel->mode, access[channel->access & 3], channel->bcd ? ", BCD" : "",
                        on_off(channel->gate), pit_output(pit, i));
        if (!channel->loaded)
            text_out_string(call->out, "waits for a count\n");
        else
            text_out_format(call->out, "count %04x of %04x, %u Hz\n", pit_count(pit, i),
                            channel->count_register, pit_output_frequency(pit, i));
    }
    return MONITOR_OK;
}

enum monitor_result info_kbd(struct call *call)
{
    const struct machine *machine = call->monitor->machine;
    const struct kbc *kbc = &machine->kbc;
    const struct keyboard *keyboard = &machine->keyboard;
    text_out_format(call->out,
                    "controller: status %02x, output %02x, command byte %02x, output port %02x\n",
                    kbc_peek(kbc, 0x64), kbc_peek(kbc, 0x60), kbc->ram[0], kbc->output_port);
    text_out_format(call->out,
                    "keyboard: scanning %s, scan set %u, lights%s%s%s%s, typematic %02x, %u bytes "
                    "wait\n",
                    on_off(keyboard->enabled), keyboard->scan_set, keyboard->leds & 2 ? " num" : "",
                    keyboard->leds & 4 ? " caps" : "", keyboard->leds & 1 ? " scroll" : "",
                    keyboard->leds & 7 ? "" : " off", keyboard->typematic, keyboard->count);
    return MONITOR_OK;
}

enum monitor_result info_mouse(struct call *call)
{
    const struct mouse *mouse = &call->monitor->machine->mouse;
    const char *mode = mouse->wrap ? "wrap" : mouse->remote ? "remote" : "stream";
    text_out_format(call->out,
                    "%s mode, reports %s, %u a second, resolution %u, scaling %s, wheel %s\n", mode,
                    on_off(mouse->enabled), mouse->rate, 1u << mouse->resolution,
                    mouse->double_scale ? "2:1" : "1:1", on_off(mouse->wheel_on));
    text_out_format(call->out, "buttons:%s%s%s%s; not told yet: %d, %d\n",
                    mouse->buttons & MOUSE_LEFT ? " left" : "",
                    mouse->buttons & MOUSE_MIDDLE ? " middle" : "",
                    mouse->buttons & MOUSE_RIGHT ? " right" : "", mouse->buttons ? "" : " none",
                    mouse->dx, -mouse->dy);
    return MONITOR_OK;
}

static void write_uart(struct text_out *out, const char *name, const struct uart *uart)
{
    unsigned divisor = uart->divisor ? uart->divisor : 1;
    text_out_format(out, "%s: %u bit/s, %u data bits, parity %s, %s stop bits, FIFO %s\n", name,
                    115200 / divisor, 5 + (uart->lcr & 3), on_off(uart->lcr & 8),
                    uart->lcr & 4 ? "2" : "1", on_off(uart->fcr & 1));
    text_out_format(
        out,
        "  ier=%02x iir=%02x lcr=%02x mcr=%02x lsr=%02x msr=%02x scr=%02x, %u received, "
        "%u to send\n",
        uart->ier, uart_peek(uart, 2), uart->lcr, uart->mcr, uart_peek(uart, 5), uart->msr,
        uart->scr, uart->receive.count, (unsigned)(uart->transmit.count + uart->shifting));
}

enum monitor_result info_serial(struct call *call)
{
    const struct machine *machine = call->monitor->machine;
    if (!machine->config.serial_absent)
        write_uart(call->out, "COM1 at 3f8", &machine->uart);
    if (machine->config.serial2_present)
        write_uart(call->out, "COM2 at 2f8", &machine->uart2);
    return MONITOR_OK;
}

enum monitor_result info_parallel(struct call *call)
{
    const struct lpt *lpt = &call->monitor->machine->lpt;
    static const char *const phases[] = {"ready", "busy", "acknowledges"};
    text_out_format(call->out, "LPT1 at 378: data %02x, control %02x, %s\n", lpt->data,
                    lpt->control, lpt->print ? phases[lpt->phase] : "nothing is plugged in");
    return MONITOR_OK;
}

enum monitor_result info_cmos(struct call *call)
{
    const struct rtc *rtc = &call->monitor->machine->rtc;
    const u8 *cell = rtc->cmos;
    text_out_format(call->out, "date %02x%02x-%02x-%02x %02x:%02x:%02x, alarm %02x:%02x:%02x\n",
                    cell[RTC_CENTURY], cell[RTC_YEAR], cell[RTC_MONTH], cell[RTC_DAY],
                    cell[RTC_HOURS], cell[RTC_MINUTES], cell[RTC_SECONDS], cell[RTC_HOURS_ALARM],
                    cell[RTC_MINUTES_ALARM], cell[RTC_SECONDS_ALARM]);
    for (u8 row = 0; row < 128; row += 16) {
        text_out_format(call->out, "%02x: ", row);
        for (u8 i = row; i < row + 16; i++)
            text_out_format(call->out, " %02x", rtc_peek(rtc, i));
        text_out_string(call->out, "\n");
    }
    return MONITOR_OK;
}

enum monitor_result info_speaker(struct call *call)
{
    const struct machine *machine = call->monitor->machine;
    u32 hertz = pit_output_frequency(&machine->pit, 2);
    if (!machine->speaker.open)
        text_out_string(call->out, "silent: port 61h bit 1 is 0\n");
    else if (hertz)
        text_out_format(call->out, "%u Hz from timer channel 2\n", hertz);
    else
        text_out_string(call->out, "open, but timer channel 2 does not oscillate\n");
    return MONITOR_OK;
}

static void write_ports(struct call *call, u32 first, u32 last, const char *name)
{
    put_row(call, "ports");
    put(call, "first", "%04x", first);
    put(call, "last", "-%04x", last);
    put(call, "name", "  %s\n", name);
}

enum monitor_result info_ports(struct call *call)
{
    const struct ports *ports = &call->monitor->machine->ports;
    for (u32 first = 0, end; first < 0x10000; first = end) {
        u8 owner = ports->owner[first];
        for (end = first + 1; end < 0x10000 && ports->owner[end] == owner; end++)
            continue;
        if (owner != PORTS_NONE)
            write_ports(call, first, end - 1, ports->ranges[owner].name);
    }
    return MONITOR_OK;
}

enum monitor_result info_vga(struct call *call)
{
    const struct machine *machine = call->monitor->machine;
    const struct vga *vga = &machine->vga;
    struct vga_text text;
    u32 width, height;
    vga_text(vga, &text);
    vga_picture_size(vga, &width, &height);
    if (text.graphics)
        put(call, "mode", "%s", "graphics");
    else {
        put(call, "mode", "%s", "text");
        put(call, "columns", ", %u", text.columns);
        put(call, "rows", " x %u", text.rows);
        put(call, "cursor_row", ", cursor at row %u", text.cursor_row);
        put(call, "cursor_column", ", column %u", text.cursor_column);
        text_out_format(call->out, " (%s)", on_off(text.cursor_on));
    }
    put(call, "width", "; the picture is %u", width);
    put(call, "height", " x %u dots\n", height);
    put(call, "start", "start address %04x", vga->crtc[0x0c] << 8 | vga->crtc[0x0d]);
    put(call, "misc", ", misc %02x", vga->misc);
    put(call, "dispi", ", Bochs's linear modes %s\n", on_off(vga->dispi[4] & 1));
    return MONITOR_OK;
}
