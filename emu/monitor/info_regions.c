#include "debug/guest_regions.h"
#include "monitor/command.h"

/* Regions of a task's memory, where the guest kernel keeps any. A bare number is a pid. */

static bool read_space(struct call *call, struct guest_slot *slot, struct guest_space *space)
{
    struct guest_kernel kernel = kernel_of(call);
    if (!kernel_named_slot(call, KERNEL_PID, slot))
        return false;
    return guest_space_read(&kernel, slot, space) ||
           error_set(call->error, "the loaded symbols name no regions (find_vma)");
}

static void write_region(struct call *call, const struct guest_region *region)
{
    text_out_format(call->out, "  %08x-%08x %c%c%c%c %08x  %-9s nopage ", region->first,
                    region->end, region->flags & REGION_READ ? 'r' : '-',
                    region->flags & REGION_WRITE ? 'w' : '-',
                    region->flags & REGION_EXECUTE ? 'x' : '-',
                    region->flags & REGION_SHARED ? 's' : 'p', region->offset, region->kind);
    if (region->nopage)
        write_symbol(call, region->nopage);
    else
        text_out_string(call->out, "none: zeros");
    if (region->inode)
        text_out_format(call->out, ", inode at %08x", region->inode);
    text_out_format(call->out, "%s, %s node at %08x\n",
                    region->flags & REGION_GROWS_DOWN ? ", grows down" : "",
                    region->red ? "red" : "black", region->address);
}

static void write_check(struct call *call, const struct guest_space *space)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_region_check check;
    guest_regions_check(&kernel, space, &check);
    bool wrong = check.unsorted || check.misplaced || check.red_red || check.uneven ||
                 check.listed != check.in_tree || check.listed != space->regions;
    text_out_format(call->out,
                    "check: %u regions in the list, %u in the tree, %u deep; %u out of order, %u "
                    "misplaced, %u red below red, %u uneven: %s\n",
                    check.listed, check.in_tree, check.depth, check.unsorted, check.misplaced,
                    check.red_red, check.uneven, wrong ? "WRONG" : "ok");
}

enum monitor_result info_vma(struct call *call)
{
    struct guest_kernel kernel = kernel_of(call);
    struct guest_slot slot;
    struct guest_space space;
    struct guest_region region;
    if (!read_space(call, &slot, &space))
        return command_failed(call);
    u32 at = space.first;
    for (u32 left = GUEST_REGIONS_MAX; left > 0 && guest_region_read(&kernel, at, &region);
         left--) {
        write_region(call, &region);
        at = guest_region_next(&kernel, at);
    }
    write_check(call, &space);
    return MONITOR_OK;
}

enum monitor_result info_mm(struct call *call)
{
    struct guest_slot slot;
    struct guest_space space;
    if (!read_space(call, &slot, &space))
        return command_failed(call);
    text_out_format(
        call->out, "task %u: pgd %08x (%s), %u regions of %u pages, %u pages present, %u tables\n",
        slot.number, slot.directory, space.directory ? "its own" : "the common directory",
        space.regions, space.pages, slot.pages, slot.tables);
    text_out_format(call->out, "addresses 0-%08x; %u searches saw %u nodes of the tree\n",
                    space.size - 1, space.lookups, space.steps);
    return MONITOR_OK;
}
