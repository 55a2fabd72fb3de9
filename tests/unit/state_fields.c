#include "support/cpu_testbed.h"
#include "support/suite.h"

#include "base/hash.h"
#include "cpu/data.h"
#include "cpu/transfer.h"

static size_t image_size(void)
{
    size_t size = 0;
    for (u32 i = 0; i < cpu_fields.count; i++)
        size += field_image_size(&cpu_fields.fields[i]);
    return size;
}

static void store(struct cpu *cpu, u8 *image)
{
    for (u32 i = 0; i < cpu_fields.count; i++) {
        field_store(&cpu_fields.fields[i], cpu, image);
        image += field_image_size(&cpu_fields.fields[i]);
    }
}

static void load(struct cpu *cpu, const u8 *image)
{
    for (u32 i = 0; i < cpu_fields.count; i++) {
        field_load(&cpu_fields.fields[i], cpu, image);
        image += field_image_size(&cpu_fields.fields[i]);
    }
    cpu_fields.after_load(cpu);
}

START_TEST(state_of_a_working_machine_survives_save_and_load)
{
    struct cpu_testbed *from = cpu_testbed_new(CPU_486), *to = cpu_testbed_new(CPU_486);
    u8 *first = malloc(image_size()), *second = malloc(image_size());
    u32 value;
    cpu_testbed_enter_ring(from, 3);
    cpu_testbed_enable_paging(from);
    cpu_set_eflags(&from->cpu, FLAG_ALWAYS | FLAG_ZF | FLAG_SF | FLAG_OF | FLAG_IF);
    from->cpu.idtr.limit = 0; /* a failing interrupt leaves a line of history */
    ck_assert(data_read32(&from->cpu, SEG_DS, 0x200000, &value));
    ck_assert(!interrupt_external(&from->cpu, 0x20));
    from->cpu.shutdown = false;
    cpu_before_save(&from->cpu);
    store(&from->cpu, first);
    load(&to->cpu, first);
    cpu_before_save(&to->cpu);
    store(&to->cpu, second);
    ck_assert_mem_eq(first, second, image_size());
    ck_assert_uint_eq(cpu_get_eflags(&to->cpu), cpu_get_eflags(&from->cpu));
    ck_assert_uint_eq(to->cpu.fault_count, from->cpu.fault_count);
    ck_assert_ptr_eq(to->cpu.fast_tlb, to->cpu.tlb.fast[1]);
    ck_assert_uint_eq(to->cpu.segs[SEG_DS].fast_read, from->cpu.segs[SEG_DS].fast_read);
    free(first);
    free(second);
    cpu_testbed_free(from);
    cpu_testbed_free(to);
}
END_TEST

START_TEST(state_of_any_bytes_loads_without_harm)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u8 *image = malloc(image_size());
    u64 hash = 386;
    for (unsigned round = 0; round < 50; round++) {
        for (size_t i = 0; i < image_size(); i++)
            image[i] = (u8)(hash = hash_u64(hash, i));
        load(&bed->cpu, image);
        u32 value;
        data_read32(&bed->cpu, SEG_DS, (u32)hash, &value);
        data_write32(&bed->cpu, SEG_SS, (u32)(hash >> 32), value);
        segment_load(&bed->cpu, SEG_ES, (u16)hash);
        interrupt_external(&bed->cpu, (u8)hash);
        ck_assert_uint_le(bed->cpu.cpl, 3);
        ck_assert_uint_le(bed->cpu.level, CPU_686);
        ck_assert_uint_eq(bed->cpu.zero, 0);
    }
    free(image);
    cpu_testbed_free(bed);
}
END_TEST

static u64 fill_random(u8 *bytes, size_t count, u64 hash)
{
    for (size_t i = 0; i < count; i++) {
        hash = hash_u64(hash, i);
        bytes[i] = (u8)(hash ^ hash >> 32);
    }
    return hash;
}

/* Random tables, random code, a random processor state: no guest may bring the emulator down, and
   the clock never runs past its tick. */
START_TEST(state_of_any_bytes_runs_without_harm)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u8 *image = malloc(image_size());
    u64 hash = 387;
    for (unsigned round = 0; round < 200; round++) {
        hash = fill_random(image, image_size(), hash);
        hash = fill_random(bed->memory.ram, 0x10000, hash);
        load(&bed->cpu, image);
        bed->cpu.shutdown = bed->cpu.halted = false;
        bed->cpu.gdtr = (struct table_register){BED_GDT, 0xfff};
        bed->cpu.idtr = (struct table_register){BED_IDT, 0x7ff};
        bed->cpu.cr0 &= round & 1 ? CR0_PE : ~CR0_PG;
        cpu_after_load(&bed->cpu);
        cpu_set_segment_raw(&bed->cpu, SEG_CS, (u16)hash, 0, 0xffff, round & 2 ? 0x409b : 0x9b);
        cpu_set_eip(&bed->cpu, hash >> 16 & 0xffff);
        u64 until = bed->clock.now + 2000;
        cpu_run(&bed->cpu, until);
        ck_assert_uint_le(bed->clock.now, until);
    }
    free(image);
    cpu_testbed_free(bed);
}
END_TEST

START_TEST(state_hash_does_not_see_how_the_flags_were_made)
{
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    u8 *first = malloc(image_size()), *second = malloc(image_size());
    bed->cpu.lazy = (struct lazy_flags){.result = 5, .aux = 5};
    cpu_before_save(&bed->cpu);
    store(&bed->cpu, first);
    bed->cpu.lazy = (struct lazy_flags){.result = 3, .aux = 3}; /* other value, same six flags */
    cpu_before_save(&bed->cpu);
    store(&bed->cpu, second);
    ck_assert_mem_eq(first, second, image_size());
    free(first);
    free(second);
    cpu_testbed_free(bed);
}
END_TEST

/* Every saved byte is in exactly one row. */
START_TEST(state_rows_do_not_overlap)
{
    u8 *claimed = calloc(1, sizeof(struct cpu));
    for (u32 i = 0; i < cpu_fields.count; i++) {
        const struct field *field = &cpu_fields.fields[i];
        for (size_t byte = 0; byte < field_image_size(field); byte++)
            ck_assert_msg(claimed[field->offset + byte]++ == 0, "%s", field->name);
    }
    free(claimed);
}
END_TEST

SUITE_MAIN("state", state_of_a_working_machine_survives_save_and_load,
           state_of_any_bytes_loads_without_harm, state_of_any_bytes_runs_without_harm,
           state_hash_does_not_see_how_the_flags_were_made, state_rows_do_not_overlap)
