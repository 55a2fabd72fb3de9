#ifndef GLASS386_CPU_EXEC_EXEC_H
#define GLASS386_CPU_EXEC_EXEC_H

#include "cpu/opcodes.h"

/* The functions that the opcode table names. Each executes one instruction on a decoded op (operand
   conventions: op.h and decode.c); flags are in cpu->lazy, cpu->eip is at the instruction and
   op[1].eip is that of the next one. False: cpu->fault is set and nothing has changed. */

/* arithmetic.c */
exec_function exec_mul, exec_imul, exec_div, exec_idiv, exec_imul_3;
exec_function exec_cbw, exec_cwd;
exec_function exec_shld, exec_shld_cl, exec_shrd, exec_shrd_cl;
/* decimal.c */
exec_function exec_daa, exec_das, exec_aaa, exec_aas, exec_aam, exec_aad;
/* bits.c */
exec_function exec_bt, exec_bts, exec_btr, exec_btc, exec_bsf, exec_bsr;
exec_function exec_setcc, exec_cmov;
exec_function exec_sahf, exec_lahf, exec_salc, exec_cmc, exec_clc, exec_stc, exec_cld, exec_std;
/* moves.c */
exec_function exec_mov_from_segment, exec_mov_to_segment, exec_les, exec_lds, exec_lss, exec_lfs;
exec_function exec_lgs, exec_xchg, exec_xlat, exec_bswap, exec_xadd, exec_cmpxchg, exec_cmpxchg8b;
exec_function exec_nop;
/* string.c: one iteration */
exec_function exec_movs, exec_cmps, exec_stos, exec_lods, exec_scas, exec_ins, exec_outs;
/* string_run.c: up to `most` iterations of a repeated string instruction at once, as many as can be
   done without a check, or until its condition ends them; 0: use the function itself. They touch
   nothing but RAM, the registers, and for INS and OUTS a port that gives data in one piece. */
u32 string_run(struct cpu *cpu, const struct op *op, exec_function *function, u32 most);
/* stack.c */
exec_function exec_push, exec_pop, exec_push_segment, exec_pop_segment, exec_pusha, exec_popa;
exec_function exec_pushf, exec_popf, exec_enter, exec_leave;
/* control.c */
exec_function exec_call_near, exec_jmp_near, exec_call_far, exec_jmp_far, exec_call_far_memory;
exec_function exec_jmp_far_memory, exec_retf, exec_int3, exec_int, exec_into, exec_icebp, exec_iret;
exec_function exec_bound;
/* In place of a branch whose target lies beyond the CS limit: #GP(0) if it would be taken. */
exec_function exec_branch_beyond_limit;
/* io.c */
exec_function exec_in, exec_out, exec_in_dx, exec_out_dx;
/* system.c */
exec_function exec_cli, exec_sti, exec_hlt, exec_sldt, exec_str, exec_lldt, exec_ltr, exec_verr;
exec_function exec_verw, exec_sgdt, exec_sidt, exec_lgdt, exec_lidt, exec_smsw, exec_lmsw;
exec_function exec_invlpg, exec_lar, exec_lsl, exec_clts, exec_ring0_nop, exec_arpl;
exec_function exec_mov_from_control, exec_mov_to_control, exec_mov_from_debug, exec_mov_to_debug;
exec_function exec_mov_from_test, exec_mov_to_test;
exec_function exec_wait, exec_escape, exec_fxsave, exec_fxrstor;
/* level.c */
exec_function exec_rdtsc, exec_cpuid, exec_rdmsr, exec_wrmsr, exec_rdpmc;

#endif
