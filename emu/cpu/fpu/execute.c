#include "cpu/exec/exec.h"
#include "cpu/fault.h"
#include "cpu/fpu/call.h"

/* The coprocessor's instruction table and how the processor hands over (PRM 11.2, 387 PRM 4). */

/* Attributes. */
#define CONTROL 0x01u /* the pointers to the last instruction stay */
#define NOWAIT 0x02u  /* runs with an unmasked exception pending */
#define SYSTEM (CONTROL | NOWAIT)

struct fpu_row {
    const char *name;
    fpu_function *function; /* null: not defined */
    u8 level;               /* enum cpu_level */
    u8 attributes;
};

#define ROW(name, function, attributes)     \
    {                                       \
        name, function, CPU_386, attributes \
    }
#define NEW(name, function, level) \
    {                              \
        name, function, level, 0   \
    }
#define NONE                   \
    {                          \
        NULL, NULL, CPU_386, 0 \
    }
#define EIGHT(...)                                                                             \
    __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, \
        __VA_ARGS__
#define SEVEN_NONE NONE, NONE, NONE, NONE, NONE, NONE, NONE

/* clang-format off */

/* ModRM names memory: by escape code and reg. */
static const struct fpu_row memory_rows[8][8] = {
    { /* D8 */
        ROW("FADD", fpu_operate_memory, 0),  ROW("FMUL", fpu_operate_memory, 0),
        ROW("FCOM", fpu_compare_memory, 0),  ROW("FCOMP", fpu_compare_memory, 0),
        ROW("FSUB", fpu_operate_memory, 0),  ROW("FSUBR", fpu_operate_memory, 0),
        ROW("FDIV", fpu_operate_memory, 0),  ROW("FDIVR", fpu_operate_memory, 0),
    }, { /* D9 */
        ROW("FLD", fpu_load_real, 0),        NONE,
        ROW("FST", fpu_store_real, 0),       ROW("FSTP", fpu_store_real, 0),
        ROW("FLDENV", fpu_load_environment, CONTROL), ROW("FLDCW", fpu_load_control, CONTROL),
        ROW("FNSTENV", fpu_store_environment, SYSTEM), ROW("FNSTCW", fpu_store_control, SYSTEM),
    }, { /* DA */
        ROW("FIADD", fpu_operate_memory, 0), ROW("FIMUL", fpu_operate_memory, 0),
        ROW("FICOM", fpu_compare_memory, 0), ROW("FICOMP", fpu_compare_memory, 0),
        ROW("FISUB", fpu_operate_memory, 0), ROW("FISUBR", fpu_operate_memory, 0),
        ROW("FIDIV", fpu_operate_memory, 0), ROW("FIDIVR", fpu_operate_memory, 0),
    }, { /* DB */
        ROW("FILD", fpu_load_integer, 0),    NONE,
        ROW("FIST", fpu_store_integer, 0),   ROW("FISTP", fpu_store_integer, 0),
        NONE,                                ROW("FLD", fpu_load_extended, 0),
        NONE,                                ROW("FSTP", fpu_store_extended, 0),
    }, { /* DC */
        ROW("FADD", fpu_operate_memory, 0),  ROW("FMUL", fpu_operate_memory, 0),
        ROW("FCOM", fpu_compare_memory, 0),  ROW("FCOMP", fpu_compare_memory, 0),
        ROW("FSUB", fpu_operate_memory, 0),  ROW("FSUBR", fpu_operate_memory, 0),
        ROW("FDIV", fpu_operate_memory, 0),  ROW("FDIVR", fpu_operate_memory, 0),
    }, { /* DD */
        ROW("FLD", fpu_load_real, 0),        NONE,
        ROW("FST", fpu_store_real, 0),       ROW("FSTP", fpu_store_real, 0),
        ROW("FRSTOR", fpu_restore, CONTROL), NONE,
        ROW("FNSAVE", fpu_save, SYSTEM),     ROW("FNSTSW", fpu_store_status, SYSTEM),
    }, { /* DE */
        ROW("FIADD", fpu_operate_memory, 0), ROW("FIMUL", fpu_operate_memory, 0),
        ROW("FICOM", fpu_compare_memory, 0), ROW("FICOMP", fpu_compare_memory, 0),
        ROW("FISUB", fpu_operate_memory, 0), ROW("FISUBR", fpu_operate_memory, 0),
        ROW("FIDIV", fpu_operate_memory, 0), ROW("FIDIVR", fpu_operate_memory, 0),
    }, { /* DF */
        ROW("FILD", fpu_load_integer, 0),    NONE,
        ROW("FIST", fpu_store_integer, 0),   ROW("FISTP", fpu_store_integer, 0),
        ROW("FBLD", fpu_load_bcd, 0),        ROW("FILD", fpu_load_long, 0),
        ROW("FBSTP", fpu_store_bcd, 0),      ROW("FISTP", fpu_store_long, 0),
    },
};

/* ModRM names registers: by escape code, reg and rm. */
static const struct fpu_row register_rows[8][64] = {
    { /* D8 */
        EIGHT(ROW("FADD", fpu_operate_register, 0)),   EIGHT(ROW("FMUL", fpu_operate_register, 0)),
        EIGHT(ROW("FCOM", fpu_compare_register, 0)),   EIGHT(ROW("FCOMP", fpu_compare_register, 0)),
        EIGHT(ROW("FSUB", fpu_operate_register, 0)),   EIGHT(ROW("FSUBR", fpu_operate_register, 0)),
        EIGHT(ROW("FDIV", fpu_operate_register, 0)),   EIGHT(ROW("FDIVR", fpu_operate_register, 0)),
    }, { /* D9 */
        EIGHT(ROW("FLD", fpu_load_register, 0)),       EIGHT(ROW("FXCH", fpu_exchange, 0)),
        ROW("FNOP", fpu_nop, 0),                       SEVEN_NONE,
        EIGHT(ROW("FSTP1", fpu_store_register, 0)),
        ROW("FCHS", fpu_change_sign, 0),               ROW("FABS", fpu_absolute, 0),
        NONE,                                          NONE,
        ROW("FTST", fpu_test, 0),                      ROW("FXAM", fpu_examine, 0),
        NONE,                                          NONE,
        ROW("FLD1", fpu_load_constant, 0),             ROW("FLDL2T", fpu_load_constant, 0),
        ROW("FLDL2E", fpu_load_constant, 0),           ROW("FLDPI", fpu_load_constant, 0),
        ROW("FLDLG2", fpu_load_constant, 0),           ROW("FLDLN2", fpu_load_constant, 0),
        ROW("FLDZ", fpu_load_constant, 0),             NONE,
        ROW("F2XM1", fpu_unary, 0),                    ROW("FYL2X", fpu_binary, 0),
        ROW("FPTAN", fpu_tangent, 0),                  ROW("FPATAN", fpu_binary, 0),
        ROW("FXTRACT", fpu_extract, 0),                ROW("FPREM1", fpu_remainder, 0),
        ROW("FDECSTP", fpu_step_down, 0),              ROW("FINCSTP", fpu_step_up, 0),
        ROW("FPREM", fpu_remainder, 0),                ROW("FYL2XP1", fpu_binary, 0),
        ROW("FSQRT", fpu_unary, 0),                    ROW("FSINCOS", fpu_sine_cosine, 0),
        ROW("FRNDINT", fpu_unary, 0),                  ROW("FSCALE", fpu_binary, 0),
        ROW("FSIN", fpu_sine, 0),                      ROW("FCOS", fpu_sine, 0),
    }, { /* DA */
        EIGHT(NEW("FCMOVB", fpu_move_if, CPU_686)),    EIGHT(NEW("FCMOVE", fpu_move_if, CPU_686)),
        EIGHT(NEW("FCMOVBE", fpu_move_if, CPU_686)),   EIGHT(NEW("FCMOVU", fpu_move_if, CPU_686)),
        EIGHT(NONE),
        NONE, ROW("FUCOMPP", fpu_unordered_both, 0),   NONE, NONE, NONE, NONE, NONE, NONE,
        EIGHT(NONE),                                   EIGHT(NONE),
    }, { /* DB */
        EIGHT(NEW("FCMOVNB", fpu_move_if, CPU_686)),   EIGHT(NEW("FCMOVNE", fpu_move_if, CPU_686)),
        EIGHT(NEW("FCMOVNBE", fpu_move_if, CPU_686)),  EIGHT(NEW("FCMOVNU", fpu_move_if, CPU_686)),
        ROW("FNENI", fpu_nop, SYSTEM),                 ROW("FNDISI", fpu_nop, SYSTEM),
        ROW("FNCLEX", fpu_clear_exceptions, SYSTEM),   ROW("FNINIT", fpu_initialize, SYSTEM),
        ROW("FNSETPM", fpu_nop, SYSTEM),               NONE, NONE, NONE,
        EIGHT(NEW("FUCOMI", fpu_compare_flags, CPU_686)), EIGHT(NEW("FCOMI", fpu_compare_flags, CPU_686)),
        EIGHT(NONE),
    }, { /* DC */
        EIGHT(ROW("FADD", fpu_operate_register, 0)),   EIGHT(ROW("FMUL", fpu_operate_register, 0)),
        EIGHT(ROW("FCOM2", fpu_compare_register, 0)),  EIGHT(ROW("FCOMP3", fpu_compare_register, 0)),
        EIGHT(ROW("FSUBR", fpu_operate_register, 0)),  EIGHT(ROW("FSUB", fpu_operate_register, 0)),
        EIGHT(ROW("FDIVR", fpu_operate_register, 0)),  EIGHT(ROW("FDIV", fpu_operate_register, 0)),
    }, { /* DD */
        EIGHT(ROW("FFREE", fpu_free, 0)),              EIGHT(ROW("FXCH4", fpu_exchange, 0)),
        EIGHT(ROW("FST", fpu_store_register, 0)),      EIGHT(ROW("FSTP", fpu_store_register, 0)),
        EIGHT(ROW("FUCOM", fpu_unordered, 0)),         EIGHT(ROW("FUCOMP", fpu_unordered, 0)),
        EIGHT(NONE),                                   EIGHT(NONE),
    }, { /* DE */
        EIGHT(ROW("FADDP", fpu_operate_register, 0)),  EIGHT(ROW("FMULP", fpu_operate_register, 0)),
        EIGHT(ROW("FCOMP5", fpu_compare_register, 0)),
        NONE, ROW("FCOMPP", fpu_compare_both, 0),      NONE, NONE, NONE, NONE, NONE, NONE,
        EIGHT(ROW("FSUBRP", fpu_operate_register, 0)), EIGHT(ROW("FSUBP", fpu_operate_register, 0)),
        EIGHT(ROW("FDIVRP", fpu_operate_register, 0)), EIGHT(ROW("FDIVP", fpu_operate_register, 0)),
    }, { /* DF */
        EIGHT(ROW("FFREEP", fpu_free_pop, 0)),         EIGHT(ROW("FXCH7", fpu_exchange, 0)),
        EIGHT(ROW("FSTP8", fpu_store_register, 0)),    EIGHT(ROW("FSTP9", fpu_store_register, 0)),
        ROW("FNSTSW", fpu_store_status_ax, SYSTEM),    SEVEN_NONE,
        EIGHT(NEW("FUCOMIP", fpu_compare_flags, CPU_686)), EIGHT(NEW("FCOMIP", fpu_compare_flags, CPU_686)),
        EIGHT(NONE),
    },
};

/* clang-format on */

/* A pending error stops the next instruction that waits: #MF with NE; else IRQ 13 has told. */
static bool error_reported(struct cpu *cpu)
{
    return (cpu->fpu.status & FPU_ERROR) && (cpu->cr0 & CR0_NE);
}

static void note_instruction(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    fpu->opcode = (u16)(call->op->imm & 0x7ff);
    fpu->code_selector = call->cpu->segs[SEG_CS].selector;
    fpu->code_offset = call->op->eip;
    if (call->op->form & OP_MEMORY) {
        fpu->data_selector = call->cpu->segs[op_segment(call->op)].selector;
        fpu->data_offset = op_offset(call->cpu, call->op);
    }
}

static bool execute(struct cpu *cpu, const struct op *op)
{
    struct fpu_call call = {.cpu = cpu,
                            .fpu = &cpu->fpu,
                            .op = op,
                            .env = {.control = cpu->fpu.control},
                            .escape = op->imm >> 8 & 7u,
                            .reg = op->imm >> 3 & 7u,
                            .rm = op->imm & 7u};
    const struct fpu_row *row = op->form & OP_MEMORY ? &memory_rows[call.escape][call.reg]
                                                     : &register_rows[call.escape][op->imm & 63u];
    /* A 386 hands over whatever it is, and what a 387 does not know does nothing (unverified on
       hardware); later processors refuse. */
    if (!row->function || row->level > cpu->level)
        return cpu->level == CPU_386 || fault_ud(cpu);
    if (!(row->attributes & NOWAIT) && error_reported(cpu))
        return fault_raise(cpu, EXC_MF);
    if (!row->function(&call))
        return false;
    if (!(row->attributes & CONTROL))
        note_instruction(&call);
    return true;
}

/* ESC, D8 to DF. op->imm has the low three bits of the code in 8-10 and ModRM in 0-7. Without a
   coprocessor nobody answers: no memory is accessed, FNSTSW leaves AX. */
bool exec_escape(struct cpu *cpu, const struct op *op)
{
    if (cpu->cr0 & (CR0_EM | CR0_TS))
        return fault_raise(cpu, EXC_NM);
    return !cpu->has_fpu || execute(cpu, op);
}

bool exec_wait(struct cpu *cpu, const struct op *op)
{
    (void)op;
    if ((cpu->cr0 & CR0_MP) && (cpu->cr0 & CR0_TS))
        return fault_raise(cpu, EXC_NM);
    return !cpu->has_fpu || !error_reported(cpu) || fault_raise(cpu, EXC_MF);
}
