#include "cpu/exec/hot_kind.h"
#include "cpu/exec/pair.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* Frequent doubleword forms once more for each register, the register's number being part of the
   handler: a constant place in struct cpu is as good as a register of the host, which one that is
   looked up in the op is not. The list of forms is register_pair.inc (64 handlers each) and
   register.inc, register_condition.inc (8 each). Names end in the registers: push_reg_32_EBP,
   mov_reg_mem_32_EAX_EBX, cmp_reg_imm_32_ECX_jcc5. */

/* The segment of a base register without a prefix (PRM 17.2.1). */
ALWAYS_INLINE unsigned fixed_segment(unsigned base)
{
    return base == REG_ESP || base == REG_EBP ? SEG_SS : SEG_DS;
}

/* Stores a register's new value, computed in a register of the host. x86-64 hosts forward a store
   to the next load at the same constant place in no time, but not through an instruction that works
   on memory, which is what the compilers would make of `regs[i] += b`: that takes seven cycles. */
ALWAYS_INLINE void fixed_set(u32 *place, u32 value)
{
    __asm__("" : "+r"(value));
    *place = value;
}

#define FIXED_NAME(form, dst) form##_##dst
#define FIXED_FUNCTION(form, dst) static struct op *FIXED_NAME(form, dst)(HANDLER_PARAMETERS)
#define FIXED(form) FIXED_FUNCTION(form, DST)
#define FIXED_PAIR_FUNCTION(form, dst, src) FIXED_FUNCTION(form, dst##_##src)
#define FIXED_PAIR_(form, dst, src) FIXED_PAIR_FUNCTION(form, dst, src)
#define FIXED_PAIR(form) FIXED_PAIR_(form, DST, SRC)
#define FIXED_BRANCH_FUNCTION(form, dst, condition) FIXED_FUNCTION(form, dst##_jcc##condition)
#define FIXED_BRANCH_(form, dst, condition) FIXED_BRANCH_FUNCTION(form, dst, condition)
#define FIXED_BRANCH(form) FIXED_BRANCH_(form, DST, CONDITION)

#define FOR_REGISTER "cpu/exec/register.inc"
#include "cpu/exec/each_register.inc"
#undef FOR_REGISTER

// clang-format off
#define EACH(name) \
    {name##_EAX, name##_ECX, name##_EDX, name##_EBX, name##_ESP, name##_EBP, name##_ESI, name##_EDI}
#define EACH_PAIR(name) \
    {EACH(name##_EAX), EACH(name##_ECX), EACH(name##_EDX), EACH(name##_EBX), \
     EACH(name##_ESP), EACH(name##_EBP), EACH(name##_ESI), EACH(name##_EDI)}
#define CONDITIONS_OF(name) \
    {NULL, NULL, name##_jcc2, name##_jcc3, name##_jcc4, name##_jcc5, name##_jcc6, name##_jcc7, \
     name##_jcc8, name##_jcc9, NULL, NULL, name##_jcc12, name##_jcc13, name##_jcc14, name##_jcc15}
#define EACH_BRANCH(name) \
    {CONDITIONS_OF(name##_EAX), CONDITIONS_OF(name##_ECX), CONDITIONS_OF(name##_EDX), \
     CONDITIONS_OF(name##_EBX), CONDITIONS_OF(name##_ESP), CONDITIONS_OF(name##_EBP), \
     CONDITIONS_OF(name##_ESI), CONDITIONS_OF(name##_EDI)}

/* Kinds of doubleword forms. */
#define DWORD(operation, form) (KIND_BINARY + ((operation - HOT_ADD) * 3 + 2) * BINARY_FORMS + form)
#define DWORD_UNARY(operation) (KIND_UNARY + ((operation - HOT_INC) * 3 + 2) * UNARY_FORMS + UNARY_REG)
#define DWORD_SHIFT(operation) (KIND_SHIFT + ((operation - HOT_ROL) * 3 + 2) * SHIFT_FORMS + SHIFT_REG_IMM)

enum fixed_pair { FIXED_MOV, FIXED_ADD, FIXED_ADD_QUIET, FIXED_XOR_QUIET, FIXED_LEA, FIXED_LOAD, FIXED_STORE, FIXED_LOAD_BYTE, FIXED_LOAD_INDEXED };
static op_handler *const pairs[][8][8] = {
    [FIXED_MOV] = EACH_PAIR(mov_reg_reg_32),
    [FIXED_ADD] = EACH_PAIR(add_reg_reg_32),
    [FIXED_ADD_QUIET] = EACH_PAIR(add_reg_reg_32_quiet),
    [FIXED_XOR_QUIET] = EACH_PAIR(xor_reg_reg_32_quiet),
    [FIXED_LEA] = EACH_PAIR(lea_reg_32),
    [FIXED_LOAD] = EACH_PAIR(mov_reg_mem_32),
    [FIXED_STORE] = EACH_PAIR(mov_mem_reg_32),
    [FIXED_LOAD_BYTE] = EACH_PAIR(movzx_32_from_mem_8),
    [FIXED_LOAD_INDEXED] = EACH_PAIR(mov_reg_mem_32_index),
};

/* First operand by op->dst. */
struct fixed_row {
    u16 kind;
    op_handler *handlers[8];
};
static const struct fixed_row rows[] = {
    {DWORD(HOT_MOV, REG_IMM), EACH(mov_reg_imm_32)},
    {DWORD(HOT_ADD, REG_IMM), EACH(add_reg_imm_32)},
    {DWORD(HOT_SUB, REG_IMM), EACH(sub_reg_imm_32)},
    {DWORD(HOT_AND, REG_IMM), EACH(and_reg_imm_32)},
    {DWORD_UNARY(HOT_INC), EACH(inc_reg_32)},
    {DWORD_UNARY(HOT_DEC), EACH(dec_reg_32)},
    {KIND_PUSH_REG + 3, EACH(push_reg_32)},
    {KIND_POP + 3, EACH(pop_reg_32)},
};
static const struct fixed_row quiet_rows[] = {
    {DWORD(HOT_ADD, REG_IMM), EACH(add_reg_imm_32_quiet)},
    {DWORD(HOT_AND, REG_IMM), EACH(and_reg_imm_32_quiet)},
    {DWORD_UNARY(HOT_INC), EACH(inc_reg_32_quiet)},
    {DWORD_UNARY(HOT_DEC), EACH(dec_reg_32_quiet)},
    {DWORD_SHIFT(HOT_SHL), EACH(shl_reg_imm_32_quiet)},
    {DWORD_SHIFT(HOT_SHR), EACH(shr_reg_imm_32_quiet)},
    {DWORD_SHIFT(HOT_SAR), EACH(sar_reg_imm_32_quiet)},
    {DWORD_SHIFT(HOT_ROL), EACH(rol_reg_imm_32_quiet)},
    {DWORD_SHIFT(HOT_ROR), EACH(ror_reg_imm_32_quiet)},
};
static op_handler *const zero[8] = EACH(xor_reg_same_32);

static op_handler *const cmp_imm[8][16] = EACH_BRANCH(cmp_reg_imm_32);
static op_handler *const cmp_reg[8][16] = EACH_BRANCH(cmp_reg_reg_32);
static op_handler *const test_same[8][16] = EACH_BRANCH(test_reg_same_32);
static op_handler *const dec_reg[8][16] = EACH_BRANCH(dec_reg_32);
// clang-format on

static op_handler *find(const struct fixed_row *row, unsigned count, const struct op *op)
{
    for (unsigned i = 0; i < count; i++)
        if (row[i].kind == op->kind)
            return row[i].handlers[op->dst / 4];
    return NULL;
}

static bool has_own_segment(const struct op *op)
{
    return op_segment(op) == fixed_segment(op->base / 4);
}

/* Null without a register there: [disp], or a 16-bit address. */
static op_handler *find_loaded(enum fixed_pair form, const struct op *op)
{
    bool indexed = op->index != OP_REGISTER_ZERO;
    if ((op->form & OP_ADDRESS16) || op->base == OP_REGISTER_ZERO)
        return NULL;
    if (indexed)
        return form == FIXED_LOAD ? pairs[FIXED_LOAD_INDEXED][op->dst / 4][op->index / 4] : NULL;
    return has_own_segment(op) ? pairs[form][op->dst / 4][op->base / 4] : NULL;
}

op_handler *register_handler(const struct op *op)
{
    switch (op->kind) {
    case DWORD(HOT_MOV, REG_REG):
        return pairs[FIXED_MOV][op->dst / 4][op->src / 4];
    case DWORD(HOT_ADD, REG_REG):
        return pairs[FIXED_ADD][op->dst / 4][op->src / 4];
    case DWORD(HOT_XOR, REG_REG):
        return op->dst == op->src ? zero[op->dst / 4] : NULL;
    case DWORD(HOT_MOV, REG_MEM):
        return find_loaded(FIXED_LOAD, op);
    case KIND_MOVZX8 + 3:
        return find_loaded(FIXED_LOAD_BYTE, op);
    case KIND_LEA + 1:
        return find_loaded(FIXED_LEA, op);
    case DWORD(HOT_MOV, MEM_REG):
        if ((op->form & OP_ADDRESS16) || op->base == OP_REGISTER_ZERO ||
            op->index != OP_REGISTER_ZERO || !has_own_segment(op))
            return NULL;
        return pairs[FIXED_STORE][op->base / 4][op->src / 4];
    }
    return find(rows, ARRAY_COUNT(rows), op);
}

op_handler *register_quiet_handler(const struct op *op)
{
    switch (op->kind) {
    case DWORD(HOT_ADD, REG_REG):
        return pairs[FIXED_ADD_QUIET][op->dst / 4][op->src / 4];
    case DWORD(HOT_XOR, REG_REG):
        return pairs[FIXED_XOR_QUIET][op->dst / 4][op->src / 4];
    }
    return find(quiet_rows, ARRAY_COUNT(quiet_rows), op);
}

op_handler *register_pair_handler(const struct op *op)
{
    unsigned condition = op[1].kind - KIND_JCC;
    switch (op->kind) {
    case DWORD(HOT_CMP, REG_IMM):
        return cmp_imm[op->dst / 4][condition];
    case DWORD(HOT_CMP, REG_REG):
        return cmp_reg[op->dst / 4][condition];
    case DWORD(HOT_TEST, REG_REG):
        return op->dst == op->src ? test_same[op->dst / 4][condition] : NULL;
    case DWORD_UNARY(HOT_DEC):
        return dec_reg[op->dst / 4][condition];
    }
    return NULL;
}
