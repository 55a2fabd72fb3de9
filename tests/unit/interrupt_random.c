#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/data.h"

/* Properties that hold for any guest; random_guest.h makes them. */

static struct cpu_testbed *random_bed(u64 seed, u64 *state)
{
    *state = seed * 0x9e3779b97f4a7c15ull | 1;
    for (unsigned i = 0; i < 8; i++)
        random_next(state);
    struct cpu_testbed *bed = cpu_testbed_new((enum cpu_level)(random_next(state) % 4));
    random_guest_build(bed, state);
    return bed;
}

/* Runs to a tick in slices of 1 to `longest` ticks, or until the guest stops. */
static void run_sliced(struct cpu_testbed *bed, u64 until, u32 longest, u64 *state)
{
    while (bed->clock.now < until) {
        u64 end = bed->clock.now + 1 + random_next(state) % longest;
        enum cpu_stop stop = cpu_run(&bed->cpu, end < until ? end : until);
        ck_assert_uint_le(bed->clock.now, until);
        if (stop != CPU_STOP_TIME)
            return;
    }
}

static void check_same(struct cpu_testbed *one, struct cpu_testbed *other, u64 seed)
{
    cpu_before_save(&one->cpu);
    cpu_before_save(&other->cpu);
    ck_assert_uint_eq(one->clock.now, other->clock.now);
    for (u32 i = 0; i < cpu_fields.count; i++)
        for (u32 n = 0; n < cpu_fields.fields[i].count; n++)
            ck_assert_msg(field_value(&cpu_fields.fields[i], &one->cpu, n) ==
                              field_value(&cpu_fields.fields[i], &other->cpu, n),
                          "seed %u: %s[%u]", (unsigned)seed, cpu_fields.fields[i].name, n);
    ck_assert_msg(memcmp(one->memory.ram, other->memory.ram, one->memory.ram_size) == 0,
                  "seed %u: memory", (unsigned)seed);
}

START_TEST(interrupt_random_guests_do_not_see_the_slices)
{
    static const u32 longest[] = {1, 3, 40, 400};
    for (u64 seed = 1; seed <= 40; seed++) {
        u64 state, other_state;
        struct cpu_testbed *whole = random_bed(seed, &state);
        struct cpu_testbed *sliced = random_bed(seed, &other_state);
        u64 until = 1 + random_next(&state) % 4000;
        cpu_run(&whole->cpu, until);
        run_sliced(sliced, until, longest[seed % ARRAY_COUNT(longest)], &other_state);
        check_same(whole, sliced, seed);
        cpu_testbed_free(whole);
        cpu_testbed_free(sliced);
    }
}
END_TEST

/* ---- What is derived agrees with what it is derived from ---- */

static void check_derived(const struct cpu *cpu)
{
    ck_assert_uint_eq(cpu->zero, 0);
    ck_assert_ptr_eq(cpu->fast_tlb, cpu->tlb.fast[cpu->cpl == 3]);
    if (!cpu_protected(cpu))
        ck_assert_uint_eq(cpu->cpl, 0);
    else if (cpu_v86(cpu))
        ck_assert_uint_eq(cpu->cpl, 3);
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        struct segment fresh = cpu->segs[i];
        segment_update_fast(&fresh);
        ck_assert_uint_eq(fresh.fast_read, cpu->segs[i].fast_read);
        ck_assert_uint_eq(fresh.fast_write, cpu->segs[i].fast_write);
    }
}

START_TEST(interrupt_random_guests_keep_derived_state_true)
{
    for (u64 seed = 1000; seed < 1050; seed++) {
        u64 state;
        struct cpu_testbed *bed = random_bed(seed, &state);
        for (unsigned i = 0; i < 20 && !bed->cpu.shutdown; i++) {
            cpu_run(&bed->cpu, bed->clock.now + 1 + random_next(&state) % 300);
            check_derived(&bed->cpu);
            if (bed->cpu.halted || random_next(&state) % 4 == 0)
                cpu_raise_nmi(&bed->cpu);
        }
        cpu_testbed_free(bed);
    }
}
END_TEST

SUITE_MAIN("interrupt_random", interrupt_random_guests_do_not_see_the_slices,
           interrupt_random_guests_keep_derived_state_true)
