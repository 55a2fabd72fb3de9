#include "oracle/comparison.h"

#include <string.h>

/* ---- What differs for a reason ---- */

#define CONDITION(name) static bool name(const struct cpu_case *c, const struct verdict *v)

static bool ours_protects(const struct verdict *v)
{
    return (v->ours.fault == EXC_GP || v->ours.fault == EXC_SS) && v->theirs.fault != v->ours.fault;
}

static bool is_row(const struct cpu_case *c, const char *mnemonic)
{
    return strcmp(c->instruction.row->mnemonic, mnemonic) == 0;
}

/* ---- Addresses of operands ---- */

static u32 offset_of_operand(const struct cpu_case *c)
{
    const struct op *op = &c->instruction.op;
    u32 offset = op->disp;
    if (op->base != OP_REGISTER_ZERO)
        offset += c->regs[op->base / 4];
    if (op->index != OP_REGISTER_ZERO)
        offset += c->regs[op->index / 4] << (op->form & OP_SCALE);
    return op->form & OP_ADDRESS16 ? offset & 0xffff : offset;
}

/* Within some bytes of the end of a segment of 4 GB, or of 64 KB in real mode. */
static bool is_near_end(const struct cpu_case *c, u32 offset, u32 bytes)
{
    if (c->mode == CASE_REAL)
        return offset > 0xffff - bytes;
    return offset > 0u - bytes || offset < bytes;
}

/* The stack may also wrap downwards; ENTER goes down from EBP as well. */
static bool is_stack_near_end(const struct cpu_case *c)
{
    u32 mask = c->mode == CASE_REAL ? 0xffff : ~0u, esp = c->regs[REG_ESP] & mask;
    u32 ebp = c->regs[REG_EBP] & mask, bytes = is_row(c, "ENTER") ? 4 * 34 : 40;
    return is_near_end(c, esp, bytes) || esp < bytes || is_near_end(c, ebp, bytes) ||
           (is_row(c, "ENTER") && ebp < bytes) || (is_row(c, "LEAVE") && ebp > mask - bytes);
}

/* They go either way, and may repeat. */
static bool is_string_near_end(const struct cpu_case *c)
{
    u32 mask = c->instruction.op.form & OP_ADDRESS16 ? 0xffff : ~0u;
    u32 source = c->regs[REG_ESI] & mask, target = c->regs[REG_EDI] & mask;
    return is_near_end(c, source, 40) || is_near_end(c, target, 40) || source < 40 || target < 40;
}

/* Bit strings and tables reach away from the operand's address. */
static bool reaches_away(const struct cpu_case *c)
{
    return c->instruction.row->code == 0x0fa3 || c->instruction.row->code == 0x0fab ||
           c->instruction.row->code == 0x0fb3 || c->instruction.row->code == 0x0fbb ||
           is_row(c, "XLAT");
}

/* Where a transfer to a code segment of 64 KB would go on. */
static bool goes_beyond_code(const struct cpu_case *c, const struct verdict *v)
{
    u32 granular = case_gdt[v->theirs.selectors[SEG_CS] >> 3 & (CASE_GDT_ENTRIES - 1)][1] & BIT(23);
    bool far = v->theirs.fault == -1 && (v->theirs.eip > 0xffff || c->instruction.target > 0xffff);
    return far && (c->mode == CASE_REAL || !granular);
}

/* All but some general registers (bits of a mask) and some flags is alike. */
static bool rest_is_alike(const struct verdict *v, u32 registers, u32 flags)
{
    const struct case_result *a = &v->ours, *b = &v->theirs;
    for (unsigned i = 0; i < 8; i++)
        if (!(registers >> i & 1) && a->regs[i] != b->regs[i])
            return false;
    return a->fault == b->fault && a->eip == b->eip && (v->flags & ~flags) == 0 &&
           memcmp(a->selectors, b->selectors, sizeof a->selectors) == 0 &&
           a->port_writes == b->port_writes && a->bus_writes == b->bus_writes;
}

CONDITION(aborts)
{
    (void)c;
    return v->theirs.fault == THEIRS_ABORT;
}
CONDITION(is_beyond_limit)
{
    const struct opcode *row = c->instruction.row;
    bool memory = c->instruction.op.form & OP_MEMORY;
    if (!ours_protects(v))
        return false;
    return (memory && is_near_end(c, offset_of_operand(c), 32)) || is_stack_near_end(c) ||
           ((row->attributes & OPCODE_STRING) && is_string_near_end(c)) || reaches_away(c) ||
           goes_beyond_code(c, v);
}
/* The frame: EIP, CS, EFLAGS. */
CONDITION(enters_v86_beyond_limit)
{
    return is_row(c, "IRET") && c->mode == CASE_FLAT0 && v->ours.fault == EXC_GP &&
           v->theirs.fault == -1 && !c->keeps_memory && (c->stack[2] & FLAG_VM) &&
           c->stack[0] > 0xffff;
}
CONDITION(is_prefetch_of_register)
{
    return c->instruction.row->code == 0x0f18 && !(c->instruction.op.form & OP_MEMORY) &&
           v->ours.fault == -1 && v->theirs.fault == EXC_UD;
}
CONDITION(is_rdpmc)
{
    return is_row(c, "RDPMC") && v->ours.fault == EXC_GP && v->theirs.fault == EXC_UD;
}

/* What INS stores at first: zeros, to be sure that the page is there. */
static u32 zeros_of_ins(const struct cpu_case *c)
{
    const struct instruction *i = &c->instruction;
    bool wide = !(i->op.form & OP_ADDRESS16);
    u32 size = i->width / 8, step = c->eflags & FLAG_DF ? 0 - size : size, hash = 0;
    u32 mask = wide ? ~0u : 0xffffu;
    u32 count = i->op.dst == REPEAT_NONE ? 1 : c->regs[REG_ECX] & mask;
    for (u32 n = 0; n < count; n++) {
        u32 linear = (c->regs[REG_EDI] + n * step) & mask;
        if (linear >= CASE_MEMORY)
            hash += case_bus_hash(linear, size, 0);
    }
    return hash;
}
CONDITION(is_ins_to_device)
{
    return c->mode != CASE_REAL && is_row(c, "INS") && v->ours.fault == v->theirs.fault &&
           v->theirs.bus_writes == v->ours.bus_writes + zeros_of_ins(c);
}
CONDITION(writes_to_code)
{
    return c->mode != CASE_REAL && (c->instruction.op.form & OP_MEMORY) &&
           op_segment(&c->instruction.op) == SEG_CS && ours_protects(v);
}
/* The operand's address, or where a string is stored. */
static u32 linear_of_store(const struct cpu_case *c)
{
    const struct op *op = &c->instruction.op;
    bool string = c->instruction.row->attributes & OPCODE_STRING;
    u32 offset = string ? c->regs[REG_EDI] : offset_of_operand(c);
    if (op->form & OP_ADDRESS16)
        offset &= 0xffff;
    if (c->mode != CASE_REAL)
        return offset;
    return c->selectors[string ? SEG_ES : op_segment(op)] * 16u + offset;
}
/* Within a stream it translates on behind the instruction, and a store there counts, too. */
CONDITION(stores_into_translation)
{
    u32 code = case_code_linear(c);
    bool stores =
        (c->instruction.op.form & OP_MEMORY) || (c->instruction.row->attributes & OPCODE_STRING);
    return stores && linear_of_store(c) - (code - 4) < CASE_TRANSLATED + 4 && v->ours.fault < 0 &&
           v->theirs.fault < 0 && (!v->memory_differs || v->memory - code < CASE_TRANSLATED);
}
CONDITION(is_test_alias)
{
    const struct opcode *row = c->instruction.row;
    return v->theirs.fault == EXC_UD && row->group == 1 && (row->code & ~1) == 0xf6;
}
CONDITION(is_lock)
{
    return c->status == DECODE_UNDEFINED && c->instruction.lock && v->ours.fault == EXC_UD;
}
/* The result is right. */
CONDITION(is_lock_neg)
{
    return is_row(c, "NEG") && c->instruction.lock && v->ours.fault < 0 && !v->memory_differs &&
           rest_is_alike(v, 0, FLAGS_ARITHMETIC);
}
CONDITION(is_icebp)
{
    return is_row(c, "ICEBP") && v->theirs.fault == EXC_UD;
}
CONDITION(is_port_at_ring3)
{
    return c->mode == CASE_FLAT3 && v->ours.fault == EXC_GP && v->theirs.fault == -1 &&
           (is_row(c, "IN") || is_row(c, "OUT") || is_row(c, "INS") || is_row(c, "OUTS"));
}
CONDITION(is_absent_register)
{
    return c->mode == CASE_FLAT3 && c->instruction.row->code >> 4 == 0x0f2 &&
           v->ours.fault == EXC_UD && v->theirs.fault == EXC_GP;
}
/* ESP ends 64 K lower. */
CONDITION(is_negative_ret)
{
    u16 code = c->instruction.row->code;
    return (code == 0xc2 || code == 0xca) && c->instruction.op.imm >= 0x8000 &&
           v->theirs.regs[REG_ESP] == v->ours.regs[REG_ESP] - 0x10000 && !v->memory_differs &&
           rest_is_alike(v, BIT(REG_ESP), 0);
}
/* Then the outer stack is read from 64 K lower: anything may be there. */
CONDITION(is_negative_ret_to_ring3)
{
    return c->instruction.row->code == 0xca && c->instruction.op.imm >= 0x8000 &&
           c->mode == CASE_FLAT0 &&
           ((v->ours.selectors[SEG_CS] & 3) || (v->theirs.selectors[SEG_CS] & 3));
}
/* TZCNT and LZCNT: a source of 0 gives the width and CF; LZCNT counts from the other end. */
CONDITION(is_count_of_zeros)
{
    unsigned to = c->instruction.op.dst / 4;
    u32 width = c->instruction.width, mask = width == 32 ? ~0u : 0xffff;
    if ((!is_row(c, "BSF") && !is_row(c, "BSR")) || !memchr(c->code, 0xf3, 6) ||
        !rest_is_alike(v, BIT(to), FLAGS_ARITHMETIC))
        return false;
    bool zero = v->ours.eflags & FLAG_ZF;
    u32 ours = v->ours.regs[to] & mask, theirs = v->theirs.regs[to] & mask;
    u32 count = zero ? width : is_row(c, "BSF") ? ours : width - 1 - ours;
    u32 flags = (zero ? FLAG_CF : 0) | (count == 0 ? FLAG_ZF : 0);
    return theirs == count && (v->theirs.eflags & (FLAG_CF | FLAG_ZF)) == flags;
}

CONDITION(enters_v86)
{
    return is_row(c, "IRET") && c->mode == CASE_FLAT3 && (v->theirs.eflags & FLAG_VM);
}
CONDITION(is_wide_popa)
{
    return is_row(c, "POPA") && c->mode == CASE_REAL && c->instruction.width == 32 &&
           rest_is_alike(v, BIT(REG_ESP), 0) &&
           (u16)v->ours.regs[REG_ESP] == (u16)v->theirs.regs[REG_ESP];
}
CONDITION(is_wide_smsw)
{
    unsigned to = c->instruction.op.dst / 4;
    return is_row(c, "SMSW") && c->instruction.width == 32 && rest_is_alike(v, BIT(to), 0) &&
           (u16)v->ours.regs[to] == (u16)v->theirs.regs[to];
}
/* The low word of EBP is right; with levels the frame's pointer is stored as wrong as it is. */
CONDITION(is_mixed_enter)
{
    bool real = c->mode == CASE_REAL, levels = c->instruction.op.disp & 31;
    u32 above = v->theirs.regs[REG_EBP] >> 16, esp = c->regs[REG_ESP] >> 16;
    bool wrong = real ? above == c->regs[REG_EBP] >> 16 : above == esp || above == (u16)(esp - 1);
    return is_row(c, "ENTER") && c->instruction.width != (real ? 16 : 32) && wrong &&
           (u16)v->theirs.regs[REG_EBP] == (u16)v->ours.regs[REG_EBP] &&
           (levels || !v->memory_differs) && v->theirs.fault == -1 && v->ours.fault == -1 &&
           v->theirs.regs[REG_ESP] == v->ours.regs[REG_ESP];
}
/* Its first bound decides here; Unicorn reads the second in any case. */
CONDITION(is_bound_at_end)
{
    return is_row(c, "BOUND") && v->ours.fault == EXC_BR && v->theirs.fault == THEIRS_UNMAPPED &&
           is_near_end(c, offset_of_operand(c), 32);
}
CONDITION(is_far_call)
{
    return is_row(c, "CALLF") && v->ours.fault == EXC_GP && v->theirs.fault == EXC_GP;
}
CONDITION(is_newer)
{
    u16 code = c->instruction.row->code;
    return c->status == DECODE_UNDEFINED && v->ours.fault == EXC_UD &&
           (code == 0x0f01 || code == 0x0fc7 || code == 0xc4 || code == 0xc5);
}
CONDITION(is_null_ltr)
{
    return is_row(c, "LTR") && v->ours.fault == EXC_GP && v->theirs.fault == -1;
}

CONDITION(is_lar)
{
    unsigned to = c->instruction.op.dst / 4;
    return is_row(c, "LAR") && rest_is_alike(v, BIT(to), 0) &&
           (v->ours.regs[to] & ~0xf0000u) == (v->theirs.regs[to] & ~0xf0000u);
}

/* In this order; the first that fits is counted. */
const struct known_difference known_differences[] = {
    {"Unicorn's translator aborts: LOCK BTS of a register, far calls through one, some at random",
     aborts},
    {"Unicorn checks no segment limits", is_beyond_limit},
    {"Unicorn cuts EIP to 16 bits when IRET enters V86 mode; ours checks the limit",
     enters_v86_beyond_limit},
    {"Unicorn lets code segments be written", writes_to_code},
    {"Unicorn starts an instruction again that has stored into what it translated",
     stores_into_translation},
    {"Unicorn takes 0F 18 as PREFETCH, which has no register form", is_prefetch_of_register},
    {"Unicorn has no RDPMC: #UD whatever CR4.PCE is", is_rdpmc},
    {"Unicorn's INS stores zeros at the address before it stores the datum", is_ins_to_device},
    {"Unicorn does not know TEST as F6 /1 and F7 /1", is_test_alias},
    {"Unicorn lets LOCK stand before instructions that are not locked", is_lock},
    {"Unicorn sets the flags of LOCK NEG from a stale value", is_lock_neg},
    {"Unicorn does not know F1", is_icebp},
    {"Unicorn does not look at IOPL or the I/O map for ports", is_port_at_ring3},
    {"CRn, DRn and TRn that do not exist: #UD before the privilege here, after it in Unicorn",
     is_absent_register},
    {"Unicorn takes the operand of RET and RETF as signed", is_negative_ret},
    {"the same, when RETF goes to ring 3", is_negative_ret_to_ring3},
    {"Unicorn counts zeros with F3 BSF and F3 BSR on every model", is_count_of_zeros},
    {"Unicorn lets IRET enter V86 mode from ring 3", enters_v86},
    {"POPA of 32 bits on a stack of 16: a 386 loads the upper half of ESP", is_wide_popa},
    {"SMSW to a 32-bit register: the upper half is undefined", is_wide_smsw},
    {"ENTER: Unicorn writes EBP in the stack's width, not the operand's", is_mixed_enter},
    {"BOUND at the end of memory: Unicorn reads the second bound first", is_bound_at_end},
    {"Unicorn's far call pushes before it checks the target's limit", is_far_call},
    {"register forms that name newer instructions (CLAC, VEX, RDRAND)", is_newer},
    {"Unicorn lets LTR load a null selector", is_null_ltr},
    {"LAR: bits 16-19 are undefined", is_lar},
};

const u32 known_difference_count = ARRAY_COUNT(known_differences);
_Static_assert(ARRAY_COUNT(known_differences) <= KNOWN_DIFFERENCES_MAX, "each has a counter");

const struct known_difference *known_difference_find(const struct cpu_case *c,
                                                     const struct verdict *v)
{
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        if (known_differences[i].applies(c, v))
            return &known_differences[i];
    return NULL;
}

/* ---- Rows that are not compared ---- */

struct excluded {
    const char *mnemonic;
    u16 code; /* 0: any */
    bool ring3_too;
    const char *reason;
};
static const struct excluded excluded[] = {
    {"CPUID", 0, true, "each names itself"},
    {"FXSAVE", 0, true, "theirs has XMM registers to save, and ends its selectors otherwise"},
    {"FXRSTOR", 0, true, "theirs has XMM registers to load"},
    {"RDTSC", 0, true, "each counts its own time"},
    {"RDMSR", 0, false, "each has registers of its own; ring 3 is compared"},
    {"WRMSR", 0, false, "each has registers of its own; ring 3 is compared"},
    {"ESC", 0, true, "the x87 has oracles of its own"},
    {"WAIT", 0, true, "the x87 has oracles of its own"},
    {"MOV", 0x0f20, false, "CR0 differs in bits of the level; ring 3 is compared"},
    {"MOV", 0x0f21, false, "DR6 differs in bits of the level; ring 3 is compared"},
    {"MOV", 0x0f22, false, "it would change the mode of the comparison; ring 3 is compared"},
    {"MOV", 0x0f23, false, "Unicorn's breakpoints are its own; ring 3 is compared"},
    {"MOV", 0x0f24, true, "Unicorn has no test registers"},
    {"MOV", 0x0f26, true, "Unicorn has no test registers"},
};

const char *excluded_reason(const struct opcode *row, enum case_mode mode)
{
    for (unsigned i = 0; i < ARRAY_COUNT(excluded); i++)
        if (strcmp(excluded[i].mnemonic, row->mnemonic) == 0 &&
            (excluded[i].code == 0 || excluded[i].code == row->code) &&
            (excluded[i].ring3_too || mode != CASE_FLAT3))
            return excluded[i].reason;
    return NULL;
}
