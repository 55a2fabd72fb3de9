/*
 * AH=4Fh: VESA BIOS Extensions 3.0 on Bochs's display interface. Modes are rows of (number, width,
 * height, bits): VESA's own numbers, and those from 140h on as Bochs gives them. Not offered:
 * power states, CRTC values of the caller, letters by 132 columns.
 */
#include "video.h"

enum {
    PORT_INDEX = 0x1ce,
    PORT_DATA = 0x1cf,
    DISPI_ID_FIRST = 0xb0c0,
    DISPI_ID_LAST = 0xb0c5,
    LINEAR_SEGMENT_HIGH = 0xe000, /* E0000000h */
    WINDOW_KB = 64,
    CHAR_HEIGHT = 16,

    SUPPORTED = 0x004f,
    FAILED = 0x014f,
    UNKNOWN = 0x0100,

    MODE_LINEAR = 0x4000,
    MODE_KEEP = 0x8000,
    MODE_MASK = 0x07ff,

    RETRACE = 8, /* of input status 1 */
    RETRACE_POLLS = 0x100000,

    BASE_PLANAR = 0x12,
    BASE_LINEAR = 0x13,
};

struct vbe_mode {
    u16 number, width, height;
    u8 bits;
};

/* clang-format off */
static ROM struct vbe_mode modes[] = {
    {0x100, 640, 400, 8},    {0x101, 640, 480, 8},    {0x102, 800, 600, 4},    {0x103, 800, 600, 8},
    {0x104, 1024, 768, 4},   {0x105, 1024, 768, 8},   {0x106, 1280, 1024, 4},  {0x107, 1280, 1024, 8},
    {0x10d, 320, 200, 15},   {0x10e, 320, 200, 16},   {0x10f, 320, 200, 24},
    {0x110, 640, 480, 15},   {0x111, 640, 480, 16},   {0x112, 640, 480, 24},
    {0x113, 800, 600, 15},   {0x114, 800, 600, 16},   {0x115, 800, 600, 24},
    {0x116, 1024, 768, 15},  {0x117, 1024, 768, 16},  {0x118, 1024, 768, 24},
    {0x119, 1280, 1024, 15}, {0x11a, 1280, 1024, 16}, {0x11b, 1280, 1024, 24},
    {0x11c, 1600, 1200, 8},  {0x11d, 1600, 1200, 15}, {0x11e, 1600, 1200, 16}, {0x11f, 1600, 1200, 24},
    {0x140, 320, 200, 32},   {0x141, 640, 400, 32},   {0x142, 640, 480, 32},   {0x143, 800, 600, 32},
    {0x144, 1024, 768, 32},  {0x145, 1280, 1024, 32}, {0x146, 320, 200, 8},    {0x147, 1600, 1200, 32},
    {0x148, 1152, 864, 8},   {0x149, 1152, 864, 15},  {0x14a, 1152, 864, 16},  {0x14b, 1152, 864, 24},
    {0x14c, 1152, 864, 32},  {0x18b, 1280, 720, 24},  {0x18c, 1280, 720, 32},
};
/* clang-format on */

void dispi_set(u16 index, u16 value)
{
    outw(PORT_INDEX, index);
    outw(PORT_DATA, value);
}

static u16 inw(u16 port)
{
    u16 value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

u16 dispi_get(u16 index)
{
    outw(PORT_INDEX, index);
    return inw(PORT_DATA);
}

bool dispi_present(void)
{
    u16 id;

    dispi_set(DISPI_ID, DISPI_ID_LAST);
    id = dispi_get(DISPI_ID);
    return id >= DISPI_ID_FIRST && id <= DISPI_ID_LAST;
}

static const struct vbe_mode __seg_gs *find(u16 number)
{
    for (u16 i = 0; i < ARRAY_SIZE(modes); i++)
        if (modes[i].number == (number & MODE_MASK))
            return &modes[i];
    return NULL;
}

/* The mode that the display interface shows; null in the VGA's own. */
static const struct vbe_mode __seg_gs *current(void)
{
    if (!(dispi_get(DISPI_ENABLE) & DISPI_ENABLED))
        return NULL;
    for (u16 i = 0; i < ARRAY_SIZE(modes); i++)
        if (modes[i].width == dispi_get(DISPI_XRES) && modes[i].height == dispi_get(DISPI_YRES) &&
            modes[i].bits == dispi_get(DISPI_BPP))
            return &modes[i];
    return NULL;
}

/* Bits that a pixel takes in each plane. */
static u8 stored_bits(u8 bits)
{
    return bits == 4 ? 1 : bits == 15 ? 16 : bits;
}

static u16 pitch_of(u16 width, u8 bits)
{
    return (u16)((u32)width * stored_bits(bits) / 8);
}

/* Whole pictures of so many bytes a line. */
static u8 pages_of(const struct vbe_mode __seg_gs *mode)
{
    u32 memory = (u32)dispi_get(DISPI_MEMORY_64K) << (mode->bits == 4 ? 14 : 16);
    u32 pages = memory / ((u32)pitch_of(mode->width, mode->bits) * mode->height);

    return (u8)(pages > 128 ? 128 : pages);
}

/* ---- 00h: what there is ---- */

struct info {
    char signature[4];
    u16 version;
    struct far_pointer maker;
    u32 abilities; /* bit 0: the DAC has eight bits on demand */
    struct far_pointer modes;
    u16 memory_64k;
    u16 revision; /* from here on only for who asked by "VBE2" */
    struct far_pointer vendor, product, product_revision;
    u16 mode_list[111];
} PACKED;

_Static_assert(sizeof(struct info) == 256, "the part before the OEM data");

static struct far_pointer rom_text(const char __seg_gs *text)
{
    return (struct far_pointer){(u16)(u32)text, rom_segment()};
}

static void get_info(struct registers *r)
{
    static ROM char maker[] = "glass386 VGA", vendor[] = "glass386";
    static ROM char product[] = "glass386 VGA with linear modes", revision[] = BIOS_VERSION;
    struct info info;
    bool second = far_read32(r->es, r->edi.x) == 0x32454256; /* "VBE2" */
    u16 count = 0, size = second ? sizeof(info) : 20;

    for (u16 i = 0; i < sizeof(info); i++)
        ((u8 *)&info)[i] = 0;
    info.signature[0] = 'V';
    info.signature[1] = 'E';
    info.signature[2] = 'S';
    info.signature[3] = 'A';
    info.version = 0x0300;
    info.maker = rom_text(maker);
    info.abilities = 1;
    info.memory_64k = dispi_get(DISPI_MEMORY_64K);
    info.revision = 1;
    info.vendor = rom_text(vendor);
    info.product = rom_text(product);
    info.product_revision = rom_text(revision);
    for (; count < ARRAY_SIZE(modes); count++)
        info.mode_list[count] = modes[count].number;
    info.mode_list[count] = 0xffff;
    info.modes =
        (struct far_pointer){(u16)(r->edi.x + __builtin_offsetof(struct info, mode_list)), r->es};
    far_store(r->es, r->edi.x, &info, size);
    if (!second) /* the list itself lies in the block either way */
        far_store(info.modes.segment, info.modes.offset, info.mode_list, sizeof(info.mode_list));
    r->eax.x = SUPPORTED;
}

/* ---- 01h: a mode ---- */

struct color_field {
    u8 size, position;
} PACKED;

struct mode_info {
    u16 attributes;
    u8 window_a, window_b;
    u16 granularity, window_size, segment_a, segment_b;
    struct far_pointer window_call;
    u16 bytes_per_line;
    u16 width, height;
    u8 char_width, char_height, planes, bits, banks, model, bank_size, pages, reserved;
    struct color_field red, green, blue, spare;
    u8 direct_color;
    u16 linear_low, linear_high;
    u8 reserved2[6];
    u16 linear_bytes_per_line;
    u8 banked_pages, linear_pages;
    struct color_field linear_red, linear_green, linear_blue, linear_spare;
    u32 most_clock;
    u8 rest[190];
} PACKED;

_Static_assert(sizeof(struct mode_info) == 256, "VBE 3.0, function 01h");

enum {
    ATTRIBUTES = 0x1f, /* there, with all fields, letters by INT 10h, color, graphics */
    ATTRIBUTE_LINEAR = 0x80,
    WINDOW_READ_WRITE = 7,
    MODEL_PLANES = 3,
    MODEL_PACKED = 4,
    MODEL_DIRECT = 6,
    MOST_CLOCK = 230000000,
};

static void describe_colors(struct mode_info *info, u8 bits)
{
    u8 green = bits == 16 ? 6 : 5, width = bits >= 24 ? 8 : 5;

    if (bits >= 24)
        green = 8;
    info->blue = (struct color_field){width, 0};
    info->green = (struct color_field){green, width};
    info->red = (struct color_field){width, (u8)(width + green)};
    if (bits == 15)
        info->spare = (struct color_field){1, 15};
    else if (bits == 32)
        info->spare = (struct color_field){8, 24};
    info->linear_red = info->red;
    info->linear_green = info->green;
    info->linear_blue = info->blue;
    info->linear_spare = info->spare;
}

static void describe_window(struct mode_info *info)
{
    info->window_a = WINDOW_READ_WRITE;
    info->granularity = info->window_size = WINDOW_KB;
    info->segment_a = 0xa000;
    info->window_call = (struct far_pointer){(u16)(u32)vbe_window_call, rom_segment()};
}

static void get_mode_info(struct registers *r)
{
    const struct vbe_mode __seg_gs *mode = find(r->ecx.x);
    struct mode_info info;

    r->eax.x = FAILED;
    if (!mode)
        return;
    for (u16 i = 0; i < sizeof(info); i++)
        ((u8 *)&info)[i] = 0;
    info.attributes = ATTRIBUTES;
    describe_window(&info);
    info.bytes_per_line = info.linear_bytes_per_line = pitch_of(mode->width, mode->bits);
    info.width = mode->width;
    info.height = mode->height;
    info.char_width = 8;
    info.char_height = CHAR_HEIGHT;
    info.planes = mode->bits == 4 ? 4 : 1;
    info.bits = mode->bits;
    info.banks = 1;
    info.model = mode->bits == 4 ? MODEL_PLANES : mode->bits == 8 ? MODEL_PACKED : MODEL_DIRECT;
    info.pages = info.banked_pages = info.linear_pages = pages_of(mode) - 1;
    info.reserved = 1;
    info.most_clock = MOST_CLOCK;
    if (mode->bits != 4) {
        info.attributes |= ATTRIBUTE_LINEAR;
        info.linear_high = LINEAR_SEGMENT_HIGH;
    }
    if (mode->bits > 8)
        describe_colors(&info, mode->bits);
    far_store(r->es, r->edi.x, &info, sizeof(info));
    r->eax.x = SUPPORTED;
}

/* ---- 02h, 03h: setting and asking ---- */

/* The VGA's own registers stand as for the nearest of its modes: sequencer and palette serve. */
static void show(const struct vbe_mode __seg_gs *mode, u16 flags)
{
    mode_set((mode->bits == 4 ? BASE_PLANAR : BASE_LINEAR) | 0x80);
    dispi_set(DISPI_XRES, mode->width);
    dispi_set(DISPI_YRES, mode->height);
    dispi_set(DISPI_BPP, mode->bits);
    dispi_set(DISPI_ENABLE, DISPI_ENABLED | (flags & MODE_LINEAR ? DISPI_LINEAR : 0) |
                                (flags & MODE_KEEP ? DISPI_KEEP_MEMORY : 0));
    bda.columns = mode->width / 8;
    bda.rows_less_one = (u8)(mode->height / CHAR_HEIGHT - 1);
    bda.char_height = CHAR_HEIGHT;
    bda.video_control = (u8)((bda.video_control & 0x7f) | (flags & MODE_KEEP ? 0x80 : 0));
    vectors[0x43] = (struct far_pointer){(u16)(u32)font8x16, rom_segment()};
}

static void set_mode(struct registers *r)
{
    u16 flags = r->ebx.x;
    const struct vbe_mode __seg_gs *mode = find(flags);

    r->eax.x = FAILED;
    if ((flags & MODE_MASK) < 0x100) {
        if (!mode_find(flags & 0x7f))
            return;
        mode_set((u8)((flags & 0x7f) | (flags & MODE_KEEP ? 0x80 : 0)));
    } else {
        if (!mode || (mode->bits == 4 && flags & MODE_LINEAR))
            return;
        show(mode, flags);
    }
    r->eax.x = SUPPORTED;
}

static void get_mode(struct registers *r)
{
    const struct vbe_mode __seg_gs *mode = current();
    u16 enable = dispi_get(DISPI_ENABLE);

    r->ebx.x = mode ? mode->number : bda.video_mode;
    if (mode && enable & DISPI_LINEAR)
        r->ebx.x |= MODE_LINEAR;
    if (bda.video_control & 0x80)
        r->ebx.x |= MODE_KEEP;
    r->eax.x = SUPPORTED;
}

/* ---- 04h: state ---- */

static void state(struct registers *r)
{
    u16 parts = r->ecx.x & 15;

    r->eax.x = SUPPORTED;
    if (r->edx.l == 0)
        r->ebx.x = (state_size(parts) + 63) / 64;
    else if (r->edx.l == 1)
        state_save(parts, r->es, r->ebx.x);
    else if (r->edx.l == 2)
        state_restore(parts, r->es, r->ebx.x);
    else
        r->eax.x = FAILED;
}

/* ---- 05h-07h: window, line length, start ---- */

static void window(struct registers *r)
{
    r->eax.x = SUPPORTED;
    if (r->ebx.l != 0 || r->ebx.h > 1 || !current())
        r->eax.x = FAILED;
    else if (r->ebx.h == 1)
        r->edx.x = dispi_get(DISPI_BANK);
    else if (r->edx.x < dispi_get(DISPI_MEMORY_64K))
        dispi_set(DISPI_BANK, r->edx.x);
    else
        r->eax.x = FAILED;
}

/* BL=00h: CX pixels, 01h: what it is, 02h: CX bytes, 03h: the most. */
static void line_length(struct registers *r)
{
    const struct vbe_mode __seg_gs *mode = current();
    u8 bits = mode ? stored_bits(mode->bits) : 0;
    u16 before = dispi_get(DISPI_VIRTUAL_WIDTH), wanted = 0;
    u8 function = r->ebx.l;

    r->eax.x = FAILED;
    if (!mode || function > 3)
        return;
    if (function == 0)
        wanted = r->ecx.x;
    else if (function == 2)
        wanted = (u16)((u32)r->ecx.x * 8 / bits);
    else if (function == 3)
        wanted = 0xffff;
    if (wanted)
        dispi_set(DISPI_VIRTUAL_WIDTH, wanted);
    r->ecx.x = dispi_get(DISPI_VIRTUAL_WIDTH);
    r->ebx.x = pitch_of(r->ecx.x, mode->bits);
    r->edx.x = dispi_get(DISPI_VIRTUAL_HEIGHT);
    r->eax.x = SUPPORTED;
    if (function == 3)
        dispi_set(DISPI_VIRTUAL_WIDTH, before);
}

/* The next beginning of a vertical retrace; not for ever, as not every display shows one. */
static void wait_retrace(void)
{
    u32 polls = RETRACE_POLLS;

    while (inb(bda.crtc + INPUT_STATUS_OF_CRTC) & RETRACE && --polls)
        ;
    while (!(inb(bda.crtc + INPUT_STATUS_OF_CRTC) & RETRACE) && --polls)
        ;
}

/* BL=00h: CX, DX the first pixel and line; 80h: from the next retrace on; 01h: asks. */
static void display_start(struct registers *r)
{
    r->eax.x = FAILED;
    if (!current())
        return;
    if (r->ebx.l == 1) {
        r->ebx.h = 0;
        r->ecx.x = dispi_get(DISPI_X_OFFSET);
        r->edx.x = dispi_get(DISPI_Y_OFFSET);
    } else if ((r->ebx.l & 0x7f) == 0) {
        if (r->ebx.l)
            wait_retrace();
        dispi_set(DISPI_X_OFFSET, r->ecx.x);
        dispi_set(DISPI_Y_OFFSET, r->edx.x);
        if (dispi_get(DISPI_X_OFFSET) != r->ecx.x || dispi_get(DISPI_Y_OFFSET) != r->edx.x)
            return;
    } else {
        return;
    }
    r->eax.x = SUPPORTED;
}

/* ---- 08h, 09h: colors ---- */

static void dac_width(struct registers *r)
{
    u16 enable = dispi_get(DISPI_ENABLE);

    r->eax.x = FAILED;
    if (r->ebx.l > 1 || !current())
        return;
    if (r->ebx.l == 0) {
        enable &= (u16)~DISPI_8BIT_DAC;
        if (r->ebx.h >= 8)
            enable |= DISPI_8BIT_DAC;
        dispi_set(DISPI_ENABLE, enable);
    }
    r->ebx.h = enable & DISPI_8BIT_DAC ? 8 : 6;
    r->eax.x = SUPPORTED;
}

/* ES:DI: blue, green, red, one byte of nothing, for CX colors from DX on. */
static void palette(struct registers *r)
{
    u16 at = r->edi.x, first = r->edx.x, count = r->ecx.x;

    r->eax.x = FAILED;
    if (first > 255 || count > 256 - first || (r->ebx.l != 1 && r->ebx.l & 0x7f))
        return;
    if (r->ebx.l == 0x80)
        wait_retrace();
    if (r->ebx.l == 1)
        outb(DAC_READ_INDEX, (u8)first);
    else
        outb(DAC_WRITE_INDEX, (u8)first);
    for (; count; count--, at += 4)
        for (u8 i = 0; i < 3; i++)
            if (r->ebx.l == 1)
                far_write8(r->es, at + 2 - i, inb(DAC_DATA));
            else
                outb(DAC_DATA, far_read8(r->es, at + 2 - i));
    r->eax.x = SUPPORTED;
}

/* ---- 0Ah: for programs in protected mode ---- */

static void get_protected(struct registers *r)
{
    r->eax.x = FAILED;
    if (r->ebx.l != 0)
        return;
    r->es = rom_segment();
    r->edi.x = (u16)(u32)vbe_protected;
    r->ecx.x = (u16)(vbe_protected_end - vbe_protected);
    r->eax.x = SUPPORTED;
}

void vbe_service(struct registers *r)
{
    static ROM struct {
        void (*serve)(struct registers *r);
    } services[] = {
        {get_info},    {get_mode_info}, {set_mode},  {get_mode}, {state},         {window},
        {line_length}, {display_start}, {dac_width}, {palette},  {get_protected},
    };

    if (r->eax.l >= ARRAY_SIZE(services) || !dispi_present())
        r->eax.x = UNKNOWN;
    else
        services[r->eax.l].serve(r);
}
