#include "machine/machine.h"

#include "support/suite.h"

#include <string.h>

/* An x87 error on its way through the board of an AT: ERROR#, IRQ 13, port F0h. */

static u8 rom[64 * KIB];

static struct machine *machine_with(bool fpu_absent, const u8 *code, size_t size)
{
    static struct machine machine;
    struct error error;
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, code, size);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5); /* jmp F000:0000 */
    struct machine_config config = {
        .ram_size = 2 * MIB, .bios = rom, .bios_size = sizeof rom, .fpu_absent = fpu_absent};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    return &machine;
}

#define SLAVE_IRQ13 0x20u

/* fninit; push 037Bh; mov bp,sp; fldcw [bp]; fld1; fldz; fdivp; then out F0h,al; fnclex; hlt */
static const u8 division[] = {
    0xbc, 0x00, 0x10,       /* mov sp,1000h */
    0xdb, 0xe3,             /* fninit */
    0x68, 0x7b, 0x03,       /* push 037Bh */
    0x89, 0xe5,             /* mov bp,sp */
    0xd9, 0x6e, 0x00,       /* fldcw [bp+0] */
    0xd9, 0xe8, 0xd9, 0xee, /* fld1; fldz */
    0xde, 0xf9,             /* fdivp */
    0xe6, 0xf0,             /* out F0h,al */
    0xdb, 0xe2,             /* fnclex */
    0xd9, 0xe8, 0xf4,       /* fld1; hlt */
};
#define UNTIL_DIVISION 9u /* instructions, with the far jump at reset */

START_TEST(machine_x87_error_is_irq_13_until_port_f0)
{
    struct machine *machine = machine_with(false, division, sizeof division);
    machine_run(machine, UNTIL_DIVISION);
    ck_assert_uint_eq(machine->pic.slave.irr & SLAVE_IRQ13, SLAVE_IRQ13);
    ck_assert(machine->cpu.fpu.latched);
    machine_run(machine, UNTIL_DIVISION + 1);
    ck_assert_uint_eq(machine->pic.slave.irr & SLAVE_IRQ13, 0);
    ck_assert(!machine->cpu.fpu.latched);
    machine_run(machine, UNTIL_DIVISION + 3);
    ck_assert_uint_eq(machine->cpu.fpu.status & 0xff, 0);
    machine_free(machine);
}
END_TEST

START_TEST(machine_without_a_coprocessor_says_so)
{
    /* mov ax,5A5Ah; fninit; fnstsw ax; hlt */
    static const u8 probe[] = {0xb8, 0x5a, 0x5a, 0xdb, 0xe3, 0xdf, 0xe0, 0xf4};
    for (unsigned absent = 0; absent < 2; absent++) {
        struct machine *machine = machine_with(absent, probe, sizeof probe);
        ck_assert_uint_eq(machine->cpu.cr0 & CR0_ET, absent ? 0 : CR0_ET);
        machine_run(machine, 5);
        ck_assert_uint_eq(machine->cpu.regs[REG_EAX], absent ? 0x5a5a : 0);
        machine_free(machine);
    }
}
END_TEST

SUITE_MAIN("fpu_machine", machine_x87_error_is_irq_13_until_port_f0,
           machine_without_a_coprocessor_says_so)
