#include "debug/stack_walk.h"

#include "base/bits.h"
#include "cpu/translate.h"

#define DEPTH_MAX 64u

static bool stack_dword(const struct cpu *cpu, u32 offset, u32 *value)
{
    u8 bytes[4];
    if (!translate_peek(cpu, cpu->segs[SEG_SS].base + offset, bytes, sizeof bytes))
        return false;
    *value = load_le32(bytes);
    return true;
}

/* 55h, then 89h E5h or 8Bh ECh. */
static u32 prologue_at(const struct cpu *cpu, u32 linear)
{
    u8 b[3];
    if (translate_peek(cpu, linear, b, 3) && b[0] == 0x55 &&
        ((b[1] == 0x89 && b[2] == 0xe5) || (b[1] == 0x8b && b[2] == 0xec)))
        return 1;
    return 0;
}

/* Where the return address of a function lies that has not made its own frame yet; 0: it has. */
static u32 early_return(const struct cpu *cpu)
{
    u32 linear = cpu_linear_eip(cpu);
    if (prologue_at(cpu, linear))
        return cpu->regs[REG_ESP];
    return prologue_at(cpu, linear - 1) ? cpu->regs[REG_ESP] + 4 : 0;
}

struct stack_walk stack_walk_start(const struct cpu *cpu)
{
    return (struct stack_walk){.cpu = cpu, .next = {.eip = cpu->eip}, .ebp = cpu->regs[REG_EBP]};
}

/* Finds the caller of walk->next. */
static bool find_caller(struct stack_walk *walk)
{
    u32 early = walk->depth == 1 ? early_return(walk->cpu) : 0, eip, ebp = walk->ebp;
    u32 at = early ? early : ebp + 4;
    if (!early &&
        (ebp < walk->next.frame || (ebp & 3) || ebp == 0 || !stack_dword(walk->cpu, ebp, &ebp)))
        return false;
    if (!stack_dword(walk->cpu, at, &eip) || eip == 0)
        return false;
    walk->ebp = ebp;
    walk->next = (struct stack_call){eip, at + 4};
    return true;
}

bool stack_walk_next(struct stack_walk *walk, struct stack_call *call)
{
    if (walk->ended)
        return false;
    *call = walk->next;
    walk->depth++;
    walk->ended = walk->depth >= DEPTH_MAX || !find_caller(walk);
    return true;
}
