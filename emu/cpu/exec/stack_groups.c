#include "cpu/exec/hot_kind.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* Runs of pushes and pops, as functions begin and end with: group_push_3_stack32. */

/* In full: the compilers would make it a loop. */
#define GROUP_UNROLL _Pragma("GCC unroll 4")

#define OPERATION group
#define WIDTH COUNT
#define SHAPE stack32
#define COUNT 1
#include "cpu/exec/stack_group.inc"
#undef COUNT
#define GROUP_PUSH
#define COUNT 2
#include "cpu/exec/stack_group.inc"
#undef COUNT
#define COUNT 3
#include "cpu/exec/stack_group.inc"
#undef COUNT
#define COUNT 4
#include "cpu/exec/stack_group.inc"
#undef COUNT

#define GROUP_MAX 4u
static op_handler *const pushes[GROUP_MAX + 1] = {NULL, NULL, group_push_2_stack32,
                                                  group_push_3_stack32, group_push_4_stack32};
static op_handler *const pops[GROUP_MAX + 1] = {NULL, NULL, group_pop_2_stack32,
                                                group_pop_3_stack32, group_pop_4_stack32};
static op_handler *const returns[GROUP_MAX + 1] = {NULL, group_pop_ret_1_stack32,
                                                   group_pop_ret_2_stack32, group_pop_ret_3_stack32,
                                                   group_pop_ret_4_stack32};

/* Kinds of the doubleword forms on a 32-bit stack. */
#define PUSH (KIND_PUSH_REG + 3)
#define POP (KIND_POP + 3)
#define RET (KIND_RET + 3)

static unsigned run_length(const struct op *op, const struct op *end, unsigned kind)
{
    unsigned count = 0;
    while (count < GROUP_MAX && op + count < end && hot_is(op + count) && op[count].kind == kind &&
           op[count].dst != op_register(REG_ESP))
        count++;
    return count;
}

unsigned stack_group(struct op *op, const struct op *end)
{
    unsigned count = run_length(op, end, PUSH);
    op_handler *handler = pushes[count];
    if (count == 0) {
        count = run_length(op, end, POP);
        handler = pops[count];
        if (op + count < end && hot_is(op + count) && op[count].kind == RET)
            handler = returns[count];
    }
    if (handler)
        op->fn = handler;
    return count > 0 ? count : 1;
}
