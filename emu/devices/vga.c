/* VGA: sequencer, CRT controller, graphics controller, attribute controller and DAC.

   Modelled here: the registers; vga_timing.c has what follows from the beam's place, vga_memory.c
   the memory as the CPU sees it, vga_raster.c the CRTC's addresses, vga_text.c and vga_graphics.c
   the picture, vga_retrace.c the vertical interrupt and the start address, vga_dispi.c the modes
   beyond the VGA's own. Not modelled: light pen, feature connector, the test bits (status 1 bits
   4-5 among them), the 64 KB card (sequencer 4 bit 1), interlace, display enable skew, changes of
   registers in the middle of a picture: a picture is drawn with memory and registers of one moment,
   that of its first line (machine/frames.c), and the start address that the retrace before has
   taken over. A palette that is changed by the line, as for copper bars, shows in all lines what
   stands at that moment. The palette can be written while the screen uses it: IBM's first VGA
   refuses that, later ones allow it.

   References: IBM Personal System/2 Hardware Interface Technical Reference, Video Subsystem;
   FreeVGA. */

#include "devices/vga.h"

#include "base/bits.h"
#include "devices/vga_registers.h"

#include <string.h>

enum {
    PORT_ATTRIBUTE = 0x3c0,
    PORT_ATTRIBUTE_DATA = 0x3c1,
    PORT_MISC_WRITE = 0x3c2, /* read: input status 0 */
    PORT_ENABLE = 0x3c3,
    PORT_SEQUENCER = 0x3c4,
    PORT_SEQUENCER_DATA = 0x3c5,
    PORT_DAC_MASK = 0x3c6,
    PORT_DAC_READ = 0x3c7, /* read: state */
    PORT_DAC_WRITE = 0x3c8,
    PORT_DAC_DATA = 0x3c9,
    PORT_FEATURE_READ = 0x3ca,
    PORT_MISC_READ = 0x3cc,
    PORT_GRAPHICS = 0x3ce,
    PORT_GRAPHICS_DATA = 0x3cf,
    PORT_CRTC = 0x3d4, /* 3B4h-3B5h and 3BAh with a monochrome monitor */
    PORT_CRTC_DATA = 0x3d5,
    PORT_STATUS = 0x3da,

    STATUS0_SENSE = 0x10,     /* no output of the converter is above its comparator's voltage */
    STATUS0_INTERRUPT = 0x80, /* the vertical interrupt's latch */
    SENSE_LEVEL = 31,         /* of 63: 0.35 of 0.7 V, with a monitor at all three outputs */
};

static void set(struct vga *vga, u8 *where, u8 value)
{
    if (*where == value)
        return;
    *where = value;
    vga->version++;
}

/* The bits that the registers have; others read as 0 (IBM, the registers' pictures). */
static const u8 sequencer_bits[SEQ_COUNT] = {0x03, 0x3d, 0x0f, 0x3f, 0x0e};
static const u8 graphics_bits[GFX_COUNT] = {0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff};
static const u8 attribute_bits[ATTR_COUNT] = {0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
                                              0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
                                              0x3f, 0x3f, 0xef, 0xff, 0x3f, 0x0f, 0x0f};
enum { MISC_BITS = 0xef, FEATURE_BITS = 0x08 };

/* DAC. */

static u8 read_dac(struct vga *vga)
{
    u8 value = vga->dac[vga->dac_read_index * 3 + vga->dac_component];
    if (++vga->dac_component == 3) {
        vga->dac_component = 0;
        vga->dac_read_index++;
    }
    return value;
}

/* A colour changes as a whole, when its third component comes. */
static void write_dac(struct vga *vga, u8 value)
{
    vga->dac_held[vga->dac_component] =
        vga->dispi[DISPI_ENABLE] & DISPI_8BIT_DAC ? value : value & 0x3f;
    if (++vga->dac_component < 3)
        return;
    for (unsigned i = 0; i < 3; i++)
        set(vga, &vga->dac[vga->dac_write_index * 3 + i], vga->dac_held[i]);
    vga->dac_component = 0;
    vga->dac_write_index++;
}

static void select_dac(struct vga *vga, u8 index, bool reading)
{
    vga->dac_reading = reading;
    vga->dac_component = 0;
    if (reading)
        vga->dac_read_index = index;
    else
        vga->dac_write_index = index;
}

/* Indexed registers. */

static void write_attribute(struct vga *vga, u8 value)
{
    vga->attribute_data = !vga->attribute_data;
    if (vga->attribute_data)
        set(vga, &vga->attribute_index, value & 0x3f);
    else if ((vga->attribute_index & 0x1f) < ATTR_COUNT)
        set(vga, &vga->attribute[vga->attribute_index & 0x1f],
            value & attribute_bits[vga->attribute_index & 0x1f]);
}

/* Input status 0. Unverified on hardware: that the comparator's output is 1 below its voltage. */
static u8 status0(const struct vga *vga, u64 now)
{
    u32 colour = vga_output(vga, now), level = SENSE_LEVEL << 2;
    bool above =
        (colour & 0xff) >= level || (colour >> 8 & 0xff) >= level || (colour >> 16 & 0xff) >= level;
    return (u8)((above ? 0 : STATUS0_SENSE) | (vga_retrace_seen(vga, now) ? STATUS0_INTERRUPT : 0));
}

static void set_crtc(struct vga *vga, u8 index, u8 value)
{
    bool start = index == CRTC_START_HIGH || index == CRTC_START_LOW;
    if (start && vga->crtc[index] != value)
        vga_start_changes(vga);
    vga_retrace_settle(vga);
    set(vga, &vga->crtc[index], value);
    vga_retrace_update(vga);
}

static void write_crtc(struct vga *vga, u8 value)
{
    u8 index = vga->crtc_index;
    bool locked = vga->crtc[CRTC_VERTICAL_RETRACE_END] & RETRACE_PROTECT && index <= CRTC_OVERFLOW;
    if (index >= CRTC_COUNT || (locked && index != CRTC_OVERFLOW))
        return;
    if (locked) {
        u8 kept = vga->crtc[index] & (u8)~OVERFLOW_LINE_COMPARE;
        value = kept | (value & OVERFLOW_LINE_COMPARE);
    }
    set_crtc(vga, index, value);
}

/* Changes a register that the beam's pace depends on. */
static void set_pace(struct vga *vga, u8 *where, u8 value)
{
    vga_retrace_settle(vga);
    set(vga, where, value);
    vga_retrace_update(vga);
}

static bool answers(const struct vga *vga, u16 port)
{
    if (port < 0x3c0)
        return !(vga->misc & MISC_COLOUR);
    return port < 0x3d0 || (vga->misc & MISC_COLOUR);
}

/* 3B0h-3BFh as 3D0h-3DFh. */
static u16 colour_port(u16 port)
{
    return port < 0x3c0 ? port + 0x20 : port;
}

static u8 read_indexed(const u8 *registers, unsigned count, u8 index)
{
    return index < count ? registers[index] : 0;
}

u32 vga_read(void *context, u16 port, unsigned size)
{
    struct vga *vga = context;
    (void)size;
    if (!answers(vga, port))
        return 0xff;
    switch (colour_port(port)) {
    case PORT_ATTRIBUTE:
        return vga->attribute_index;
    case PORT_ATTRIBUTE_DATA:
        return read_indexed(vga->attribute, ATTR_COUNT, vga->attribute_index & 0x1f);
    case PORT_MISC_WRITE:
        return status0(vga, vga->clock->now);
    case PORT_ENABLE:
        return 1;
    case PORT_SEQUENCER:
        return vga->sequencer_index;
    case PORT_SEQUENCER_DATA:
        return read_indexed(vga->sequencer, SEQ_COUNT, vga->sequencer_index);
    case PORT_DAC_MASK:
        return vga->dac_mask;
    case PORT_DAC_READ:
        return vga->dac_reading ? 3 : 0;
    case PORT_DAC_WRITE:
        return vga->dac_write_index;
    case PORT_DAC_DATA:
        return read_dac(vga);
    case PORT_FEATURE_READ:
        return vga->feature;
    case PORT_MISC_READ:
        return vga->misc;
    case PORT_GRAPHICS:
        return vga->graphics_index;
    case PORT_GRAPHICS_DATA:
        return read_indexed(vga->graphics, GFX_COUNT, vga->graphics_index);
    case PORT_CRTC:
        return vga->crtc_index;
    case PORT_CRTC_DATA:
        return read_indexed(vga->crtc, CRTC_COUNT, vga->crtc_index);
    case PORT_STATUS:
        vga->attribute_data = 0;
        return vga_status1(vga, vga->clock->now);
    default:
        return 0xff;
    }
}

void vga_write(void *context, u16 port, unsigned size, u32 value)
{
    struct vga *vga = context;
    u8 byte = (u8)value;
    (void)size;
    if (!answers(vga, port))
        return;
    switch (colour_port(port)) {
    case PORT_ATTRIBUTE:
        write_attribute(vga, byte);
        break;
    case PORT_MISC_WRITE:
        set_pace(vga, &vga->misc, byte & MISC_BITS);
        break;
    case PORT_SEQUENCER:
        vga->sequencer_index = byte & 7;
        break;
    case PORT_SEQUENCER_DATA:
        if (vga->sequencer_index < SEQ_COUNT)
            set_pace(vga, &vga->sequencer[vga->sequencer_index],
                     byte & sequencer_bits[vga->sequencer_index]);
        break;
    case PORT_DAC_MASK:
        set(vga, &vga->dac_mask, byte);
        break;
    case PORT_DAC_READ:
        select_dac(vga, byte, true);
        break;
    case PORT_DAC_WRITE:
        select_dac(vga, byte, false);
        break;
    case PORT_DAC_DATA:
        write_dac(vga, byte);
        break;
    case PORT_GRAPHICS:
        vga->graphics_index = byte & 15;
        break;
    case PORT_GRAPHICS_DATA:
        if (vga->graphics_index < GFX_COUNT)
            set(vga, &vga->graphics[vga->graphics_index],
                byte & graphics_bits[vga->graphics_index]);
        break;
    case PORT_CRTC:
        vga->crtc_index = byte & 31;
        break;
    case PORT_CRTC_DATA:
        write_crtc(vga, byte);
        break;
    case PORT_STATUS:
        vga->feature = byte & FEATURE_BITS;
        break;
    default:
        break;
    }
}

void vga_init(struct vga *vga, struct clock *clock, u8 *memory)
{
    memset(vga, 0, sizeof *vga);
    vga->clock = clock;
    vga->memory = memory;
    vga_retrace_init(vga);
    vga_reset(vga);
}

/* Registers as after a reset of the card; memory and DAC keep what they have, as on the real one.
 */
void vga_reset(struct vga *vga)
{
    memset(vga->sequencer, 0, sizeof vga->sequencer);
    memset(vga->crtc, 0, sizeof vga->crtc);
    memset(vga->graphics, 0, sizeof vga->graphics);
    memset(vga->attribute, 0, sizeof vga->attribute);
    vga->sequencer_index = vga->crtc_index = vga->graphics_index = 0;
    vga->attribute_index = vga->attribute_data = 0;
    vga->feature = 0;
    vga->misc = MISC_COLOUR;
    vga->dac_mask = 0xff;
    select_dac(vga, 0, false);
    vga_dispi_reset(vga);
    vga_retrace_reset(vga);
    vga->version++;
}

static void after_load(void *unit)
{
    struct vga *vga = unit;
    vga->sequencer_index &= 7;
    vga->crtc_index &= 31;
    vga->graphics_index &= 15;
    vga->attribute_index &= 0x3f;
    vga->attribute_data = vga->attribute_data != 0;
    vga->dac_component %= 3;
    vga->retrace_seen = vga->retrace_seen != 0;
    vga->irq_level = vga->irq_level != 0;
    vga_dispi_clamp(vga);
    vga->version++;
}

static const struct field fields[] = {
    FIELD_ARRAY(struct vga, sequencer), FIELD_ARRAY(struct vga, crtc),
    FIELD_ARRAY(struct vga, graphics),  FIELD_ARRAY(struct vga, attribute),
    FIELD(struct vga, sequencer_index), FIELD(struct vga, crtc_index),
    FIELD(struct vga, graphics_index),  FIELD(struct vga, attribute_index),
    FIELD(struct vga, attribute_data),  FIELD(struct vga, misc),
    FIELD(struct vga, feature),         FIELD_ARRAY(struct vga, dac),
    FIELD(struct vga, dac_mask),        FIELD(struct vga, dac_read_index),
    FIELD(struct vga, dac_write_index), FIELD(struct vga, dac_component),
    FIELD(struct vga, dac_reading),     FIELD_ARRAY(struct vga, dac_held),
    FIELD_ARRAY(struct vga, latch),     FIELD_ARRAY(struct vga, dispi),
    FIELD(struct vga, dispi_index),     FIELD(struct vga, start_before),
    FIELD(struct vga, start_changed),   FIELD(struct vga, retrace_awaited),
    FIELD(struct vga, retrace_seen),    FIELD(struct vga, irq_level),
    FIELD(struct vga, retrace.when),
};

const struct field_table vga_fields = FIELD_TABLE("vga", 3, fields, after_load);
