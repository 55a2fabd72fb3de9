#include "support/instruction_rows.h"

#include "support/cpu_testbed.h"

#include <check.h>
#include <string.h>

static void set(struct cpu_testbed *bed, const struct value *v)
{
    if (v->what >= EAX && v->what <= EDI)
        bed->cpu.regs[v->what - EAX] = v->value;
    else if (v->what == FLAGS)
        cpu_set_eflags(&bed->cpu, v->value);
}

static struct cpu_testbed *prepare(const struct row *row)
{
    struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)row->level);
    if (row->bits == 32)
        cpu_testbed_enter_ring(bed, row->ring);
    else
        for (unsigned i = 0; i < SEG_COUNT; i++)
            cpu_set_segment_real(&bed->cpu, (enum segment_number)i, 0);
    cpu_set_eip(&bed->cpu, BED_CODE);
    for (unsigned i = 0; i < 8; i++)
        bed->cpu.regs[i] = 0x11111111u * (i + 1);
    bed->cpu.regs[REG_ESP] = 0xb000;
    bed->cpu.regs[REG_ESI] = DATA;
    bed->cpu.regs[REG_EDI] = DATA + 16;
    cpu_testbed_write32(bed, DATA, PATTERN);
    memory_write_bytes(&bed->memory, BED_CODE, row->bytes, row->length);
    for (unsigned i = 0; i < ARRAY_COUNT(row->in); i++)
        set(bed, &row->in[i]);
    return bed;
}

/* The listed value, or what it was. */
static u32 expected(const struct row *row, enum what what, u32 before)
{
    for (unsigned i = 0; i < ARRAY_COUNT(row->out); i++)
        if (row->out[i].what == what)
            return row->out[i].value;
    return before;
}

static bool faults(const struct row *row)
{
    return expected(row, FAULT, NOTHING) != NOTHING || row->out[0].what == FAULT;
}

static void check(const struct row *row, const char *what, u32 found, u32 wanted)
{
    ck_assert_msg(found == wanted, "%s: %s is %08x, expected %08x", row->name, what, found, wanted);
}

static void check_fault(const struct row *row, const struct cpu_testbed *bed)
{
    ck_assert_msg(bed->cpu.fault_count > 0, "%s: no fault", row->name);
    check(row, "vector", bed->cpu.faults[0].fault.vector, expected(row, FAULT, 0));
    check(row, "eip of the fault", bed->cpu.faults[0].eip, BED_CODE);
}

void instruction_row_check(const struct row *row)
{
    static const char *const names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    struct cpu_testbed *bed = prepare(row);
    struct cpu *cpu = &bed->cpu;
    u32 regs[8], flags = cpu_get_eflags(cpu);
    memcpy(regs, cpu->regs, sizeof regs);
    cpu_run(cpu, bed->clock.now + 1);
    if (faults(row)) {
        check_fault(row, bed);
        cpu_testbed_free(bed);
        return;
    }
    ck_assert_msg(cpu->fault_count == 0, "%s: fault %u", row->name, cpu->faults[0].fault.vector);
    for (unsigned i = 0; i < 8; i++)
        check(row, names[i], cpu->regs[i], expected(row, EAX + i, regs[i]));
    u32 mask = (ARITHMETIC | DF) & ~row->undefined;
    check(row, "eflags", cpu_get_eflags(cpu) & mask, expected(row, FLAGS, flags) & mask);
    check(row, "eip", cpu->eip, expected(row, EIP, BED_CODE + row->length));
    check(row, "memory", cpu_testbed_read32(bed, DATA), expected(row, MEMORY, PATTERN));
    cpu_testbed_free(bed);
}
