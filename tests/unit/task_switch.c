#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "cpu/fault.h"
#include "cpu/system.h"
#include "cpu/transfer.h"

#define NEXT_EIP (BED_CODE + 7)
#define NEW_EIP 0x4321u

/* Offsets in a 386 TSS (PRM Figure 7-1) and a 286 TSS. */
enum {
    T32_CR3 = 0x1c,
    T32_EIP = 0x20,
    T32_EFLAGS = 0x24,
    T32_EAX = 0x28,
    T32_ESP = 0x38,
    T32_ES = 0x48,
    T32_CS = 0x4c,
    T32_SS = 0x50,
    T32_DS = 0x54,
    T32_FS = 0x58,
    T32_GS = 0x5c,
    T32_LDT = 0x60,
    T32_TRAP = 0x64,
    T32_MAP = 0x66
};
enum {
    T16_IP = 0x0e,
    T16_FLAGS = 0x10,
    T16_AX = 0x12,
    T16_SP = 0x1a,
    T16_ES = 0x22,
    T16_CS = 0x24,
    T16_SS = 0x26,
    T16_DS = 0x28,
    T16_LDT = 0x2a
};

#define FREE_TSS32 0x89u
#define BUSY_TSS32 0x8bu

static void write_task(struct cpu_testbed *bed, unsigned ring)
{
    u16 data = BED_DATA_SELECTOR(ring);
    static const u8 data_slots[] = {T32_ES, T32_SS, T32_DS, T32_FS, T32_GS};
    for (unsigned i = 0; i < 8; i++)
        cpu_testbed_write32(bed, BED_OTHER_TSS + T32_EAX + 4 * i, 0x10101010 * (i + 1));
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_ESP, 0x7000);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_EIP, NEW_EIP);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_EFLAGS, FLAG_ALWAYS | FLAG_ZF);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_CS, BED_CODE_SELECTOR(ring));
    for (unsigned i = 0; i < ARRAY_COUNT(data_slots); i++)
        cpu_testbed_write32(bed, BED_OTHER_TSS + data_slots[i], data);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_LDT, BED_LDT_SELECTOR);
}

static struct cpu_testbed *task_bed(unsigned ring)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 0);
    write_task(bed, ring);
    return bed;
}

static bool jump(struct cpu_testbed *bed)
{
    return transfer_far_jump(&bed->cpu, BED_OTHER_TSS_SELECTOR, 0, true, NEXT_EIP);
}

START_TEST(task_jump_saves_the_old_and_loads_the_new)
{
    struct cpu_testbed *bed = task_bed(3);
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_CF);
    bed->cpu.regs[REG_EAX] = 0xaaaa5555;
    ck_assert(jump(bed));
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EIP), NEXT_EIP);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EAX), 0xaaaa5555);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EFLAGS), FLAG_ALWAYS | FLAG_CF);
    ck_assert_uint_eq(cpu_testbed_read16(bed, BED_TSS + T32_CS), BED_CODE_SELECTOR(0));
    ck_assert_uint_eq(cpu_testbed_read16(bed, BED_TSS + T32_GS), BED_DATA_SELECTOR(0));
    ck_assert_uint_eq(bed->cpu.regs[REG_EDI], 0x80808080);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x7000);
    ck_assert_uint_eq(bed->cpu.eip, NEW_EIP);
    ck_assert_uint_eq(cpu_get_eflags(&bed->cpu), FLAG_ALWAYS | FLAG_ZF);
    ck_assert_uint_eq(bed->cpu.cpl, 3);
    ck_assert_uint_eq(bed->cpu.segs[SEG_SS].selector, BED_DATA_SELECTOR(3));
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].limit, 0xffffffff);
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_OTHER_TSS_SELECTOR);
    ck_assert_uint_eq(bed->cpu.tr.base, BED_OTHER_TSS);
    ck_assert(bed->cpu.cr0 & CR0_TS);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Busy bits, NT and back link (PRM Table 7-2) ---- */

struct link_row {
    const char *name;
    enum task_switch_kind kind;
    u16 old_access, new_access; /* TSS descriptors afterwards */
    bool new_nt, old_nt_saved, links;
};

static const struct link_row link_rows[] = {
    {"jump", TASK_JUMP, FREE_TSS32, BUSY_TSS32, false, true, false},
    {"call", TASK_CALL, BUSY_TSS32, BUSY_TSS32, true, true, true},
    {"interrupt", TASK_INTERRUPT, BUSY_TSS32, BUSY_TSS32, true, true, true},
    {"return", TASK_RETURN, FREE_TSS32, BUSY_TSS32, false, false, false},
};

START_TEST(task_kinds_differ_in_busy_bits_nt_and_back_link)
{
    for (unsigned i = 0; i < ARRAY_COUNT(link_rows); i++) {
        const struct link_row *row = &link_rows[i];
        struct cpu_testbed *bed = task_bed(0);
        cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_NT);
        cpu_testbed_write16(bed, BED_OTHER_TSS, 0x7777);
        if (row->kind == TASK_RETURN)
            cpu_testbed_set_segment(bed, BED_OTHER_TSS_SELECTOR, BED_OTHER_TSS, 0x67, BUSY_TSS32);
        ck_assert_msg(task_switch(&bed->cpu, BED_OTHER_TSS_SELECTOR, row->kind, NEXT_EIP, false, 0),
                      "%s", row->name);
        ck_assert_uint_eq(cpu_testbed_access(bed, BED_TSS_SELECTOR), row->old_access);
        ck_assert_uint_eq(cpu_testbed_access(bed, BED_OTHER_TSS_SELECTOR), row->new_access);
        ck_assert_int_eq(!!(cpu_get_eflags(&bed->cpu) & FLAG_NT), row->new_nt);
        ck_assert_int_eq(!!(cpu_testbed_read32(bed, BED_TSS + T32_EFLAGS) & FLAG_NT),
                         row->old_nt_saved);
        ck_assert_uint_eq(cpu_testbed_read16(bed, BED_OTHER_TSS),
                          row->links ? BED_TSS_SELECTOR : 0x7777);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(task_call_and_iret_come_back)
{
    struct cpu_testbed *bed = task_bed(0);
    ck_assert(transfer_far_call(&bed->cpu, BED_OTHER_TSS_SELECTOR, 0, true, NEXT_EIP));
    ck_assert(transfer_interrupt_return(&bed->cpu, true, NEW_EIP + 1));
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_TSS_SELECTOR);
    ck_assert_uint_eq(bed->cpu.eip, NEXT_EIP);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_OTHER_TSS + T32_EIP), NEW_EIP + 1);
    ck_assert_uint_eq(cpu_testbed_access(bed, BED_OTHER_TSS_SELECTOR), FREE_TSS32);
    ck_assert_uint_eq(cpu_testbed_access(bed, BED_TSS_SELECTOR), BUSY_TSS32);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- What refuses the switch: the old task keeps everything ---- */

struct refusal_row {
    const char *name;
    u16 selector, access;
    u32 limit;
    u8 vector;
    enum task_switch_kind kind;
};

static const struct refusal_row refusal_rows[] = {
    {"busy", 0x58, BUSY_TSS32, 0x67, EXC_GP, TASK_JUMP},
    {"not a TSS", 0x58, 0x82, 0x67, EXC_GP, TASK_JUMP},
    {"absent", 0x58, 0x09, 0x67, EXC_NP, TASK_JUMP},
    {"limit below 67h", 0x58, FREE_TSS32, 0x66, EXC_TS, TASK_JUMP},
    {"286 limit below 2Bh", 0x58, 0x81, 0x2a, EXC_TS, TASK_JUMP},
    {"in the LDT", 0x5c, FREE_TSS32, 0x67, EXC_GP, TASK_CALL},
    {"return to a TSS that is not busy", 0x58, FREE_TSS32, 0x67, EXC_TS, TASK_RETURN},
};

START_TEST(task_switch_that_is_refused_changes_nothing)
{
    for (unsigned i = 0; i < ARRAY_COUNT(refusal_rows); i++) {
        const struct refusal_row *row = &refusal_rows[i];
        struct cpu_testbed *bed = task_bed(0);
        cpu_testbed_set_segment(bed, row->selector, BED_OTHER_TSS, row->limit, row->access);
        ck_assert_msg(!task_switch(&bed->cpu, row->selector, row->kind, NEXT_EIP, false, 0), "%s",
                      row->name);
        ck_assert_msg(bed->cpu.fault.vector == row->vector && bed->cpu.fault.error == row->selector,
                      "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
        ck_assert_uint_eq(bed->cpu.eip, BED_CODE);
        ck_assert_uint_eq(bed->cpu.tr.selector, BED_TSS_SELECTOR);
        ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EIP), 0);
        ck_assert_uint_eq(cpu_testbed_access(bed, row->selector), row->access);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(task_page_faults_come_before_the_switch)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_enable_paging(bed);
    cpu_testbed_set_segment(bed, BED_OTHER_TSS_SELECTOR, 0x200fc0, 0x67, FREE_TSS32);
    cpu_testbed_set_pte(bed, 0x201000, 0); /* the second half of the new TSS */
    ck_assert(!jump(bed));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_PF);
    ck_assert_uint_eq(bed->cpu.fault.address, 0x201000);
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_TSS_SELECTOR);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EIP), 0);
    ck_assert_uint_eq(cpu_testbed_access(bed, BED_OTHER_TSS_SELECTOR), FREE_TSS32);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Faults that belong to the new task (PRM Table 7-1) ---- */

struct load_row {
    const char *name;
    u8 offset;
    u16 selector;
    u16 access; /* of a descriptor put at the selector, 0: none */
    u8 vector;
};

static const struct load_row load_rows[] = {
    {"LDT beyond the GDT", T32_LDT, 0x220, 0, EXC_TS},
    {"LDT in the LDT", T32_LDT, 0x4c, 0, EXC_TS},
    {"LDT is no LDT", T32_LDT, 0x90, 0x4092, EXC_TS},
    {"LDT absent", T32_LDT, 0x90, 0x02, EXC_TS},
    {"CS null", T32_CS, 0, 0, EXC_TS},
    {"CS beyond the table", T32_CS, 0x220, 0, EXC_TS},
    {"CS is data", T32_CS, 0x90, 0x4092, EXC_TS},
    {"CS DPL is not RPL", T32_CS, 0x90, 0x40fa, EXC_TS},
    {"CS absent", T32_CS, 0x90, 0x401a, EXC_NP},
    {"SS null", T32_SS, 0, 0, EXC_TS},
    {"SS is code", T32_SS, 0x90, 0x409a, EXC_TS},
    {"SS DPL is not CPL", T32_SS, 0x90, 0x40f2, EXC_TS},
    {"SS absent", T32_SS, 0x90, 0x4012, EXC_SS},
    {"DS is a system segment", T32_DS, 0x90, 0x82, EXC_TS},
    {"DS absent", T32_DS, 0x90, 0x4012, EXC_NP},
    {"GS execute-only", T32_GS, 0x90, 0x4098, EXC_TS},
};

START_TEST(task_faults_after_the_switch_belong_to_the_new_task)
{
    for (unsigned i = 0; i < ARRAY_COUNT(load_rows); i++) {
        const struct load_row *row = &load_rows[i];
        struct cpu_testbed *bed = task_bed(0);
        if (row->access)
            cpu_testbed_set_segment(bed, row->selector, 0, 0xffff, row->access);
        cpu_testbed_write32(bed, BED_OTHER_TSS + row->offset, row->selector);
        ck_assert_msg(!jump(bed), "%s", row->name);
        ck_assert_msg(bed->cpu.fault.vector == row->vector &&
                          bed->cpu.fault.error == (row->selector & ~3u),
                      "%s: %u(%04x)", row->name, bed->cpu.fault.vector, bed->cpu.fault.error);
        ck_assert_uint_eq(bed->cpu.tr.selector, BED_OTHER_TSS_SELECTOR);
        ck_assert_uint_eq(bed->cpu.eip, NEW_EIP);
        ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EIP), NEXT_EIP);
        cpu_testbed_free(bed);
    }
}
END_TEST

START_TEST(task_entry_beyond_the_code_limit_faults_in_the_new_task)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_set_segment(bed, BED_CODE_SELECTOR(0), 0, NEW_EIP - 1, BED_CODE32);
    ck_assert(!jump(bed));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    ck_assert_uint_eq(bed->cpu.fault.error, 0);
    ck_assert_uint_eq(bed->cpu.tr.selector, BED_OTHER_TSS_SELECTOR);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(task_trap_bit_raises_a_debug_trap_in_the_new_task)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_write16(bed, BED_OTHER_TSS + T32_TRAP, 1);
    bed->cpu.dr[7] |= 0x3ff;
    ck_assert(!jump(bed));
    ck_assert_uint_eq(bed->cpu.fault.vector, EXC_DB);
    ck_assert(bed->cpu.dr[6] & BIT(15));
    ck_assert_uint_eq(bed->cpu.dr[7] & 0x3ff, 0x2aa); /* local enables are cleared */
    ck_assert_uint_eq(bed->cpu.eip, NEW_EIP);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- Kinds of tasks ---- */

START_TEST(task_switch_loads_cr3_and_forgets_the_old_mapping)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_enable_paging(bed);
    u32 other = 0x180000;
    memcpy(bed->memory.ram + other, bed->memory.ram + BED_PAGE_DIRECTORY, PAGE_SIZE);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_CR3, other);
    ck_assert(jump(bed));
    ck_assert_uint_eq(bed->cpu.cr3, other);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(task_switch_to_v86_loads_real_mode_segments)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_EFLAGS, FLAG_ALWAYS | FLAG_VM);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_CS, 0x1000);
    cpu_testbed_write32(bed, BED_OTHER_TSS + T32_DS, 0x2000);
    ck_assert(jump(bed));
    ck_assert(cpu_v86(&bed->cpu));
    ck_assert_uint_eq(bed->cpu.cpl, 3);
    ck_assert_uint_eq(bed->cpu.segs[SEG_CS].base, 0x10000);
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].base, 0x20000);
    ck_assert_uint_eq(bed->cpu.segs[SEG_DS].access, 0xf3);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(task_switch_to_a_286_task_and_back)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_set_segment(bed, 0x90, 0, 0xffff, BED_CODE16);
    cpu_testbed_write16(bed, BED_TSS16 + T16_IP, 0x1234);
    cpu_testbed_write16(bed, BED_TSS16 + T16_FLAGS, FLAG_ALWAYS | FLAG_SF);
    cpu_testbed_write16(bed, BED_TSS16 + T16_AX, 0x5678);
    cpu_testbed_write16(bed, BED_TSS16 + T16_SP, 0x7000);
    cpu_testbed_write16(bed, BED_TSS16 + T16_CS, 0x90);
    cpu_testbed_write16(bed, BED_TSS16 + T16_SS, BED_DATA_SELECTOR(0));
    ck_assert(transfer_far_call(&bed->cpu, BED_TSS16_SELECTOR, 0, true, NEXT_EIP));
    ck_assert_uint_eq(bed->cpu.eip, 0x1234);
    ck_assert_uint_eq(bed->cpu.regs[REG_EAX] & 0xffff, 0x5678);
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP] & 0xffff, 0x7000);
    ck_assert_uint_eq(bed->cpu.segs[SEG_FS].selector, 0);
    ck_assert_uint_eq(cpu_testbed_access(bed, BED_TSS16_SELECTOR), 0x83);
    bed->cpu.regs[REG_EAX] = 0xffff9999;
    ck_assert(transfer_interrupt_return(&bed->cpu, false, 0x1240));
    ck_assert_uint_eq(bed->cpu.eip, NEXT_EIP);
    ck_assert_uint_eq(cpu_testbed_read16(bed, BED_TSS16 + T16_AX), 0x9999);
    ck_assert_uint_eq(cpu_testbed_read16(bed, BED_TSS16 + T16_IP), 0x1240);
    ck_assert_uint_eq(cpu_testbed_access(bed, BED_TSS16_SELECTOR), 0x81);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(task_gate_of_a_fault_pushes_the_error_code_on_the_new_stack)
{
    struct cpu_testbed *bed = task_bed(0);
    cpu_testbed_set_vector(bed, EXC_GP, 0x85, BED_OTHER_TSS_SELECTOR, 0);
    fault_gp(&bed->cpu, 0x123c);
    ck_assert(interrupt_fault(&bed->cpu));
    ck_assert_uint_eq(bed->cpu.regs[REG_ESP], 0x7000 - 4);
    ck_assert_uint_eq(cpu_testbed_read32(bed, 0x7000 - 4), 0x123c);
    ck_assert_uint_eq(cpu_testbed_read32(bed, BED_TSS + T32_EIP), BED_CODE);
    ck_assert(cpu_testbed_read32(bed, BED_TSS + T32_EFLAGS) & FLAG_RF);
    ck_assert(cpu_get_eflags(&bed->cpu) & FLAG_NT);
    cpu_testbed_free(bed);
}
END_TEST

/* ---- I/O permission bitmap (PRM 8.3.2) ---- */

struct port_row {
    const char *name;
    u16 port;
    u8 size;
    bool allowed;
};

/* The map is at offset 68h: ports 0-3F7h; bits of ports 60h, 64h and 3D9h are clear. */
static const struct port_row port_rows[] = {
    {"clear bit", 0x60, 1, true},
    {"set bit", 0x61, 1, false},
    {"word with one set bit", 0x60, 2, false},
    {"clear bit in the next row", 0x64, 1, true},
    {"word across bytes", 0x3d8, 2, true},
    {"doubleword", 0x3d8, 4, false},
    {"last byte before the end", 0x3f0, 1, true},
    {"beyond the limit", 0x3f8, 1, false},
    {"far beyond", 0xffff, 1, false},
};

START_TEST(task_io_bitmap_decides_beyond_iopl)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    cpu_testbed_enter_ring(bed, 3);
    u32 map = 0x300000;
    bed->cpu.tr.base = map;
    bed->cpu.tr.limit = 0x68 + 0x3f8 / 8;
    cpu_testbed_write16(bed, map + T32_MAP, 0x68);
    memset(bed->memory.ram + map + 0x68, 0xff, 0x80);
    bed->memory.ram[map + 0x68 + 0x60 / 8] = 0xee;
    bed->memory.ram[map + 0x68 + 0x3d8 / 8] = 0xfc;
    bed->memory.ram[map + 0x68 + 0x3f0 / 8] = 0xfe;
    for (unsigned i = 0; i < ARRAY_COUNT(port_rows); i++) {
        const struct port_row *row = &port_rows[i];
        ck_assert_msg(io_permission(&bed->cpu, row->port, row->size) == row->allowed, "%s",
                      row->name);
        if (!row->allowed)
            ck_assert_uint_eq(bed->cpu.fault.vector, EXC_GP);
    }
    cpu_set_eflags(&bed->cpu, FLAG_ALWAYS | FLAG_IOPL);
    ck_assert(io_permission(&bed->cpu, 0x61, 1));
    cpu_testbed_enter_v86(bed, 3);                     /* V86 mode asks the map whatever the IOPL */
    cpu_testbed_write16(bed, BED_TSS + T32_MAP, 0x68); /* beyond the limit: no map at all */
    ck_assert(!io_permission(&bed->cpu, 0x60, 1));
    cpu_testbed_free(bed);
}
END_TEST

SUITE_MAIN("task", task_jump_saves_the_old_and_loads_the_new,
           task_kinds_differ_in_busy_bits_nt_and_back_link, task_call_and_iret_come_back,
           task_switch_that_is_refused_changes_nothing, task_page_faults_come_before_the_switch,
           task_faults_after_the_switch_belong_to_the_new_task,
           task_entry_beyond_the_code_limit_faults_in_the_new_task,
           task_trap_bit_raises_a_debug_trap_in_the_new_task,
           task_switch_loads_cr3_and_forgets_the_old_mapping,
           task_switch_to_v86_loads_real_mode_segments, task_switch_to_a_286_task_and_back,
           task_gate_of_a_fault_pushes_the_error_code_on_the_new_stack,
           task_io_bitmap_decides_beyond_iopl)
