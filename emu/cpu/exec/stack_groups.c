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
#define PUSHED(i) op[i].dst
#define POPPED(i) op[i].dst
#include "cpu/exec/stack_group_counts.inc"
#undef SHAPE
#undef PUSHED
#undef POPPED

/* The registers that a function saves, in the order of compilers, which begin somewhere in the list
   and go on to its end; they come back the other way. At fixed places: see fixed.h. */
#define SAVED(i) ((i) == 0 ? REG_EBP : (i) == 1 ? REG_EDI : (i) == 2 ? REG_ESI : REG_EBX)
#define SHAPE saved
#define PUSHED(i) 4u * SAVED(4 - COUNT + (i))
#define POPPED(i) 4u * SAVED(3 - (i))
#include "cpu/exec/stack_group_counts.inc"

#define GROUP_MAX 4u
// clang-format off
static op_handler *const pushes[2][GROUP_MAX + 1] = {
    {NULL, NULL, group_push_2_stack32, group_push_3_stack32, group_push_4_stack32},
    {NULL, NULL, group_push_2_saved, group_push_3_saved, group_push_4_saved}};
static op_handler *const pops[2][GROUP_MAX + 1] = {
    {NULL, NULL, group_pop_2_stack32, group_pop_3_stack32, group_pop_4_stack32},
    {NULL, NULL, group_pop_2_saved, group_pop_3_saved, group_pop_4_saved}};
static op_handler *const returns[2][GROUP_MAX + 1] = {
    {NULL, group_pop_ret_1_stack32, group_pop_ret_2_stack32, group_pop_ret_3_stack32, group_pop_ret_4_stack32},
    {NULL, group_pop_ret_1_saved, group_pop_ret_2_saved, group_pop_ret_3_saved, group_pop_ret_4_saved}};
// clang-format on

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

static bool pushes_saved(const struct op *op, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (op[i].dst != op_register(SAVED(GROUP_MAX - count + i)))
            return false;
    return true;
}

static bool pops_saved(const struct op *op, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (op[i].dst != op_register(SAVED(GROUP_MAX - 1 - i)))
            return false;
    return true;
}

unsigned stack_group(struct op *op, const struct op *end)
{
    unsigned count = run_length(op, end, PUSH);
    op_handler *handler = pushes[pushes_saved(op, count)][count];
    if (count == 0) {
        count = run_length(op, end, POP);
        bool returned = op + count < end && hot_is(op + count) && op[count].kind == RET;
        handler = (returned ? returns : pops)[pops_saved(op, count)][count];
    }
    if (handler)
        op->fn = handler;
    return count > 0 ? count : 1;
}
