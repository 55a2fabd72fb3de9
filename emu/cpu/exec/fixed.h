#ifndef GLASS386_CPU_EXEC_FIXED_H
#define GLASS386_CPU_EXEC_FIXED_H

#include "cpu/exec/hot_kind.h"
#include "cpu/exec/pair.h"
#include "cpu/exec/template.h"

/* Frequent forms once more for each register, the register's number being part of the handler: a
   constant place in struct cpu is as good as a register of the host, which one that is looked up in
   the op is not (docs/SPEED.md). Names end in the registers: push_reg_32_EBP,
   mov_reg_mem_32_EAX_EBX, cmp_reg_imm_32_ECX_jcc5.

   registers.c   operations between registers     registers_memory.c   with memory
   registers_branch.c   pairs with a branch       fixed.c              which op gets which

   In forms with a memory operand _base has its base register fixed and the segment that goes with
   it; _index_DS and _index_SS the index register and the segment, where the base is looked up and
   bytes have no scale; _absolute has no register. */

/* ---- What the templates are written in: DST, SRC, BYTE name registers ---- */

enum byte_register { REG_AL, REG_CL, REG_DL, REG_BL, REG_AH, REG_CH, REG_DH, REG_BH };

#define FIXED_NAME(form, dst) form##_##dst
#define FIXED_FUNCTION(form, dst) static struct op *FIXED_NAME(form, dst)(HANDLER_PARAMETERS)
#define FIXED(form) FIXED_FUNCTION(form, DST)
#define FIXED_PAIR_FUNCTION(form, dst, src) FIXED_FUNCTION(form, dst##_##src)
#define FIXED_PAIR_(form, dst, src) FIXED_PAIR_FUNCTION(form, dst, src)
#define FIXED_PAIR(form) FIXED_PAIR_(form, DST, SRC)
#define FIXED_BRANCH_FUNCTION(form, dst, condition) FIXED_FUNCTION(form, dst##_jcc##condition)
#define FIXED_BRANCH_(form, dst, condition) FIXED_BRANCH_FUNCTION(form, dst, condition)
#define FIXED_BRANCH(form) FIXED_BRANCH_(form, DST, CONDITION)

#define FIXED_DWORD(name) cpu->regs[TEMPLATE_PASTE(REG_, name)]
#define FIXED_BYTE(name) (*fixed_byte(cpu, TEMPLATE_PASTE(REG_, name)))
#define DST_REGISTER FIXED_DWORD(DST)
#define SRC_REGISTER FIXED_DWORD(SRC)

/* Flags that nobody sees: alu.h reads them and sets these instead. */
// clang-format off
#define FIXED_QUIET &(u64){fr}, &(u32){fx}
// clang-format on
#define FIXED_LOUD &fr, &fx

/* A byte register by its number (PRM 17.2.1). The host is little endian. */
ALWAYS_INLINE u8 *fixed_byte(struct cpu *cpu, unsigned number)
{
    return (u8 *)&cpu->regs[number & 3] + (number >> 2);
}

/* Number of the byte register at a place in struct cpu. */
static inline unsigned fixed_byte_number(u8 offset)
{
    return offset / 4u + (offset & 1u) * 4u;
}

/* Stores a register's new value, computed in a register of the host. x86-64 hosts forward a store
   to the next load at the same constant place in no time, but not through an instruction that works
   on memory, which is what the compilers would make of `regs[i] += b`: that takes seven cycles. */
ALWAYS_INLINE void fixed_set(u32 *place, u32 value)
{
    __asm__("" : "+r"(value));
    *place = value;
}

/* The segment of a base register without a prefix (PRM 17.2.1). */
ALWAYS_INLINE unsigned fixed_segment(unsigned base)
{
    return base == REG_ESP || base == REG_EBP ? SEG_SS : SEG_DS;
}

/* Memory operands: [NAME + disp]; [looked up + NAME * scale + disp]. */
#define BASE_SEGMENT(name) &cpu->segs[fixed_segment(TEMPLATE_PASTE(REG_, name))]
#define BASE_OFFSET(name) (FIXED_DWORD(name) + op->disp)
#define INDEX_SCALE(width) (width == 8 ? 0 : op->form & OP_SCALE)
#define INDEX_OFFSET(name, scale) \
    (template_register(cpu, op->base) + (FIXED_DWORD(name) << (scale)) + op->disp)
#define INDEX_PLACE &cpu->segs[TEMPLATE_PASTE(SEG_, SEGMENT)]
#define INDEXED(form) TEMPLATE_PASTE(form##_index_, SEGMENT)
#define READ_BASE(name, width, value) \
    fast_read(cpu, BASE_SEGMENT(name), BASE_OFFSET(name), width, value)
#define READ_INDEX(name, width, value) \
    fast_read(cpu, INDEX_PLACE, INDEX_OFFSET(name, INDEX_SCALE(width)), width, value)
#define WRITE_BASE(name, width, value) \
    fast_write(cpu, BASE_SEGMENT(name), BASE_OFFSET(name), width, value)
#define WRITE_INDEX(name, width, value) \
    fast_write(cpu, INDEX_PLACE, INDEX_OFFSET(name, INDEX_SCALE(width)), width, value)
#define FIXED_MISS() hot_slow_instance(HANDLER_ARGUMENTS)

/* ---- The tables of their names ---- */

#define EACH(name)                                                                          \
    {                                                                                       \
        name##_EAX, name##_ECX, name##_EDX, name##_EBX, name##_ESP, name##_EBP, name##_ESI, \
            name##_EDI                                                                      \
    }
#define EACH_BYTE(name)                                                                        \
    {                                                                                          \
        name##_AL, name##_CL, name##_DL, name##_BL, name##_AH, name##_CH, name##_DH, name##_BH \
    }
#define EACH_PAIR(name)                                                                           \
    {                                                                                             \
        EACH(name##_EAX), EACH(name##_ECX), EACH(name##_EDX), EACH(name##_EBX), EACH(name##_ESP), \
            EACH(name##_EBP), EACH(name##_ESI), EACH(name##_EDI)                                  \
    }
/* First a byte register, then one of doublewords; and the other way. */
#define EACH_BYTE_PAIR(name)                                                                 \
    {                                                                                        \
        EACH(name##_AL), EACH(name##_CL), EACH(name##_DL), EACH(name##_BL), EACH(name##_AH), \
            EACH(name##_CH), EACH(name##_DH), EACH(name##_BH)                                \
    }
#define EACH_PAIR_BYTE(name)                                                     \
    {                                                                            \
        EACH_BYTE(name##_EAX), EACH_BYTE(name##_ECX), EACH_BYTE(name##_EDX),     \
            EACH_BYTE(name##_EBX), EACH_BYTE(name##_ESP), EACH_BYTE(name##_EBP), \
            EACH_BYTE(name##_ESI), EACH_BYTE(name##_EDI)                         \
    }

#define CONDITIONS_OF(name)                                                                       \
    {                                                                                             \
        NULL, NULL, name##_jcc2, name##_jcc3, name##_jcc4, name##_jcc5, name##_jcc6, name##_jcc7, \
            name##_jcc8, name##_jcc9, NULL, NULL, name##_jcc12, name##_jcc13, name##_jcc14,       \
            name##_jcc15                                                                          \
    }
#define EACH_BRANCH(name)                                                                    \
    {                                                                                        \
        CONDITIONS_OF(name##_EAX), CONDITIONS_OF(name##_ECX), CONDITIONS_OF(name##_EDX),     \
            CONDITIONS_OF(name##_EBX), CONDITIONS_OF(name##_ESP), CONDITIONS_OF(name##_EBP), \
            CONDITIONS_OF(name##_ESI), CONDITIONS_OF(name##_EDI)                             \
    }
#define EACH_BYTE_BRANCH(name)                                                            \
    {                                                                                     \
        CONDITIONS_OF(name##_AL), CONDITIONS_OF(name##_CL), CONDITIONS_OF(name##_DL),     \
            CONDITIONS_OF(name##_BL), CONDITIONS_OF(name##_AH), CONDITIONS_OF(name##_CH), \
            CONDITIONS_OF(name##_DH), CONDITIONS_OF(name##_BH)                            \
    }

typedef op_handler *const fixed_single[8];
typedef op_handler *const fixed_pair[8][8];
typedef op_handler *const fixed_branch[8][16];

/* Which register of the op chooses the handler. */
enum fixed_place { BY_DST, BY_SRC, BY_BASE, BY_INDEX, BY_BYTE_DST, BY_BYTE_SRC };

/* The handlers of one kind in one form; one of the tables, or none. */
struct fixed_choice {
    fixed_single *single;
    fixed_pair *pair;
    u8 first, second; /* enum fixed_place */
};
struct fixed_branch_choice {
    fixed_branch *handlers;
    u8 first;
};

/* By enum hot_kind; memory operands by what they have. */
struct fixed_kind {
    struct fixed_choice plain, base, index_ds, index_ss, absolute;
};
struct fixed_branch_kind {
    struct fixed_branch_choice plain, base, index_ds, index_ss;
};

/* Kinds below KIND_CALL; null rows are empty. Quiet: of ops that set no flags. */
extern const struct fixed_kind fixed_register_kinds[2][KIND_CALL];
extern const struct fixed_kind fixed_memory_kinds[2][KIND_CALL];
extern const struct fixed_branch_kind fixed_branch_kinds[KIND_MOVZX8];

/* Kinds of forms, for the tables: width is 0, 1, 2 for 8, 16, 32 bits. */
#define BINARY_KIND(operation, width, form) \
    (KIND_BINARY + ((operation - HOT_ADD) * 3 + width) * BINARY_FORMS + form)
#define UNARY_KIND(operation, width, form) \
    (KIND_UNARY + ((operation - HOT_INC) * 3 + width) * UNARY_FORMS + form)
#define SHIFT_KIND(operation, width, form) \
    (KIND_SHIFT + ((operation - HOT_ROL) * 3 + width) * SHIFT_FORMS + form)

#endif
