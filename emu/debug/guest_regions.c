#include "debug/guest_regions.h"

#include "base/bits.h"

#include <string.h>

/* Offsets in the guest kernel's task_struct, mm_struct, vm_area_struct, vm_operations_struct. */
enum { TASK_MM = 1188 };
enum mm_offset {
    MM_DIRECTORY = 0,
    MM_LIST = 4,
    MM_TREE = 8,
    MM_COUNT = 12,
    MM_PAGES = 16,
    MM_SIZE = 20,
    MM_LOOKUPS = 24,
    MM_STEPS = 28,
};
enum area_offset {
    AREA_START = 0,
    AREA_END = 4,
    AREA_FLAGS = 8,
    AREA_OFFSET = 12,
    AREA_INODE = 16,
    AREA_OPERATIONS = 20,
    AREA_NEXT = 24,
    AREA_CHILD = 28,
    AREA_PARENT = 36,
    AREA_RED = 40,
};
enum operations_offset { OPERATIONS_NAME = 0, OPERATIONS_NOPAGE = 8 };

#define DEPTH_MAX 64u

bool guest_space_read(const struct guest_kernel *kernel, const struct guest_slot *slot,
                      struct guest_space *space)
{
    u32 mm = slot->task + TASK_MM, known;
    if (slot->task == 0 || !guest_symbol(kernel, "find_vma", &known))
        return false;
    *space = (struct guest_space){
        .directory = guest_read(kernel, mm + MM_DIRECTORY, 4),
        .first = guest_read(kernel, mm + MM_LIST, 4),
        .root = guest_read(kernel, mm + MM_TREE, 4),
        .regions = guest_read(kernel, mm + MM_COUNT, 4),
        .pages = guest_read(kernel, mm + MM_PAGES, 4),
        .size = guest_read(kernel, mm + MM_SIZE, 4),
        .lookups = guest_read(kernel, mm + MM_LOOKUPS, 4),
        .steps = guest_read(kernel, mm + MM_STEPS, 4),
    };
    return true;
}

static void read_kind(const struct guest_kernel *kernel, struct guest_region *region)
{
    u32 name = guest_read(kernel, region->operations + OPERATIONS_NAME, 4);
    memory_peek(kernel->memory, name, region->kind, sizeof region->kind - 1);
    for (char *c = region->kind; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    region->nopage = guest_read(kernel, region->operations + OPERATIONS_NOPAGE, 4);
}

bool guest_region_read(const struct guest_kernel *kernel, u32 address, struct guest_region *region)
{
    if (address < PAGE_SIZE)
        return false;
    *region = (struct guest_region){
        .address = address,
        .first = guest_read(kernel, address + AREA_START, 4),
        .end = guest_read(kernel, address + AREA_END, 4),
        .flags = guest_read(kernel, address + AREA_FLAGS, 4),
        .offset = guest_read(kernel, address + AREA_OFFSET, 4),
        .inode = guest_read(kernel, address + AREA_INODE, 4),
        .operations = guest_read(kernel, address + AREA_OPERATIONS, 4),
        .parent = guest_read(kernel, address + AREA_PARENT, 4),
        .child = {guest_read(kernel, address + AREA_CHILD, 4),
                  guest_read(kernel, address + AREA_CHILD + 4, 4)},
        .red = guest_read(kernel, address + AREA_RED, 4) != 0,
    };
    read_kind(kernel, region);
    return true;
}

u32 guest_region_next(const struct guest_kernel *kernel, u32 address)
{
    return guest_read(kernel, address + AREA_NEXT, 4);
}

static void check_list(const struct guest_kernel *kernel, const struct guest_space *space,
                       struct guest_region_check *check)
{
    struct guest_region region;
    u32 end = 0;
    for (u32 at = space->first; check->listed < GUEST_REGIONS_MAX; check->listed++) {
        if (!guest_region_read(kernel, at, &region))
            return;
        check->unsorted += region.first < end || region.end <= region.first;
        end = region.end;
        at = guest_region_next(kernel, at);
    }
}

struct tree_walk {
    const struct guest_kernel *kernel;
    struct guest_region_check *check;
    u32 expected; /* the list's next node */
};

/* Black nodes on the ways down from a node, which is visited between its children. Depth is
   bounded: what the guest has written may be no tree at all. */
static u32 walk_tree(struct tree_walk *walk, u32 address, u32 parent, bool parent_red, u32 depth)
{
    struct guest_region_check *check = walk->check;
    struct guest_region region;
    if (depth > DEPTH_MAX || check->in_tree >= GUEST_REGIONS_MAX ||
        !guest_region_read(walk->kernel, address, &region))
        return 0;
    if (depth > check->depth)
        check->depth = depth;
    check->red_red += region.red && parent_red;
    u32 left = walk_tree(walk, region.child[0], address, region.red, depth + 1);
    check->in_tree++;
    check->misplaced += address != walk->expected || region.parent != parent;
    walk->expected = guest_region_next(walk->kernel, address);
    u32 right = walk_tree(walk, region.child[1], address, region.red, depth + 1);
    check->uneven += left != right;
    return left + !region.red;
}

void guest_regions_check(const struct guest_kernel *kernel, const struct guest_space *space,
                         struct guest_region_check *check)
{
    struct tree_walk walk = {kernel, check, space->first};
    *check = (struct guest_region_check){.listed = 0};
    check_list(kernel, space, check);
    walk_tree(&walk, space->root, 0, true, 1);
}
