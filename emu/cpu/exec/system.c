#include "cpu/system.h"
#include "cpu/blocks.h"
#include "cpu/exec/exec.h"
#include "cpu/exec/operand.h"
#include "cpu/transfer.h"

/* System instructions: operands here, rules in system.h. */

bool exec_cli(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return system_cli(cpu);
}

bool exec_sti(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return system_sti(cpu);
}

bool exec_hlt(struct cpu *cpu, const struct op *op)
{
    (void)op;
    if (!system_ring0(cpu))
        return false;
    cpu->halted = true;
    return true;
}

/* In a 32-bit register the upper half is zeroed (the 386 leaves it undefined). */
static bool store_selector(struct cpu *cpu, const struct op *op, u16 selector)
{
    unsigned width = op->form & OP_MEMORY ? 16 : op_width(op);
    return system_sldt_str_allowed(cpu) && operand_write(cpu, op, op->dst, width, selector);
}

bool exec_sldt(struct cpu *cpu, const struct op *op)
{
    return store_selector(cpu, op, cpu->ldtr.selector);
}

bool exec_str(struct cpu *cpu, const struct op *op)
{
    return store_selector(cpu, op, cpu->tr.selector);
}

bool exec_lldt(struct cpu *cpu, const struct op *op)
{
    u32 selector;
    return system_sldt_str_allowed(cpu) && system_ring0(cpu) &&
           operand_read(cpu, op, op->dst, 16, &selector) && system_lldt(cpu, (u16)selector);
}

bool exec_ltr(struct cpu *cpu, const struct op *op)
{
    u32 selector;
    return system_sldt_str_allowed(cpu) && system_ring0(cpu) &&
           operand_read(cpu, op, op->dst, 16, &selector) && system_ltr(cpu, (u16)selector);
}

static void set_zf(struct cpu *cpu, bool zf)
{
    u32 flags = flags_compose(cpu->lazy.result, cpu->lazy.aux);
    cpu->lazy = flags_decompose((flags & ~FLAG_ZF) | (zf ? FLAG_ZF : 0));
}

static bool verify(struct cpu *cpu, const struct op *op, bool write)
{
    u32 selector;
    bool ok;
    if (!system_sldt_str_allowed(cpu) || !operand_read(cpu, op, op->dst, 16, &selector) ||
        !system_verify(cpu, (u16)selector, write, &ok))
        return false;
    set_zf(cpu, ok);
    return true;
}

bool exec_verr(struct cpu *cpu, const struct op *op)
{
    return verify(cpu, op, false);
}

bool exec_verw(struct cpu *cpu, const struct op *op)
{
    return verify(cpu, op, true);
}

typedef bool query(struct cpu *cpu, u16 selector, bool *ok, u32 *value);

static bool load_query(struct cpu *cpu, const struct op *op, query *ask)
{
    u32 selector, value = 0;
    bool ok;
    if (!system_sldt_str_allowed(cpu) || !operand_read(cpu, op, op->src, 16, &selector) ||
        !ask(cpu, (u16)selector, &ok, &value))
        return false;
    if (ok)
        register_write(cpu, op->dst, op_width(op), value);
    set_zf(cpu, ok);
    return true;
}

bool exec_lar(struct cpu *cpu, const struct op *op)
{
    return load_query(cpu, op, system_lar);
}

bool exec_lsl(struct cpu *cpu, const struct op *op)
{
    return load_query(cpu, op, system_lsl);
}

/* With a 16-bit operand the base's top byte is stored as 0. */
static bool store_table(struct cpu *cpu, const struct op *op, const struct table_register *table)
{
    u8 image[6];
    store_le16(image, table->limit);
    store_le32(image + 2, operand_wide(op) ? table->base : table->base & 0xffffffu);
    return data_write_bytes(cpu, op_segment(op), op_offset(cpu, op), image, sizeof image);
}

bool exec_sgdt(struct cpu *cpu, const struct op *op)
{
    return store_table(cpu, op, &cpu->gdtr);
}

bool exec_sidt(struct cpu *cpu, const struct op *op)
{
    return store_table(cpu, op, &cpu->idtr);
}

typedef bool table_loader(struct cpu *cpu, u16 limit, u32 base, bool wide);

static bool load_table(struct cpu *cpu, const struct op *op, table_loader *load)
{
    u8 image[6];
    return system_ring0(cpu) &&
           data_read_bytes(cpu, op_segment(op), op_offset(cpu, op), image, sizeof image) &&
           load(cpu, load_le16(image), load_le32(image + 2), operand_wide(op));
}

bool exec_lgdt(struct cpu *cpu, const struct op *op)
{
    return load_table(cpu, op, system_lgdt);
}

bool exec_lidt(struct cpu *cpu, const struct op *op)
{
    return load_table(cpu, op, system_lidt);
}

/* Not privileged. A 32-bit register gets all of CR0 (the 386 leaves its upper half undefined). */
bool exec_smsw(struct cpu *cpu, const struct op *op)
{
    unsigned width = op->form & OP_MEMORY ? 16 : op_width(op);
    return operand_write(cpu, op, op->dst, width, cpu->cr0);
}

bool exec_lmsw(struct cpu *cpu, const struct op *op)
{
    u32 value;
    return system_ring0(cpu) && operand_read(cpu, op, op->dst, 16, &value) &&
           system_lmsw(cpu, (u16)value);
}

bool exec_clts(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return system_clts(cpu);
}

bool exec_invlpg(struct cpu *cpu, const struct op *op)
{
    return system_invlpg(cpu, cpu->segs[op_segment(op)].base + op_offset(cpu, op));
}

/* INVD, WBINVD: there is no cache to write back. */
bool exec_ring0_nop(struct cpu *cpu, const struct op *op)
{
    (void)op;
    return system_ring0(cpu);
}

bool exec_mov_from_control(struct cpu *cpu, const struct op *op)
{
    u32 value;
    if (!system_read_control(cpu, op->src, &value))
        return false;
    register_write(cpu, op->dst, 32, value);
    return true;
}

bool exec_mov_to_control(struct cpu *cpu, const struct op *op)
{
    return system_write_control(cpu, op->dst, register_read(cpu, op->src, 32));
}

bool exec_mov_from_debug(struct cpu *cpu, const struct op *op)
{
    u32 value;
    if (!system_read_debug(cpu, op->src, &value))
        return false;
    register_write(cpu, op->dst, 32, value);
    return true;
}

/* Blocks are decoded with a check before each breakpoint address. */
bool exec_mov_to_debug(struct cpu *cpu, const struct op *op)
{
    if (!system_write_debug(cpu, op->dst, register_read(cpu, op->src, 32)))
        return false;
    blocks_update_mode(cpu);
    blocks_flush(cpu);
    return true;
}

/* TR6, TR7: the TLB's test registers, TR3-TR5 (486): the cache's. Here they only remember. */
static bool test_register_exists(struct cpu *cpu, unsigned number)
{
    bool exists = number >= 6 || (cpu->level == CPU_486 && number >= 3);
    if (!exists || cpu->level >= CPU_586)
        return fault_ud(cpu);
    return system_ring0(cpu);
}

bool exec_mov_from_test(struct cpu *cpu, const struct op *op)
{
    if (!test_register_exists(cpu, op->src))
        return false;
    register_write(cpu, op->dst, 32, cpu->test[op->src]);
    return true;
}

bool exec_mov_to_test(struct cpu *cpu, const struct op *op)
{
    if (!test_register_exists(cpu, op->dst))
        return false;
    cpu->test[op->dst] = register_read(cpu, op->src, 32);
    return true;
}

/* PRM 17 ARPL. */
bool exec_arpl(struct cpu *cpu, const struct op *op)
{
    struct data_ref ref;
    u32 selector;
    if (!system_sldt_str_allowed(cpu) || !operand_modify(cpu, op, op->dst, 16, &ref, &selector))
        return false;
    u32 rpl = register_read(cpu, op->src, 16) & 3;
    bool raise = (selector & 3) < rpl;
    operand_store(cpu, op, op->dst, 16, &ref, raise ? (selector & ~3u) | rpl : selector);
    set_zf(cpu, raise);
    return true;
}
