/* INT 15h: memory, A20, waits, the system's configuration. */
#include "bios.h"

enum { UNSUPPORTED = 0x86 };

struct gdtr {
    u16 limit;
    u32 base;
} PACKED;

void block_move_core(const struct gdtr *gdtr, u32 words);
void protected_switch(struct registers *r) __attribute__((noreturn));

static void put_descriptor(u16 segment, u16 offset, u32 base, u8 rights)
{
    far_write16(segment, offset, 0xffff);
    far_write32(segment, offset + 2, base | (u32)rights << 24);
    far_write16(segment, offset + 6, 0);
}

/* AH=87h: moves CX words as the caller's table at ES:SI says (10h source, 18h destination). */
static void block_move(struct registers *r)
{
    u16 offset = r->esi.x;
    struct gdtr gdtr = {0x2f, ((u32)r->es << 4) + offset};
    bool a20 = a20_is_on();

    if (r->ecx.x > 0x8000) {
        r->eax.h = 2;
        set_flag(r, CARRY_FLAG, true);
        return;
    }
    a20_set(true);
    put_descriptor(r->es, offset + 8, gdtr.base, 0x93);
    put_descriptor(r->es, offset + 0x20, (u32)ROM_SEGMENT << 4, 0x9b);
    put_descriptor(r->es, offset + 0x28, 0, 0x93);
    interrupts_off();
    block_move_core(&gdtr, r->ecx.x);
    if (!a20)
        a20_set(false);
    r->eax.h = 0;
}

/* AH=89h: back to the caller in protected mode. */
static void enter_protected_mode(struct registers *r)
{
    if (!a20_set(true)) {
        r->eax.h = 0xff;
        set_flag(r, CARRY_FLAG, true);
        return;
    }
    put_descriptor(r->es, r->esi.x + 0x38, (u32)ROM_SEGMENT << 4, 0x9b);
    protected_switch(r);
}

/* AX=24xxh: the A20 gate. */
static void a20_service(struct registers *r)
{
    u8 function = r->eax.l;

    r->eax.h = 0;
    switch (function) {
    case 0:
    case 1:
        if (!a20_set(function)) {
            r->eax.h = 1;
            set_flag(r, CARRY_FLAG, true);
        }
        break;
    case 2:
        r->eax.l = a20_is_on();
        break;
    case 3:
        r->ebx.x = 3; /* by 8042 and by port 92h */
        break;
    default:
        r->eax.h = UNSUPPORTED;
        set_flag(r, CARRY_FLAG, true);
    }
}

static void extended_memory(struct registers *r)
{
    u32 kb = memory_below_16m_kb() + (memory_above_16m_64k() << 6);

    r->eax.x = (u16)(kb < 0xfc00 ? kb : 0xfc00); /* never more than 63 MB */
}

/* AX=E801h: KB up to 16 MB and 64 KB units above, in both pairs. */
static void extended_memory_large(struct registers *r)
{
    r->eax.x = r->ecx.x = (u16)memory_below_16m_kb();
    r->ebx.x = r->edx.x = (u16)memory_above_16m_64k();
}

/* AX=E881h: the same in whole registers. */
static void extended_memory_wide(struct registers *r)
{
    r->eax.e = r->ecx.e = memory_below_16m_kb();
    r->ebx.e = r->edx.e = memory_above_16m_64k();
}

static bool service_e8(struct registers *r)
{
    if (r->eax.l == 0x01)
        extended_memory_large(r);
    else if (r->eax.l == 0x81)
        extended_memory_wide(r);
    else
        return r->eax.l == 0x20 && memory_map_entry(r);
    return true;
}

enum { GAME_PORT = 0x201, MOST_COUNTS = 0x1ff };

/* Polls until the one-shot of a stick's resistor falls; 0 when it does not, as nothing is there. */
static u16 stick_position(u8 bit)
{
    outb(GAME_PORT, 0);
    for (u16 count = 1; count <= MOST_COUNTS; count++)
        if (!(inb(GAME_PORT) & bit))
            return count;
    return 0;
}

/* AH=84h: DX=0 the buttons, DX=1 the positions of both sticks. */
static void joystick(struct registers *r)
{
    if (r->edx.x == 0) {
        r->eax.l = inb(GAME_PORT) & 0xf0;
    } else if (r->edx.x == 1) {
        r->eax.x = stick_position(1);
        r->ebx.x = stick_position(2);
        r->ecx.x = stick_position(4);
        r->edx.x = stick_position(8);
    } else {
        r->eax.h = UNSUPPORTED;
        set_flag(r, CARRY_FLAG, true);
    }
}

void system_int15(struct registers *r)
{
    set_flag(r, CARRY_FLAG, false);
    switch (r->eax.h) {
    case 0x24:
        a20_service(r);
        return;
    case 0x4f: /* keyboard intercept: carry says that nobody took the key */
        set_flag(r, CARRY_FLAG, true);
        return;
    case 0x80: /* open, close, end, SysRq key: for a system that hooks them */
    case 0x81:
    case 0x82:
    case 0x85:
        r->eax.h = 0;
        return;
    case 0x83:
        event_wait(r);
        return;
    case 0x84:
        joystick(r);
        return;
    case 0x86:
        wait_microseconds((u32)r->ecx.x << 16 | r->edx.x);
        r->eax.h = 0;
        return;
    case 0x87:
        block_move(r);
        return;
    case 0x88:
        extended_memory(r);
        return;
    case 0x89:
        enter_protected_mode(r);
        return;
    case 0xc0:
        r->es = ROM_SEGMENT;
        r->ebx.x = (u16)(u32)configuration_table;
        r->eax.h = 0;
        return;
    case 0xc1:
        r->es = EBDA_SEGMENT;
        return;
    case 0xc2:
        pointer_service(r);
        return;
    case 0xe8:
        if (service_e8(r))
            return;
        break;
    }
    r->eax.h = UNSUPPORTED;
    set_flag(r, CARRY_FLAG, true);
}
