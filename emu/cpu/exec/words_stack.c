#include "cpu/exec/hot_kind.h"
#include "cpu/exec/jump.h"
#include "cpu/exec/template.h"
#include "cpu/exec/tune.h"

/* Runs of word pushes and pops on a 16-bit stack, as stack_groups.c has them of doublewords:
   push_words_3, pop_words_2, pop_words_2_ret. */

#define NAME_(first, count, last) first##count##last
#define NAME(first, count, last) NAME_(first, count, last)
#define COUNT 1
#include "cpu/exec/words_stack.inc"
#undef COUNT
#define COUNT 2
#include "cpu/exec/words_stack.inc"
#undef COUNT
#define COUNT 3
#include "cpu/exec/words_stack.inc"
#undef COUNT
#define COUNT 4
#include "cpu/exec/words_stack.inc"
#undef COUNT

#define RUN_MAX 4u
static op_handler *const pushes[RUN_MAX + 1] = {NULL, NULL, push_words_2, push_words_3,
                                                push_words_4};
static op_handler *const pops[RUN_MAX + 1] = {NULL, NULL, pop_words_2, pop_words_3, pop_words_4};
static op_handler *const returns[RUN_MAX + 1] = {NULL, pop_words_1_ret, pop_words_2_ret,
                                                 pop_words_3_ret, pop_words_4_ret};

/* The kinds of groups by sizes begin with words on a 16-bit stack. */
static unsigned run_length(const struct op *op, const struct op *end, unsigned kind)
{
    unsigned count = 0;
    while (count < RUN_MAX && op + count < end && hot_is(op + count) && op[count].kind == kind &&
           op[count].dst != op_register(REG_ESP))
        count++;
    return count;
}

unsigned word_stack_group(struct op *op, const struct op *end)
{
    unsigned count = run_length(op, end, KIND_PUSH_REG);
    op_handler *handler = pushes[count];
    if (count == 0) {
        count = run_length(op, end, KIND_POP);
        bool returned = op + count < end && hot_is(op + count) && op[count].kind == KIND_RET;
        handler = (returned ? returns : pops)[count];
    }
    if (handler)
        op->fn = handler;
    return count > 0 ? count : 1;
}
