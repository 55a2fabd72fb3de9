/* INT 11h, 12h, 14h, 15h and the vectors. */
#include "test.h"

static void vectors_return(void)
{
    for (u32 vector = 0x78; vector < 0x100; vector++) {
        struct regs r = {.eax = 0x1234};

        call(&r, vector);
        if (r.eax != 0x1234) {
            check("unused vectors return at once", 0);
            return;
        }
    }
    check("unused vectors return at once", 1);
    check_equal("vectors 60h-67h are free", peek32(0, 0x60 * 4), 0);
    check_equal("disk table 0 at vector 41h", peek16(0, 0x41 * 4 + 2), 0x9fc0);
}

/* What programs of the AT's time find at its places in the ROM. */
static void fixed_places(void)
{
    static const u16 offsets[] = {0xfea5, 0xe987, 0xff23, 0xff23, 0xff23, 0xff23, 0xef57, 0xff23,
                                  0xf065, 0xf84d, 0xf841, 0xec59, 0xe739, 0xf859, 0xe82e, 0xefd2};
    u32 same = 0;

    for (u32 i = 0; i < 16; i++) {
        u8 first = peek8(0xf000, offsets[i]);

        same += peek16(0xf000, (u16)(0xfef3 + 2 * i)) == offsets[i] &&
                (first == 0xe9 || first == 0xeb || first == 0xcd);
    }
    check_equal("F000:FEF3: the vectors 08h-17h lead to code", same, 16);
    check_equal("vector 1Dh: 80 columns' registers at F000:F0A4", peek16(0xf000, 0xf0b4), 0x5071);
    check_equal("which it points to", peek32(0, 0x1d * 4), 0xf000f0a4);
    check_equal("F000:E729: 9600 bit/s", peek16(0xf000, 0xe729 + 14), 12);
    check_equal("F000:E401: drive type 1 has 306 cylinders", peek16(0xf000, 0xe401), 306);
    check_equal("type 9: 15 heads, control 08h", peek16(0xf000, 0xe401 + 8 * 16 + 2), 15);
    check_equal("type 23: 17 sectors", peek8(0xf000, 0xe401 + 22 * 16 + 14), 17);
    check_equal("type 47 is the last before INT 19h", peek8(0xf000, 0xe6f2) | 2, 0xeb);
    check_equal("F000:FF53: IRET", peek8(0xf000, 0xff53), 0xcf);
    check_equal("F000:E05B: a jump", peek8(0xf000, 0xe05b), 0xe9);
    check_equal("F000:FA6E: the letter A of 8x8", peek8(0xf000, 0xfa6e + 8 * 'A' + 7), 0);
}

static void equipment(void)
{
    struct regs r = {0};

    call(&r, 0x11);
    check_equal("int 11h: the equipment word", r.eax & 0xffff, bda16(0x10));
    check_equal("80 x 25 color at start", r.eax & 0x30, 0x20);
    check("a serial line is counted", (r.eax >> 9 & 7) >= 1 && bda16(0) == 0x3f8);
    r = (struct regs){0};
    call(&r, 0x12);
    check_equal("int 12h: 639 KB", r.eax & 0xffff, 639);
    check_equal("EBDA at 9FC0h", bda16(0x0e), 0x9fc0);
}

static u32 extended_kb(void)
{
    struct regs r = {.eax = 0xe801};

    call(&r, 0x15);
    check("int 15h E801h: no carry, both pairs equal", !(r.flags & CARRY) &&
                                                           (r.eax & 0xffff) == (r.ecx & 0xffff) &&
                                                           (r.ebx & 0xffff) == (r.edx & 0xffff));
    return (r.eax & 0xffff) + ((r.ebx & 0xffff) << 6);
}

static void memory(void)
{
    u32 kb = extended_kb(), usable = 0, entries = 0;
    struct regs r = {.eax = 0x8800};

    call(&r, 0x15);
    check_equal("int 15h 88h agrees with E801h", r.eax & 0xffff, kb < 0xfc00 ? kb : 0xfc00);
    r = (struct regs){0};
    do {
        r.eax = 0xe820;
        r.ecx = 20;
        r.edx = 0x534d4150;
        r.edi = 0;
        r.es = BUFFER_SEGMENT;
        call(&r, 0x15);
        if (r.flags & CARRY || r.eax != 0x534d4150)
            break;
        entries++;
        if (peek32(BUFFER_SEGMENT, 16) == 1)
            usable += peek32(BUFFER_SEGMENT, 8) >> 10;
    } while (r.ebx && entries < 20);
    check_equal("int 15h E820h: ends with EBX = 0", r.ebx, 0);
    check_equal("int 15h E820h: usable memory is 639 KB and what E801h says", usable, 639 + kb);
    r = (struct regs){.eax = 0xe820, .ecx = 20, .edx = 0};
    call(&r, 0x15);
    check("int 15h E820h without SMAP is refused", r.flags & CARRY);
}

static void gate(void)
{
    struct regs r = {.eax = 0x2400};

    call(&r, 0x15);
    r = (struct regs){.eax = 0x2402};
    call(&r, 0x15);
    check_equal("int 15h 2400h shuts A20", r.eax & 0xffff, 0x0000);
    poke16(0, 0x600, 0x1234);
    check_equal("1 MB wraps to 0", peek16(0xffff, 0x610), 0x1234);
    r = (struct regs){.eax = 0x2401};
    call(&r, 0x15);
    r = (struct regs){.eax = 0x2402};
    call(&r, 0x15);
    check_equal("int 15h 2401h opens A20", r.eax & 0xffff, 0x0001);
    r = (struct regs){.eax = 0x2403};
    call(&r, 0x15);
    check_equal("int 15h 2403h: both ways", r.ebx & 3, 3);
}

static void put_descriptor(u32 index, u32 base)
{
    u16 at = (u16)(0x1000 + index * 8);

    poke16(BUFFER_SEGMENT, at, 0xffff);
    poke16(BUFFER_SEGMENT, at + 2, (u16)base);
    poke16(BUFFER_SEGMENT, at + 4, (u16)(0x9300 | (base >> 16 & 0xff)));
    poke16(BUFFER_SEGMENT, at + 6, (u16)(base >> 16 & 0xff00));
}

static u32 move(u32 to, u32 from, u16 words)
{
    struct regs r = {.eax = 0x8700, .ecx = words, .esi = 0x1000, .es = BUFFER_SEGMENT};

    put_descriptor(2, from);
    put_descriptor(3, to);
    call(&r, 0x15);
    return r.flags & CARRY ? 0xffff : r.eax >> 8 & 0xff;
}

static void block_move(void)
{
    for (u16 i = 0; i < 512; i += 2)
        poke16(BUFFER_SEGMENT, i, (u16)(i * 7 + 3));
    check_equal("int 15h 87h up", move(0x180000, BUFFER_SEGMENT << 4, 256), 0);
    check_equal("int 15h 87h down", move((BUFFER_SEGMENT << 4) + 0x2000, 0x180000, 256), 0);
    check_equal("moved first word", peek16(BUFFER_SEGMENT, 0x2000), 3);
    check_equal("moved last word", peek16(BUFFER_SEGMENT, 0x2000 + 510), (u16)(510 * 7 + 3));
}

static void system_calls(void)
{
    struct regs r = {.eax = 0xc000};

    call(&r, 0x15);
    check("int 15h C0h: model FCh", !(r.flags & CARRY) && peek8(r.es, (u16)(r.ebx + 2)) == 0xfc);
    r = (struct regs){.eax = 0x4f1e};
    call(&r, 0x15);
    check("int 15h 4Fh: carry, key kept", r.flags & CARRY && (r.eax & 0xff) == 0x1e);
    r = (struct regs){.eax = 0xc100};
    call(&r, 0x15);
    check("int 15h C1h: the EBDA", !(r.flags & CARRY) && r.es == bda16(0x0e));
    for (u32 function = 0x80; function <= 0x91; function++) {
        if (function >= 0x83 && function != 0x85 && function < 0x90)
            continue;
        r = (struct regs){.eax = function << 8};
        call(&r, 0x15);
        check("int 15h 80h-82h 85h 90h 91h: no carry, AH=0",
              !(r.flags & CARRY) && !(r.eax & 0xff00));
    }
    r = (struct regs){.eax = 0x8400, .edx = 1, .ebx = 7, .ecx = 7};
    call(&r, 0x15);
    check("int 15h 84h: no stick is at the game port",
          !(r.flags & CARRY) && !((r.eax | r.ebx | r.ecx | r.edx) & 0xffff));
    r = (struct regs){.eax = 0x7700};
    call(&r, 0x15);
    check("int 15h, unknown: carry and 86h", r.flags & CARRY && (r.eax >> 8 & 0xff) == 0x86);
    for (u32 tries = 0; tries < 20000; tries++) { /* our own last line is still on its way */
        r = (struct regs){.eax = 0x0300, .edx = 0};
        call(&r, 0x14);
        if (r.eax & 0x4000)
            break;
    }
    check("int 14h: the line's transmitter is empty", (r.eax >> 8 & 0x60) == 0x60);
    check_equal("ROM date", peek8(0xf000, 0xfff7), '/');
    check_equal("model byte", peek8(0xf000, 0xfffe), 0xfc);
}

/* By the line's own loop: what AH=01h sends comes back, until a call opens the line again. */
static void serial_line(void)
{
    u16 line = bda16(2) ? 1 : 0, port = bda16((u16)(2 * line));
    struct regs r = {.eax = 0x00e3, .edx = line}; /* 9600 8N1 */

    if (!line) {
        check("int 14h # SKIP one serial line, and it carries this", 1);
        return;
    }
    call(&r, 0x14);
    check("int 14h 00h: the status of an idle line", (r.eax >> 8 & 0x60) == 0x60);
    outb((u16)(port + 3), 0x83);
    check_equal("and 9600 bit/s", inb(port), 12);
    outb((u16)(port + 3), 0x03);
    r = (struct regs){.eax = 0x0155, .edx = line};
    call(&r, 0x14);
    check("int 14h 01h sends", !(r.eax & 0x8000) && (r.eax & 0xff) == 0x55);
    check_equal("with DTR and RTS", inb((u16)(port + 4)) & 3, 3);
    r = (struct regs){.eax = 0x0200, .edx = line};
    call(&r, 0x14);
    check("int 14h 02h: nothing comes in time", r.eax & 0x8000);
    r = (struct regs){.eax = 0x0300, .edx = 5};
    call(&r, 0x14);
    check_equal("int 14h, a line that is not there: AX is kept", r.eax, 0x0300);
}

static void printer(void)
{
    struct regs r = {.eax = 0x0100};

    if (!bda16(8)) {
        check("int 17h # SKIP no parallel port", 1);
        return;
    }
    call(&r, 0x17);
    check_equal("int 17h 01h leaves the printer selected and out of reset",
                inb((u16)(bda16(8) + 2)) & 0x1f, 0x0c);
    r = (struct regs){.eax = 0x0200};
    call(&r, 0x17);
    check("int 17h 02h: no time-out", !(r.eax & 0x0100));
}

static void registers_are_kept(void)
{
    struct regs r = {.eax = 0x0300,
                     .ebx = 0x11110000,
                     .ecx = 0x22222222,
                     .edx = 0x33333333,
                     .esi = 0x44444444,
                     .edi = 0x55555555,
                     .ebp = 0x66666666,
                     .es = 0x7777};

    call(&r, 0x10);
    check("a service keeps what it does not answer with",
          r.ebx == 0x11110000 && r.ecx >> 16 == 0x2222 && r.edx >> 16 == 0x3333 &&
              r.esi == 0x44444444 && r.edi == 0x55555555 && r.ebp == 0x66666666 && r.es == 0x7777);
}

void test_system(void)
{
    vectors_return();
    fixed_places();
    equipment();
    if (extended_kb() >= 2048) {
        memory();
        block_move();
    }
    gate();
    check_equal("int 15h 89h: in protected mode, and back", switched_by_bios(), 0);
    system_calls();
    serial_line();
    printer();
    registers_are_kept();
}
