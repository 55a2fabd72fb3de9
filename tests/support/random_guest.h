#ifndef GLASS386_TESTS_RANDOM_GUEST_H
#define GLASS386_TESTS_RANDOM_GUEST_H

#include "support/cpu_testbed.h"

/* A guest made of chance: random code sprinkled with the instructions that change mode and
   privilege, random descriptors, gates, tasks and pages. The same seed gives the same guest. */

u32 random_next(u64 *state);
void random_guest_build(struct cpu_testbed *bed, u64 *state);

#endif
