/* Changes of privilege, stack and task. */
#include "kernel.h"

#define CALLS 20000
#define STACK_SWITCHES 60000
#define TASK_SWITCHES 10000

static u32 stack_main, stack_other, turns;
static u32 other_stack[512], task_stack[512];

static u32 call_add(u32 value)
{
    return value + 1;
}

static u32 call_mix(u32 value)
{
    return value << 1 ^ value >> 3;
}

u32 (*const system_call_table[])(u32 value) = {call_add, call_mix};

/* Runs in ring 3. */
static u32 caller(u32 count)
{
    u32 value = 1;
    for (u32 i = 0; i < count; i++)
        __asm__ volatile("int $0x80" : "=a"(value) : "a"(i & 1), "b"(value) : "memory");
    return value;
}

u32 system_calls(void)
{
    return user_run(caller, CALLS);
}

static void other_side(void)
{
    for (;;) {
        turns = turns * 5 + 1;
        stack_switch(&stack_other, stack_main);
    }
}

/* Two threads on two stacks hand over to each other. */
u32 stack_switches(void)
{
    u32 *top = other_stack + ARRAY_COUNT(other_stack);
    *--top = (u32)other_side;
    for (u32 i = 0; i < 4; i++)
        *--top = 0;
    stack_other = (u32)top;
    turns = 0;
    for (u32 i = 0; i < STACK_SWITCHES; i++)
        stack_switch(&stack_main, stack_other);
    return turns;
}

/* The near jump is for QEMU 7.2, which otherwise saves flags that it has not computed yet. */
#define SWITCH_TO(selector) __asm__ volatile("jmp 1f\n1:\tljmp %0, $0" : : "i"(selector) : "memory")

static void other_task(void)
{
    for (;;) {
        turns = turns * 7 + 3;
        SWITCH_TO(SELECTOR_TASK_MAIN);
    }
}

/* Jumps to a task state segment and back (PRM 7.5). */
u32 task_switches(void)
{
    turns = 0;
    task_other.eip = (u32)other_task;
    task_other.eflags = 2;
    task_other.esp = (u32)(task_stack + ARRAY_COUNT(task_stack));
    task_other.cs = SELECTOR_CODE;
    task_other.ds = task_other.es = task_other.fs = task_other.gs = task_other.ss = SELECTOR_DATA;
    for (u32 i = 0; i < TASK_SWITCHES; i++)
        SWITCH_TO(SELECTOR_TASK_OTHER);
    return turns;
}

u32 modify_near_unit(void)
{
    return modify_near(20000);
}

u32 modify_far_unit(void)
{
    return modify_far(20000);
}

u32 segments(void)
{
    return far_calls(20000);
}
