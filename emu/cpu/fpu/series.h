#ifndef GLASS386_CPU_FPU_SERIES_H
#define GLASS386_CPU_FPU_SERIES_H

#include "cpu/fpu/round.h"

/* What transcendental.c and angles.c share. Private to fpu/. */

/* Sum of terms[k] z^k, of (-z)^k when alternating; |at| = z < 1. The terms are in units of 2^-127,
   and so is the error. */
struct wide series_sum(const struct u128 *terms, unsigned count, const struct wide *at,
                       bool alternating);

/* For a result that is known not to be exact. */
struct float80 pack_inexact(struct float_env *env, struct wide value);

#endif
