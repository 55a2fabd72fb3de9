#include "cpu/stack_frame.h"

#include "cpu/access.h"
#include "cpu/debug_registers.h"
#include "cpu/fault.h"
#include "cpu/transfer.h"

bool stack_frame_inner(struct cpu *cpu, unsigned ring, struct stack_frame *frame)
{
    struct descriptor d;
    u16 selector;
    if (!tss_stack(cpu, ring, &selector, &frame->esp) ||
        !segment_check_stack(cpu, selector, ring, EXC_TS, &d) || !descriptor_mark_accessed(cpu, &d))
        return false;
    segment_from_descriptor(&frame->inner, selector, &d);
    frame->ss = &frame->inner;
    frame->user = ring == 3;
    frame->error = selector_error(selector);
    frame->direct = NULL;
    return true;
}

/* Offset of the n-th element above (pops) or below (pushes) the top. */
static u32 element(const struct stack_frame *frame, s32 n, unsigned size)
{
    return stack_frame_moved(frame, (u32)n * size) & stack_frame_mask(frame);
}

/* True when `count` elements from `first` on lie side by side: the offset does not wrap. */
static bool contiguous(const struct stack_frame *frame, u32 lowest, unsigned count, unsigned size)
{
    return lowest <= stack_frame_mask(frame) - (count * size - 1);
}

static bool room(struct cpu *cpu, const struct stack_frame *frame, u32 lowest, unsigned count,
                 unsigned size, enum access_kind kind)
{
    u32 fast = kind == ACCESS_WRITE ? frame->ss->fast_write : frame->ss->fast_read;
    u32 last = count * size - 1;
    if (count == 0)
        return true;
    if (lowest < fast && last < fast - lowest)
        return true;
    if (contiguous(frame, lowest, count, size))
        return segment_check(frame->ss, lowest, count * size, kind).passed ||
               fault_ss(cpu, frame->error);
    for (unsigned i = 0; i < count; i++)
        if (!segment_check(frame->ss, (lowest + i * size) & stack_frame_mask(frame), size, kind)
                 .passed)
            return fault_ss(cpu, frame->error);
    return true;
}

bool stack_frame_room_push(struct cpu *cpu, const struct stack_frame *frame, unsigned count,
                           unsigned size)
{
    return room(cpu, frame, element(frame, -(s32)count, size), count, size, ACCESS_WRITE);
}

static void find_direct(const struct cpu *cpu, struct stack_frame *frame, u32 lowest, u32 bytes,
                        bool write)
{
    bool wraps = lowest > stack_frame_mask(frame) - (bytes - 1);
    frame->direct_first = lowest;
    frame->direct =
        wraps ? NULL : linear_host(cpu, frame->ss->base + lowest, bytes, frame->user, write);
}

bool stack_frame_room_pop(struct cpu *cpu, struct stack_frame *frame, unsigned count, unsigned size)
{
    u32 lowest = element(frame, 0, size);
    if (count > 0)
        find_direct(cpu, frame, lowest, count * size, false);
    return room(cpu, frame, lowest, count, size, ACCESS_READ);
}

/* 486: elements at CPL 3 stand on their natural boundary. The stack of an inner ring is not looked
   at, whoever enters it (i486 PRM 9.9.16). */
static bool check_alignment(struct cpu *cpu, const struct stack_frame *frame, u32 linear,
                            unsigned size)
{
    if (frame->user && alignment_armed(cpu) && (linear & (size - 1)))
        return fault_raise_error(cpu, EXC_AC, 0);
    return true;
}

static bool prepare_range(struct cpu *cpu, u32 linear, unsigned size, bool user)
{
    struct data_ref ref;
    return linear_resolve(cpu, linear, &(struct access){ACCESS_WRITE, size, user}, &ref);
}

static bool prepare_each(struct cpu *cpu, const struct stack_frame *frame, unsigned count,
                         unsigned size)
{
    u32 lowest = element(frame, -(s32)count, size);
    u32 linear = frame->ss->base + lowest;
    bool one_page = (linear & PAGE_OFFSET_MASK) + count * size <= PAGE_SIZE;
    if (!check_alignment(cpu, frame, linear, size))
        return false;
    if (one_page && contiguous(frame, lowest, count, size)) /* CR2: that of the first push */
        return prepare_range(cpu, linear + (count - 1) * size, 1, frame->user);
    for (unsigned i = 1; i <= count; i++)
        if (!prepare_range(cpu, frame->ss->base + element(frame, -(s32)i, size), size, frame->user))
            return false;
    return true;
}

bool stack_frame_prepare(struct cpu *cpu, struct stack_frame *frame, unsigned count, unsigned size)
{
    u32 lowest = element(frame, -(s32)count, size);
    find_direct(cpu, frame, lowest, count * size, true);
    if (frame->direct)
        return true;
    if (!prepare_each(cpu, frame, count, size))
        return false;
    find_direct(cpu, frame, lowest, count * size, true);
    return true;
}

void stack_frame_push_slow(struct cpu *cpu, struct stack_frame *frame, u32 value, unsigned size)
{
    u8 bytes[4];
    u32 linear = frame->ss->base + (frame->esp & stack_frame_mask(frame));
    store_le32(bytes, value);
    linear_write_bytes(cpu, linear, frame->user, bytes, size);
    debug_note_access(cpu, linear, size, true);
}

bool stack_frame_pop_slow(struct cpu *cpu, struct stack_frame *frame, u32 *value, unsigned size)
{
    u8 bytes[4] = {0};
    u32 linear = frame->ss->base + (frame->esp & stack_frame_mask(frame));
    if (!check_alignment(cpu, frame, linear, size) ||
        !linear_read_bytes(cpu, linear, frame->user, bytes, size))
        return false;
    debug_note_access(cpu, linear, size, false);
    *value = load_le32(bytes);
    return true;
}
