/* What the beginning of the vertical retrace does: it takes over the start address, and sets the
   latch of the interrupt.

   The latch is held clear while CRTC 11h bit 4 is 0; while bit 5 is 0 it drives the interrupt line
   (IRQ 2 of the bus). Input status 0 bit 7 shows it. Unverified on hardware: that it is set where
   the retrace begins, and not a few lines before, where the picture ends.

   References: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, Vertical Retrace
   End Register, Input Status Register 0; FreeVGA, "Start Address High Register". */

#include "devices/vga_registers.h"

/* ---- the start address ---- */

static u16 start_registers(const struct vga *vga)
{
    return (u16)(vga->crtc[CRTC_START_HIGH] << 8 | vga->crtc[CRTC_START_LOW]);
}

bool vga_start_is_taken(const struct vga *vga, u64 now)
{
    return vga->start_changed == CLOCK_NEVER || vga_next_retrace(vga, vga->start_changed) <= now;
}

u16 vga_start_address(const struct vga *vga, u64 now)
{
    return vga_start_is_taken(vga, now) ? start_registers(vga) : vga->start_before;
}

void vga_start_changes(struct vga *vga)
{
    vga->start_before = vga_start_address(vga, vga->clock->now);
    vga->start_changed = vga->clock->now;
}

/* ---- the interrupt ---- */

bool vga_retrace_seen(const struct vga *vga, u64 now)
{
    return vga->retrace_seen || (vga->retrace_awaited != CLOCK_NEVER &&
                                 vga_next_retrace(vga, vga->retrace_awaited) <= now);
}

void vga_retrace_settle(struct vga *vga)
{
    if (vga->retrace_awaited == CLOCK_NEVER || !vga_retrace_seen(vga, vga->clock->now))
        return;
    vga->retrace_seen = true;
    vga->retrace_awaited = CLOCK_NEVER;
}

static bool is_enabled(const struct vga *vga)
{
    return !(vga->crtc[CRTC_VERTICAL_RETRACE_END] & RETRACE_INTERRUPT_OFF);
}

static void drive(struct vga *vga, bool level)
{
    if (vga->irq_level == level)
        return;
    vga->irq_level = level;
    irq_set(&vga->irq, level);
}

void vga_retrace_update(struct vga *vga)
{
    bool held = !(vga->crtc[CRTC_VERTICAL_RETRACE_END] & RETRACE_INTERRUPT_KEPT);
    if (held) {
        vga->retrace_seen = false;
        vga->retrace_awaited = CLOCK_NEVER;
    } else if (!vga->retrace_seen && vga->retrace_awaited == CLOCK_NEVER) {
        vga->retrace_awaited = vga->clock->now;
    }
    bool awaited = is_enabled(vga) && vga->retrace_awaited != CLOCK_NEVER;
    u64 when = awaited ? vga_next_retrace(vga, vga->retrace_awaited) : CLOCK_NEVER;
    if (when != vga->retrace.when)
        clock_schedule(vga->clock, &vga->retrace, when);
    drive(vga, vga->retrace_seen && is_enabled(vga));
}

static void begins(void *context, u64 now)
{
    struct vga *vga = context;
    (void)now;
    vga_retrace_settle(vga);
    vga_retrace_update(vga);
}

void vga_retrace_init(struct vga *vga)
{
    vga->retrace = (struct clock_event){
        .name = "vga retrace", .when = CLOCK_NEVER, .fire = begins, .context = vga};
    clock_add(vga->clock, &vga->retrace);
}

void vga_retrace_reset(struct vga *vga)
{
    vga->start_before = 0;
    vga->start_changed = CLOCK_NEVER;
    vga_retrace_update(vga);
}
