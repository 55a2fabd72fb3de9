#include "loader/multiboot.h"

#include "base/bits.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

/* Any bytes as a kernel for -kernel, with a module: a plan's pieces lie in the file, in RAM, and
   apart; what is no kernel is refused in one line. First byte of the input: which marks it is
   given, so that random bytes get past them. */

#define RAM (8u * MIB)

static void mark(u8 *bytes, size_t size, u8 how)
{
    if (how & 1 && size >= 64) {
        u32 flags = how & 2 ? 0x10003 : 3;
        store_le32(bytes + 52, 0x1badb002);
        store_le32(bytes + 56, flags);
        store_le32(bytes + 60, 0u - 0x1badb002u - flags);
        memcpy(bytes, "\177ELF\1\1\1", 7);
        store_le16(bytes + 18, 3);
    }
    if (how & 4 && size >= 0x268) {
        memcpy(bytes + 0x202, "HdrS", 4);
        bytes[0x207] = 2;
        bytes[0x1f1] &= 7;
    }
}

static void hold(const struct kernel_plan *plan, const struct kernel_input *input)
{
    for (unsigned i = 0; i < plan->piece_count; i++) {
        const struct kernel_piece *piece = &plan->pieces[i];
        volatile u8 last = piece->size ? piece->bytes[piece->size - 1] : 0;
        (void)last;
        FUZZ_REQUIRE(piece->size <= piece->memory_size);
        FUZZ_REQUIRE((u64)piece->physical + piece->memory_size <= input->ram_size);
        for (unsigned k = 0; k < i; k++)
            FUZZ_REQUIRE(piece->physical >=
                             plan->pieces[k].physical + plan->pieces[k].memory_size ||
                         plan->pieces[k].physical >= piece->physical + piece->memory_size);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static const u8 module[100];
    static struct firmware_facts facts;
    struct kernel_plan plan;
    struct error error = {""};
    if (size < 2)
        return 0;
    u8 *bytes = malloc(size - 1);
    FUZZ_REQUIRE(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    mark(bytes, size - 1, data[0]);
    struct kernel_input input = {
        .kernel = {"kernel", "", bytes, size - 1},
        .append = "one two",
        .modules = {{"module", "words", module, sizeof module}},
        .module_count = data[0] >> 7,
        .ram_size = RAM,
    };
    if (kernel_plan_make(&plan, &input, &error)) {
        hold(&plan, &input);
        facts.map_count = FIRMWARE_MAP_MAX;
        u8 information[MULTIBOOT_INFORMATION_MAX] = {0};
        if (plan.kind == KERNEL_MULTIBOOT)
            FUZZ_REQUIRE(multiboot_information(&plan, &facts, information) <= sizeof information);
        kernel_plan_free(&plan);
    } else {
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    }
    free(bytes);
    return 0;
}
