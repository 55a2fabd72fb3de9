#ifndef GLASS386_CPU_FPU_FPU_H
#define GLASS386_CPU_FPU_FPU_H

#include "cpu/fpu/float80.h"

/* The programmer's model of the 80387 (387 PRM 2.1). */
struct fpu {
    u64 mantissa[8]; /* R0 to R7, not ST */
    u16 exponent[8]; /* with the sign in bit 15 */
    u8 used;         /* bit n: Rn is not empty; the rest of the tag word follows from the values */
    u16 control, status;
    u16 opcode; /* of the last instruction that was not a control one: the 11 bits after ESC */
    u16 code_selector, data_selector;
    u32 code_offset, data_offset;
    bool latched; /* an error was signalled by IRQ 13 and not yet acknowledged at port F0h */
};

/* Control word; bits 0-5 mask the exceptions. */
#define FPU_CONTROL_INIT 0x037fu
#define FPU_CONTROL_KEPT 0x1f3fu /* bits that can be set; bit 6 is always 1 */
#define FPU_CONTROL_ONES 0x0040u
/* Status word; bits 0-5 are the exceptions. */
#define FPU_STACK_FAULT 0x0040u
#define FPU_ERROR 0x0080u /* ES */
#define FPU_C0 0x0100u
#define FPU_C1 0x0200u
#define FPU_C2 0x0400u
#define FPU_TOP_SHIFT 11u
#define FPU_TOP 0x3800u
#define FPU_C3 0x4000u
#define FPU_BUSY 0x8000u /* B: as ES on a 387 */
#define FPU_CONDITIONS (FPU_C0 | FPU_C1 | FPU_C2 | FPU_C3)

struct cpu;

/* RESET pin. */
void fpu_reset(struct fpu *fpu);
/* Port F0h: the board lowers IRQ 13 and the 387's BUSY#. */
void fpu_release_busy(struct cpu *cpu);
/* Puts loaded data in range. */
void fpu_after_load(struct fpu *fpu);

static inline unsigned fpu_top(const struct fpu *fpu)
{
    return (unsigned)(fpu->status & FPU_TOP) >> FPU_TOP_SHIFT;
}
/* Number of the register that ST(i) is. */
static inline unsigned fpu_register(const struct fpu *fpu, unsigned i)
{
    return (fpu_top(fpu) + i) & 7u;
}
static inline bool fpu_is_empty(const struct fpu *fpu, unsigned i)
{
    return !(fpu->used >> fpu_register(fpu, i) & 1u);
}
/* The value of ST(i). */
static inline struct float80 fpu_get(const struct fpu *fpu, unsigned i)
{
    unsigned number = fpu_register(fpu, i);
    return (struct float80){fpu->mantissa[number], fpu->exponent[number]};
}
/* As FSTENV stores it: two bits for R0 to R7, 0 valid, 1 zero, 2 special, 3 empty. */
u16 fpu_tag_word(const struct fpu *fpu);

#endif
