#include "debug/guest.h"

#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/describe.h"

#define TSS_386 9u
#define TSS_BUSY 2u

/* Offsets in the 386's task state segment (PRM 7.1). */
enum tss_offset { TSS_CR3 = 28, TSS_EIP = 32, TSS_ESP = 56, TSS_CS = 76, TSS_LDT = 96 };

/* Offsets in the 0.12 task_struct; the TSS lies inside it. */
enum task_offset {
    TASK_STATE = 0,
    TASK_COUNTER = 4,
    TASK_END_CODE = 540,
    TASK_END_DATA = 544,
    TASK_BRK = 548,
    TASK_START_STACK = 552,
    TASK_PID = 556,
    TASK_PARENT = 700,
    TASK_TSS = 944,
};
#define KERNEL_SLOTS 64u

static u32 peek32(const struct cpu *cpu, u32 linear)
{
    u8 bytes[4];
    return translate_peek(cpu, linear, bytes, sizeof bytes) ? load_le32(bytes) : 0;
}

/* The structure is believed only when the kernel's own array points at it. */
static bool is_kernel_task(const struct cpu *cpu, const struct symbols *symbols, u32 address)
{
    u32 array;
    if (!symbols || !symbols_find(symbols, "task", 4, &array))
        return false;
    for (u32 slot = 0; slot < KERNEL_SLOTS; slot++)
        if (address && peek32(cpu, array + 4 * slot) == address)
            return true;
    return false;
}

static void read_kernel_view(const struct cpu *cpu, const struct symbols *symbols,
                             struct guest_task *task)
{
    u32 base = task->tss_base - TASK_TSS;
    if (!is_kernel_task(cpu, symbols, base))
        return;
    u32 parent = peek32(cpu, base + TASK_PARENT);
    task->has_kernel_view = true;
    task->state = peek32(cpu, base + TASK_STATE);
    task->counter = peek32(cpu, base + TASK_COUNTER);
    task->end_code = peek32(cpu, base + TASK_END_CODE);
    task->end_data = peek32(cpu, base + TASK_END_DATA);
    task->brk = peek32(cpu, base + TASK_BRK);
    task->start_stack = peek32(cpu, base + TASK_START_STACK);
    task->pid = peek32(cpu, base + TASK_PID);
    task->father = parent ? peek32(cpu, parent + TASK_PID) : 0;
}

static void read_tss(const struct cpu *cpu, struct guest_task *task)
{
    u64 descriptor;
    u32 address;
    task->cr3 = peek32(cpu, task->tss_base + TSS_CR3);
    task->eip = peek32(cpu, task->tss_base + TSS_EIP);
    task->esp = peek32(cpu, task->tss_base + TSS_ESP);
    task->cs = (u16)peek32(cpu, task->tss_base + TSS_CS);
    task->ldt_selector = (u16)peek32(cpu, task->tss_base + TSS_LDT);
    if (task->ldt_selector & 0xfffc &&
        translate_descriptor(cpu, task->ldt_selector, &descriptor, &address))
        task->ldt_base = descriptor_decode(descriptor).base;
}

u32 guest_tasks(const struct cpu *cpu, const struct symbols *symbols, struct guest_task *tasks,
                u32 limit)
{
    u32 count = 0;
    for (u32 selector = 8; selector + 7 <= cpu->gdtr.limit && count < limit; selector += 8) {
        u64 descriptor;
        u32 address;
        if (!translate_descriptor(cpu, (u16)selector, &descriptor, &address))
            continue;
        struct descriptor_fields fields = descriptor_decode(descriptor);
        if (!fields.system || !fields.present || (fields.type & ~TSS_BUSY) != TSS_386)
            continue;
        struct guest_task *task = &tasks[count++];
        *task = (struct guest_task){.tss_selector = (u16)selector,
                                    .tss_base = fields.base,
                                    .busy = fields.type & TSS_BUSY,
                                    .current = (cpu->tr.selector & 0xfff8) == selector};
        read_tss(cpu, task);
        read_kernel_view(cpu, symbols, task);
    }
    return count;
}

const char *guest_task_state(u32 state)
{
    static const char *const names[] = {"running", "interruptible", "uninterruptible", "zombie",
                                        "stopped"};
    return state < ARRAY_COUNT(names) ? names[state] : "?";
}
