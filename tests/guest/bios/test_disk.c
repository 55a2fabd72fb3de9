/* INT 13h on a hard disk and on a floppy. */
#include "test.h"

static u8 status(const struct regs *r)
{
    return (u8)(r->eax >> 8);
}

static bool transfer(u8 function, u8 drive, u16 cx, u8 head, u8 count, u16 offset)
{
    struct regs r = {.eax = (u32)function << 8 | count,
                     .ebx = offset,
                     .ecx = cx,
                     .edx = (u32)head << 8 | drive,
                     .es = BUFFER_SEGMENT};

    for (u32 tries = 0; tries < 3; tries++) {
        struct regs once = r;

        call(&once, 0x13);
        if (!(once.flags & CARRY))
            return status(&once) == 0;
    }
    return 0;
}

static bool same(u16 a, u16 b, u16 size)
{
    for (u16 i = 0; i < size; i += 2)
        if (peek16(BUFFER_SEGMENT, a + i) != peek16(BUFFER_SEGMENT, b + i))
            return 0;
    return 1;
}

static void fill(u16 offset, u16 size, u16 seed)
{
    for (u16 i = 0; i < size; i += 2)
        poke16(BUFFER_SEGMENT, offset + i, (u16)(seed + i * 3));
}

static u32 packet_call(u8 function, u8 drive, u16 count, u32 lba, u16 offset)
{
    struct regs r = {.eax = (u32)function << 8, .edx = drive, .esi = 0xff00, .ds = BUFFER_SEGMENT};

    poke16(BUFFER_SEGMENT, 0xff00, 16);
    poke16(BUFFER_SEGMENT, 0xff02, count);
    poke16(BUFFER_SEGMENT, 0xff04, offset);
    poke16(BUFFER_SEGMENT, 0xff06, BUFFER_SEGMENT);
    poke16(BUFFER_SEGMENT, 0xff08, (u16)lba);
    poke16(BUFFER_SEGMENT, 0xff0a, (u16)(lba >> 16));
    poke16(BUFFER_SEGMENT, 0xff0c, 0);
    poke16(BUFFER_SEGMENT, 0xff0e, 0);
    call(&r, 0x13);
    return r.flags & CARRY ? 0x100 | status(&r) : status(&r);
}

static void packets(u8 drive, u32 total)
{
    struct regs r = {.eax = 0x4100, .ebx = 0x55aa, .edx = drive};

    call(&r, 0x13);
    check("int 13h 41h: packets are there",
          !(r.flags & CARRY) && (r.ebx & 0xffff) == 0xaa55 && r.ecx & 1);
    check_equal("int 13h 42h reads LBA 0", packet_call(0x42, drive, 1, 0, 0x1000), 0);
    check_equal("its signature", peek16(BUFFER_SEGMENT, 0x1000 + 510), 0xaa55);
    fill(0x2000, 1024, 0x4711);
    check_equal("int 13h 43h writes", packet_call(0x43, drive, 2, total - 20, 0x2000), 0);
    check_equal("int 13h 44h verifies", packet_call(0x44, drive, 2, total - 20, 0x2000), 0);
    check_equal("int 13h 42h reads it again", packet_call(0x42, drive, 2, total - 20, 0x3000), 0);
    check("the same data", same(0x2000, 0x3000, 1024));
    check("int 13h 42h beyond the end fails", packet_call(0x42, drive, 1, total, 0x3000) & 0x100);
    r = (struct regs){.eax = 0x4800, .edx = drive, .esi = 0x800, .ds = BUFFER_SEGMENT};
    poke16(BUFFER_SEGMENT, 0x800, 26);
    call(&r, 0x13);
    check("int 13h 48h: size and sectors", !(r.flags & CARRY) &&
                                               peek32(BUFFER_SEGMENT, 0x810) == total &&
                                               peek16(BUFFER_SEGMENT, 0x818) == 512);
}

static u32 disk_size(u8 drive)
{
    struct regs r = {.eax = 0x1500, .edx = drive};

    call(&r, 0x13);
    check("int 13h 15h: 3 = hard disk", !(r.flags & CARRY) && status(&r) == 3);
    return (r.ecx & 0xffff) << 16 | (r.edx & 0xffff);
}

/* A sector with its four bytes of ECC, as AH=0Ah and 0Bh move it. */
static void long_calls(u8 drive)
{
    if (!transfer(0x0a, drive, 1, 0, 1, 0x1000)) {
        check("int 13h 0Ah # SKIP the drive has no READ LONG", 1);
        return;
    }
    check_equal("int 13h 0Ah reads a boot sector", peek16(BUFFER_SEGMENT, 0x1000 + 510), 0xaa55);
    poke16(BUFFER_SEGMENT, 0x2000 + 2 * 516, 0x4321);
    check("int 13h 0Ah of two", transfer(0x0a, drive, 1, 0, 2, 0x2000));
    check("the same, four bytes after each", same(0x1000, 0x2000, 516));
    check_equal("and no more", peek16(BUFFER_SEGMENT, 0x2000 + 2 * 516), 0x4321);
    fill(0x3000, 516, 0x99);
    check("int 13h 0Bh writes", transfer(0x0b, drive, 0x1405, 3, 1, 0x3000));
    check("int 13h 02h reads it", transfer(2, drive, 0x1405, 3, 1, 0x4000));
    check("the same data", same(0x3000, 0x4000, 512));
}

void test_disk(u8 drive)
{
    u32 total = disk_size(drive);
    u16 table = peek16(0, 0x41 * 4), segment = peek16(0, 0x41 * 4 + 2);
    struct regs r = {.eax = 0x0800, .edx = drive};
    u32 cylinders, heads, sectors;

    call(&r, 0x13);
    cylinders = ((r.ecx >> 8 & 0xff) | (r.ecx << 2 & 0x300)) + 1;
    heads = (r.edx >> 8 & 0xff) + 1;
    sectors = r.ecx & 0x3f;
    check("int 13h 08h: the geometry fits the size", !(r.flags & CARRY) &&
                                                         cylinders * heads * sectors <= total &&
                                                         (cylinders + 1) * heads * sectors > total);
    check("int 13h 08h counts the drives", (r.edx & 0xff) >= 1 && bda8(0x75) == (r.edx & 0xff));
    r = (struct regs){.eax = 0x4800, .edx = drive, .esi = 0x800, .ds = BUFFER_SEGMENT};
    poke16(BUFFER_SEGMENT, 0x800, 26);
    call(&r, 0x13);
    check("vector 41h: the drive's own geometry, as int 13h 48h",
          peek16(segment, table) == peek16(BUFFER_SEGMENT, 0x804) &&
              peek8(segment, table + 2) == peek8(BUFFER_SEGMENT, 0x808) &&
              peek8(segment, table + 14) == peek8(BUFFER_SEGMENT, 0x80c));
    check("int 13h 02h reads 0/0/1", transfer(2, drive, 1, 0, 1, 0x1000));
    check_equal("a boot sector", peek16(BUFFER_SEGMENT, 0x1000 + 510), 0xaa55);
    check("int 13h 02h at an odd offset", transfer(2, drive, 1, 0, 1, 0x1401));
    check("the same sector", same(0x1000, 0x1401, 512));
    check("int 13h 02h of 63 sectors", transfer(2, drive, 1, 1, 63, 0x2000));
    fill(0xb000, 1024, 0x55);
    check("int 13h 03h writes two", transfer(3, drive, 0x1405, 3, 2, 0xb000));
    check("int 13h 04h verifies", transfer(4, drive, 0x1405, 3, 2, 0xb000));
    check("int 13h 02h reads them", transfer(2, drive, 0x1405, 3, 2, 0xc000));
    check("the same data", same(0xb000, 0xc000, 1024));
    check("CHS and LBA name the same sector",
          packet_call(0x42, drive, 1, (0x14 * heads + 3) * sectors + 4, 0xd000) == 0 &&
              same(0xb000, 0xd000, 512));
    check("sector 0 is refused", !transfer(2, drive, 0, 0, 1, 0x1000));
    r = (struct regs){.eax = 0x0100, .edx = drive};
    call(&r, 0x13);
    check_equal("int 13h 01h tells the last status", r.eax & 0xff, 4);
    r = (struct regs){.eax = 0x0000, .edx = drive};
    call(&r, 0x13);
    check("int 13h 00h resets", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x0201, .ecx = 1, .edx = 0x8f, .es = BUFFER_SEGMENT};
    call(&r, 0x13);
    check("a drive that is not there: carry", r.flags & CARRY);
    long_calls(drive);
    r = (struct regs){.eax = 0x0501, .ecx = 0xff01, .edx = 0x3f00u | drive, .es = BUFFER_SEGMENT};
    call(&r, 0x13);
    check("int 13h 05h of a head that is not there: 04h", r.flags & CARRY && status(&r) == 4);
    for (u32 function = 0x09; function <= 0x14; function++) {
        if (function == 0x0a || function == 0x0b || function == 0x0e || function == 0x0f ||
            function == 0x12 || function == 0x13)
            continue;
        r = (struct regs){.eax = function << 8, .ecx = 1, .edx = drive};
        call(&r, 0x13);
        check("int 13h 09h 0Ch 0Dh 10h 11h 14h: ready", !(r.flags & CARRY) && !status(&r));
    }
    r = (struct regs){.eax = 0x1200, .edx = drive};
    call(&r, 0x13);
    check("int 13h 12h, an XT's: 01h", r.flags & CARRY && status(&r) == 1);
    packets(drive, total);
}

/* AH=17h and 05h: a track of nine sectors would need another medium; eighteen it is. */
static void format(u8 drive)
{
    struct regs r = {.eax = 0x1704, .edx = drive};

    call(&r, 0x13);
    check("int 13h 17h takes a 1.44 MB medium", !(r.flags & CARRY));
    r = (struct regs){.eax = 0x1800, .ecx = 0x4f12, .edx = drive};
    call(&r, 0x13);
    for (u16 i = 0; i < 18; i++) {
        poke16(BUFFER_SEGMENT, (u16)(0x1000 + 4 * i), 0x014e); /* track 78, head 1 */
        poke16(BUFFER_SEGMENT, (u16)(0x1002 + 4 * i), (u16)(0x0201 + i));
    }
    fill(0x2000, 512, 0x1111);
    check("int 13h 03h before", transfer(3, drive, 0x4e12, 1, 1, 0x2000));
    check("int 13h 05h formats", transfer(5, drive, 0x4e01, 1, 18, 0x1000));
    check("int 13h 02h reads it", transfer(2, drive, 0x4e12, 1, 1, 0x2000));
    u16 filled = peek16(BUFFER_SEGMENT, 0x21fe);
    if (filled == (u16)(0x1111 + 510 * 3))
        check("the fill byte # SKIP QEMU's controller takes the command and writes nothing", 1);
    else
        check_equal("the fill byte", filled, 0xf6f6);
    r = (struct regs){.eax = 0x1600, .edx = drive};
    call(&r, 0x13);
    check("int 13h 16h: the medium was not changed", !(r.flags & CARRY) && status(&r) == 0);
}

void test_floppy(u8 drive)
{
    struct regs r = {.eax = 0x0800, .edx = drive};

    call(&r, 0x13);
    check("int 13h 08h: 80 tracks of 18 sectors, two heads",
          !(r.flags & CARRY) && (r.ecx & 0xffff) == 0x4f12 && (r.edx >> 8 & 0xff) == 1);
    r = (struct regs){.eax = 0x1500, .edx = drive};
    call(&r, 0x13);
    check_equal("int 13h 15h: 2 = floppy with a change line", status(&r), 2);
    check("int 13h 02h reads 0/0/1", transfer(2, drive, 1, 0, 1, 0x1000));
    check_equal("a boot sector", peek16(BUFFER_SEGMENT, 0x1000 + 510), 0xaa55);
    r = (struct regs){.eax = 0x1800, .ecx = 0x4f09, .edx = drive};
    call(&r, 0x13);
    check("int 13h 18h: the parameters of 720 KB",
          !(r.flags & CARRY) && peek8(r.es, (u16)(r.edi + 4)) == 9);
    r = (struct regs){.eax = 0x1800, .ecx = 0x4f12, .edx = drive};
    call(&r, 0x13);
    check("int 13h 18h: those of 1.44 MB are the ROM's",
          !(r.flags & CARRY) && (r.edi & 0xffff) == 0xefc7);
    r = (struct regs){.eax = 0x1800, .ecx = 0x2708, .edx = drive};
    call(&r, 0x13);
    check("int 13h 18h: what the drive cannot", r.flags & CARRY && status(&r) == 0x0c);
    fill(0x4000, 9216, 0x77);
    check("int 13h 03h writes a track", transfer(3, drive, 0x2801, 1, 18, 0x4000));
    check("int 13h 04h verifies it", transfer(4, drive, 0x2801, 1, 18, 0x4000));
    check("int 13h 02h reads it", transfer(2, drive, 0x2801, 1, 18, 0x8000));
    check("the same data", same(0x4000, 0x8000, 9216));
    check("a track that is not there fails", !transfer(2, drive, 0x5a01, 0, 1, 0x1000));
    r = (struct regs){.eax = 0x0202, .ebx = 0xff00, .ecx = 1, .edx = drive, .es = BUFFER_SEGMENT};
    call(&r, 0x13);
    check("DMA across 64 KB: 09h", r.flags & CARRY && status(&r) == 9);
    r = (struct regs){.eax = 0x0000, .edx = drive};
    call(&r, 0x13);
    check("int 13h 00h resets", !(r.flags & CARRY));
    format(drive);
}
