#include "debug/guest.h"

#include "base/bits.h"
#include "cpu/translate.h"
#include "debug/describe.h"
#include "debug/guest_kernel.h"

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
static bool is_kernel_task(const struct guest_kernel *kernel, u32 address)
{
    u32 array;
    if (!guest_symbol(kernel, "task", &array))
        return false;
    for (u32 slot = 0; slot < KERNEL_SLOTS; slot++)
        if (address && guest_read(kernel, array + 4 * slot, 4) == address)
            return true;
    return false;
}

/* The kernel's addresses are physical ones; its segments may begin at `kernel_base`. */
static void read_kernel_view(const struct cpu *cpu, const struct symbols *symbols,
                             struct guest_task *task)
{
    struct guest_kernel kernel = {cpu->memory, symbols};
    u32 kernel_base = 0;
    if (!symbols)
        return;
    guest_value(&kernel, "kernel_base", &kernel_base);
    u32 base = task->tss_base - TASK_TSS - kernel_base;
    if (!is_kernel_task(&kernel, base))
        return;
    u32 parent = guest_read(&kernel, base + TASK_PARENT, 4);
    task->has_kernel_view = true;
    task->state = guest_read(&kernel, base + TASK_STATE, 4);
    task->counter = guest_read(&kernel, base + TASK_COUNTER, 4);
    task->end_code = guest_read(&kernel, base + TASK_END_CODE, 4);
    task->end_data = guest_read(&kernel, base + TASK_END_DATA, 4);
    task->brk = guest_read(&kernel, base + TASK_BRK, 4);
    task->start_stack = guest_read(&kernel, base + TASK_START_STACK, 4);
    task->pid = guest_read(&kernel, base + TASK_PID, 4);
    task->father = parent ? guest_read(&kernel, parent + TASK_PID, 4) : 0;
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
