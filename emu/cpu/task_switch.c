#include "cpu/access.h"
#include "cpu/blocks.h"
#include "cpu/debug_registers.h"
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/fault.h"
#include "cpu/stack_frame.h"
#include "cpu/system.h"
#include "cpu/transfer.h"

/* Hardware task switches, 386 and 286 task state segments, and what else is read from a TSS: inner
   stacks and the I/O permission bitmap (PRM 7, 8.3.2). */

#define TSS32_CR3 0x1cu
#define TSS32_TRAP 0x64u
#define TSS32_IO_MAP 0x66u
#define TSS16_LENGTH 0x2cu
#define TSS32_LENGTH 0x68u

/* Where a TSS keeps what; the selectors are a run of elements in the encoding's order. */
struct tss_layout {
    u8 size; /* of one element: 2 or 4 */
    u8 eip, eflags, regs, selectors, selector_count, ldt;
    u8 first_stack; /* ESP0, then SS0, then those of rings 1 and 2 */
    u8 length;      /* bytes that must lie within the limit */
};
static const struct tss_layout layout16 = {2, 0x0e, 0x10, 0x12, 0x22, 4, 0x2a, 0x02, TSS16_LENGTH};
static const struct tss_layout layout32 = {4, 0x20, 0x24, 0x28, 0x48, 6, 0x60, 0x04, TSS32_LENGTH};

static const struct tss_layout *layout_of(unsigned access)
{
    return access & SYS_WIDE ? &layout32 : &layout16;
}

/* A TSS as read from memory. */
struct task_image {
    const struct tss_layout *layout;
    u8 bytes[TSS32_LENGTH];
};

static u32 element(const struct task_image *image, unsigned offset)
{
    return image->layout->size == 4 ? load_le32(image->bytes + offset)
                                    : load_le16(image->bytes + offset);
}

static u16 selector_at(const struct task_image *image, unsigned number)
{
    const struct tss_layout *layout = image->layout;
    if (number >= layout->selector_count)
        return 0; /* FS and GS do not exist in a 286 task */
    return (u16)element(image, layout->selectors + number * layout->size);
}

/* ---- Inner stacks and the I/O permission bitmap ---- */

bool tss_stack(struct cpu *cpu, unsigned ring, u16 *ss, u32 *esp)
{
    const struct tss_layout *layout = layout_of(cpu->tr.access);
    u32 offset = layout->first_stack + ring * 2u * layout->size;
    u32 selector;
    if (cpu->tr.access == 0 || offset + 2u * layout->size - 1 > cpu->tr.limit)
        return fault_ts(cpu, selector_error(cpu->tr.selector));
    if (!system_read(cpu, cpu->tr.base + offset, layout->size, esp) ||
        !system_read(cpu, cpu->tr.base + offset + layout->size, 2, &selector))
        return false;
    *ss = (u16)selector;
    return true;
}

/* Two bytes of the map are always read, so the map ends with a byte of ones (PRM 8.3.2). */
bool io_bitmap_allows(struct cpu *cpu, u16 port, unsigned size)
{
    u32 map, bits;
    if (!(cpu->tr.access & SYS_WIDE) || cpu->tr.limit < TSS32_IO_MAP + 1)
        return fault_gp(cpu, 0);
    if (!system_read(cpu, cpu->tr.base + TSS32_IO_MAP, 2, &map))
        return false;
    u32 byte = map + port / 8u;
    if (byte + 1 > cpu->tr.limit)
        return fault_gp(cpu, 0);
    if (!system_read(cpu, cpu->tr.base + byte, 2, &bits))
        return false;
    return !(bits >> port % 8u & ((1u << size) - 1)) || fault_gp(cpu, 0);
}

/* ---- The switch: everything that can be refused in the old task (PRM 7.5, steps 1-3) ---- */

struct task_change {
    enum task_switch_kind kind;
    u16 selector, old_selector;
    u32 next_eip;
    struct descriptor descriptor, old_descriptor;
    struct task_image image;
    u8 *old_host; /* the old TSS, when it lies in one page that may be written directly; else null
                   */
};

static bool is_tss(const struct descriptor *d, bool busy)
{
    unsigned type = descriptor_type(d);
    return busy ? type == SYS_TSS16_BUSY || type == SYS_TSS32_BUSY
                : type == SYS_TSS16 || type == SYS_TSS32;
}

/* What is wrong with a TSS that JMP or CALL names is #GP. One that a back link or a gate of the IDT
   names is #TS (PRM 17 INT, IRET); for the IDT a 686 raises #GP (SDM2 INT). */
static u8 bad_tss_vector(const struct cpu *cpu, enum task_switch_kind kind)
{
    if (kind == TASK_INTERRUPT)
        return cpu->level >= CPU_686 ? EXC_GP : EXC_TS;
    return kind == TASK_RETURN ? EXC_TS : EXC_GP;
}

static bool check_tss(struct cpu *cpu, struct task_change *change)
{
    bool is_return = change->kind == TASK_RETURN;
    u8 vector = bad_tss_vector(cpu, change->kind);
    u16 error = selector_error(change->selector);
    struct descriptor *d = &change->descriptor;
    if (change->selector & SELECTOR_TI)
        return fault_raise_error(cpu, vector, error);
    if (!descriptor_read(cpu, change->selector, vector, d))
        return false;
    if (!is_tss(d, is_return))
        return fault_raise_error(cpu, vector, error);
    if (!descriptor_present(d))
        return fault_np(cpu, error);
    change->image.layout = layout_of(descriptor_type(d));
    return descriptor_limit(d) >= change->image.layout->length - 1u || fault_ts(cpu, error);
}

/* Reads a whole image. The first access makes the buffer know the page: most task state
   segments lie in one, and are then copied at once. */
static bool read_block(struct cpu *cpu, u32 linear, u8 *to, u32 length)
{
    const u8 *host = linear_host(cpu, linear, length, false, false);
    if (!host && (!linear_check_range(cpu, linear, length, ACCESS_READ) ||
                  !linear_read_bytes(cpu, linear, false, to, 4)))
        return false;
    if (!host)
        host = linear_host(cpu, linear, length, false, false);
    if (host && length == TSS32_LENGTH)
        memcpy(to, host, TSS32_LENGTH);
    else if (host)
        memcpy(to, host, TSS16_LENGTH);
    for (u32 done = 4; !host && done < length; done += 4)
        if (!linear_read_bytes(cpu, linear + done, false, to + done, 4))
            return false;
    return true;
}

/* Pages of both task state segments and of their descriptors are touched before anything changes,
   so that no page fault can come in the middle. */
static bool prepare(struct cpu *cpu, struct task_change *change)
{
    const struct tss_layout *old = layout_of(cpu->tr.access);
    bool nests = change->kind == TASK_CALL || change->kind == TASK_INTERRUPT;
    if (!check_tss(cpu, change))
        return false;
    if (cpu->tr.access == 0 || cpu->tr.limit < old->length - 1u)
        return fault_ts(cpu, selector_error(cpu->tr.selector));
    if (!linear_check_range(cpu, cpu->tr.base, old->length, ACCESS_WRITE) ||
        !read_block(cpu, descriptor_base(&change->descriptor), change->image.bytes,
                    change->image.layout->length))
        return false;
    if (!linear_check_range(cpu, change->descriptor.linear, 8, ACCESS_WRITE))
        return false;
    if (nests)
        return linear_check_range(cpu, descriptor_base(&change->descriptor), 2, ACCESS_WRITE);
    return descriptor_read(cpu, change->old_selector, EXC_TS, &change->old_descriptor) &&
           linear_check_range(cpu, change->old_descriptor.linear, 8, ACCESS_WRITE);
}

/* ---- Saving the old task (step 4): nothing here can fail ---- */

static void save_element(struct cpu *cpu, const struct task_change *change, unsigned offset,
                         unsigned size, u32 value)
{
    if (!change->old_host)
        system_write(cpu, cpu->tr.base + offset, size, value);
    else if (size == 4)
        store_le32(change->old_host + offset, value);
    else
        store_le16(change->old_host + offset, (u16)value);
}

static void save_task(struct cpu *cpu, struct task_change *change)
{
    const struct tss_layout *layout = layout_of(cpu->tr.access);
    unsigned size = layout->size;
    u32 eflags = cpu_get_eflags(cpu);
    if (change->kind == TASK_RETURN)
        eflags &= ~FLAG_NT;
    save_element(cpu, change, layout->eip, size, change->next_eip);
    change->old_host = linear_host(cpu, cpu->tr.base, layout->length, false, true);
    save_element(cpu, change, layout->eflags, size, eflags);
    for (unsigned i = 0; i < 8; i++)
        save_element(cpu, change, layout->regs + i * size, size, cpu->regs[i]);
    for (unsigned i = 0; i < layout->selector_count; i++)
        save_element(cpu, change, layout->selectors + i * size, 2, cpu->segs[i].selector);
}

/* Busy bits and back link (PRM Table 7-2). */
static void mark_tasks(struct cpu *cpu, struct task_change *change)
{
    bool nests = change->kind == TASK_CALL || change->kind == TASK_INTERRUPT;
    if (!nests)
        descriptor_set_busy(cpu, &change->old_descriptor, false);
    descriptor_set_busy(cpu, &change->descriptor, true);
    if (nests)
        system_write(cpu, descriptor_base(&change->descriptor), 2, change->old_selector);
}

/* ---- Loading the new task (steps 5-7) ---- */

static void load_general_registers(struct cpu *cpu, const struct task_image *image)
{
    const u8 *from = image->bytes + image->layout->regs;
    if (image->layout == &layout32) {
        for (unsigned i = 0; i < 8; i++)
            cpu->regs[i] = load_le32(from + 4 * i);
        return;
    }
    /* Unverified on hardware: a 286 task leaves ones in the upper halves. */
    for (unsigned i = 0; i < 8; i++)
        cpu->regs[i] = 0xffff0000u | load_le16(from + 2 * i);
}

static void load_registers(struct cpu *cpu, const struct task_change *change)
{
    const struct task_image *image = &change->image;
    const struct tss_layout *layout = image->layout;
    load_general_registers(cpu, image);
    cpu->eip = element(image, layout->eip);
    u32 eflags = element(image, layout->eflags);
    if (change->kind == TASK_CALL || change->kind == TASK_INTERRUPT)
        eflags |= FLAG_NT;
    eflags_load(cpu, eflags, eflags_known(cpu) | FLAG_VM);
}

static void load_page_directory(struct cpu *cpu, const struct task_image *image)
{
    if (image->layout == &layout32 && cpu_paging(cpu))
        cpu_set_cr3(cpu, load_le32(image->bytes + TSS32_CR3));
}

/* Selectors are there from now on; their descriptors follow one by one, each with its check. */
static void load_selectors(struct cpu *cpu, const struct task_image *image)
{
    for (unsigned i = 0; i < SEG_COUNT; i++)
        segment_from_null(&cpu->segs[i], selector_at(image, i));
    segment_from_null(&cpu->ldtr, (u16)element(image, image->layout->ldt));
}

static void commit(struct cpu *cpu, struct task_change *change)
{
    log_line(cpu->log, LOG_TASK, "task %04x -> %04x at %04x:%08x", change->old_selector,
             change->selector, cpu->segs[SEG_CS].selector, cpu->eip);
    cpu_note_event(cpu, CPU_EVENT_TASK, change->selector);
    save_task(cpu, change);
    mark_tasks(cpu, change);
    segment_from_descriptor(&cpu->tr, change->selector, &change->descriptor);
    cpu->cr0 |= CR0_TS;
    cpu->dr[7] &= ~DR7_LOCAL;
    load_page_directory(cpu, &change->image);
    load_registers(cpu, change);
    load_selectors(cpu, &change->image);
    system_set_cpl(cpu, cpu_v86(cpu) ? 3 : selector_rpl(cpu->segs[SEG_CS].selector));
}

/* ---- Descriptors of the new task: faults now belong to it (PRM Table 7-1) ---- */

static bool load_ldt(struct cpu *cpu)
{
    u16 selector = cpu->ldtr.selector;
    struct descriptor d;
    if (selector_null(selector))
        return true;
    if (selector & SELECTOR_TI)
        return fault_ts(cpu, selector_error(selector));
    if (!descriptor_read(cpu, selector, EXC_TS, &d))
        return false;
    if (descriptor_type(&d) != SYS_LDT || !descriptor_present(&d))
        return fault_ts(cpu, selector_error(selector));
    segment_from_descriptor(&cpu->ldtr, selector, &d);
    return true;
}

static bool load_code(struct cpu *cpu)
{
    u16 selector = cpu->segs[SEG_CS].selector;
    u16 error = selector_error(selector);
    struct descriptor d;
    if (selector_null(selector))
        return fault_ts(cpu, error);
    if (!descriptor_read(cpu, selector, EXC_TS, &d))
        return false;
    unsigned access = descriptor_access(&d);
    bool allowed = access_is_conforming(access) ? descriptor_dpl(&d) <= cpu->cpl
                                                : descriptor_dpl(&d) == cpu->cpl;
    if (!access_is_code(access) || !allowed)
        return fault_ts(cpu, error);
    if (!descriptor_present(&d))
        return fault_np(cpu, error);
    if (!descriptor_mark_accessed(cpu, &d))
        return false;
    segment_commit_code(cpu, selector, &d, cpu->cpl, cpu->eip);
    return true;
}

static bool load_stack(struct cpu *cpu)
{
    u16 selector = cpu->segs[SEG_SS].selector;
    struct descriptor d;
    if (!segment_check_stack(cpu, selector, cpu->cpl, EXC_TS, &d) ||
        !descriptor_mark_accessed(cpu, &d))
        return false;
    segment_from_descriptor(&cpu->segs[SEG_SS], selector, &d);
    blocks_update_mode(cpu);
    return true;
}

/* `before` was loaded last: the same selector gives the same again. */
static bool load_data(struct cpu *cpu, unsigned number, unsigned before)
{
    u16 selector = cpu->segs[number].selector;
    struct descriptor d;
    if (selector_null(selector))
        return true;
    if (number != before && selector == cpu->segs[before].selector) {
        cpu->segs[number] = cpu->segs[before];
        return true;
    }
    if (!segment_check_data(cpu, selector, cpu->cpl, EXC_TS, &d) ||
        !descriptor_mark_accessed(cpu, &d))
        return false;
    segment_from_descriptor(&cpu->segs[number], selector, &d);
    return true;
}

static void load_v86_segments(struct cpu *cpu)
{
    for (unsigned i = 0; i < SEG_COUNT; i++)
        segment_from_v86(&cpu->segs[i], cpu->segs[i].selector);
    blocks_update_mode(cpu);
}

static bool load_descriptors(struct cpu *cpu)
{
    if (!load_ldt(cpu))
        return false;
    if (cpu_v86(cpu)) {
        load_v86_segments(cpu);
        return true;
    }
    return load_code(cpu) && load_stack(cpu) && load_data(cpu, SEG_DS, SEG_DS) &&
           load_data(cpu, SEG_ES, SEG_DS) && load_data(cpu, SEG_FS, SEG_ES) &&
           load_data(cpu, SEG_GS, SEG_FS);
}

/* ---- After the switch ---- */

static bool push_error_code(struct cpu *cpu, const struct task_change *change, u32 error)
{
    struct stack_frame frame;
    unsigned size = change->image.layout->size;
    stack_frame_current(cpu, &frame);
    if (!stack_frame_room_push(cpu, &frame, 1, size) || !stack_frame_prepare(cpu, &frame, 1, size))
        return false;
    stack_frame_push(cpu, &frame, error, size);
    stack_frame_commit(cpu, &frame);
    return true;
}

static bool trap_bit(const struct task_image *image)
{
    return image->layout == &layout32 && (image->bytes[TSS32_TRAP] & 1);
}

bool task_switch(struct cpu *cpu, u16 tss_selector, enum task_switch_kind kind, u32 next_eip,
                 bool push_error, u32 error)
{
    struct task_change change; /* large: what is not set here is set before it is read */
    change.kind = kind;
    change.selector = tss_selector;
    change.old_selector = cpu->tr.selector;
    change.next_eip = next_eip;
    change.old_host = NULL;
    if (!prepare(cpu, &change))
        return false;
    commit(cpu, &change);
    if (!load_descriptors(cpu)) {
        blocks_update_mode(cpu);
        return false;
    }
    if (push_error && !push_error_code(cpu, &change, error))
        return false;
    if (cpu->eip > cpu->segs[SEG_CS].limit)
        return fault_gp(cpu, 0);
    if (trap_bit(&change.image)) {
        cpu->dr[6] |= DR6_BT;
        return fault_raise(cpu, EXC_DB); /* a trap, taken before the first instruction */
    }
    return true;
}
