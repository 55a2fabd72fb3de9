#include "support/cpu_testbed.h"

#include "base/bits.h"
#include "oracle/options.h"
#include "support/row_counts.h"
#include "x87_operands.h"

#include <stdio.h>
#include <stdlib.h>

/* Holds every x87 instruction against the host's own: the same state is loaded, the same bytes run,
   and the state that FNSAVE gives is compared, word by word. Prints one TAP line a row with counts.
   Use: host_x87 [--rows FILE] [--cases N a row] [--seed N] */

#if !defined(__x86_64__) || !defined(__linux__)
int main(void)
{
    puts("1..0 # SKIP the host is no x86-64");
    return 77;
}
#else
#include <sys/mman.h>

/* FNSAVE's 32-bit image. */
struct image {
    u8 bytes[112];
};
#define IMAGE_SIZE 108u
#define STATUS 4u
#define TAGS 8u
#define REGISTER(i) (28u + 10u * (i))

struct outcome {
    struct image image;
    u8 memory[16];
    u32 flags;
};

struct row {
    const char *name;
    u8 code[2];
    u8 kind; /* enum operand_kind of a memory operand */
    s8 ulps; /* results may be this far from the host's; conditions but C2 are not compared */
    s16 least, most; /* exponents of ST; both 0: anything */
};
#define ANY(name, first, second)          \
    {                                     \
        name, {first, second}, 0, 0, 0, 0 \
    }
#define MEM(name, first, reg, kind)                  \
    {                                                \
        name, {first, (reg) << 3 | 6}, kind, 0, 0, 0 \
    }
#define NEAR(name, second, least, most)         \
    {                                           \
        name, {0xd9, second}, 0, 1, least, most \
    }

/* clang-format off */
static const struct row rows[] = {
    ANY("FADD ST,ST1", 0xd8, 0xc1), ANY("FMUL ST,ST1", 0xd8, 0xc9), ANY("FCOM ST1", 0xd8, 0xd1), ANY("FCOMP ST1", 0xd8, 0xd9),
    ANY("FSUB ST,ST1", 0xd8, 0xe1), ANY("FSUBR ST,ST1", 0xd8, 0xe9), ANY("FDIV ST,ST1", 0xd8, 0xf1), ANY("FDIVR ST,ST1", 0xd8, 0xf9),
    ANY("FADD ST2,ST", 0xdc, 0xc2), ANY("FMUL ST2,ST", 0xdc, 0xca), ANY("FSUBR ST2,ST", 0xdc, 0xe2), ANY("FSUB ST2,ST", 0xdc, 0xea),
    ANY("FDIVR ST2,ST", 0xdc, 0xf2), ANY("FDIV ST2,ST", 0xdc, 0xfa), ANY("FCOM2 ST1", 0xdc, 0xd1), ANY("FCOMP3 ST1", 0xdc, 0xd9),
    ANY("FADDP ST1,ST", 0xde, 0xc1), ANY("FMULP ST1,ST", 0xde, 0xc9), ANY("FSUBRP ST1,ST", 0xde, 0xe1), ANY("FSUBP ST1,ST", 0xde, 0xe9),
    ANY("FDIVRP ST1,ST", 0xde, 0xf1), ANY("FDIVP ST1,ST", 0xde, 0xf9), ANY("FCOMP5 ST1", 0xde, 0xd1), ANY("FCOMPP", 0xde, 0xd9),
    ANY("FLD ST1", 0xd9, 0xc1), ANY("FXCH ST1", 0xd9, 0xc9), ANY("FXCH4 ST2", 0xdd, 0xca), ANY("FXCH7 ST3", 0xdf, 0xcb), ANY("FNOP", 0xd9, 0xd0),
    ANY("FSTP1 ST1", 0xd9, 0xd9), ANY("FCHS", 0xd9, 0xe0), ANY("FABS", 0xd9, 0xe1), ANY("FTST", 0xd9, 0xe4), ANY("FXAM", 0xd9, 0xe5),
    ANY("FLD1", 0xd9, 0xe8), ANY("FLDL2T", 0xd9, 0xe9), ANY("FLDL2E", 0xd9, 0xea), ANY("FLDPI", 0xd9, 0xeb), ANY("FLDLG2", 0xd9, 0xec),
    ANY("FLDLN2", 0xd9, 0xed), ANY("FLDZ", 0xd9, 0xee), ANY("FXTRACT", 0xd9, 0xf4), ANY("FPREM1", 0xd9, 0xf5), ANY("FDECSTP", 0xd9, 0xf6),
    ANY("FINCSTP", 0xd9, 0xf7), ANY("FPREM", 0xd9, 0xf8), ANY("FSQRT", 0xd9, 0xfa), ANY("FRNDINT", 0xd9, 0xfc), ANY("FSCALE", 0xd9, 0xfd),
    ANY("FCMOVB ST,ST1", 0xda, 0xc1), ANY("FCMOVE ST,ST1", 0xda, 0xc9), ANY("FCMOVBE ST,ST1", 0xda, 0xd1), ANY("FCMOVU ST,ST1", 0xda, 0xd9),
    ANY("FCMOVNB ST,ST1", 0xdb, 0xc1), ANY("FCMOVNE ST,ST1", 0xdb, 0xc9), ANY("FCMOVNBE ST,ST1", 0xdb, 0xd1), ANY("FCMOVNU ST,ST1", 0xdb, 0xd9),
    ANY("FUCOMPP", 0xda, 0xe9), ANY("FUCOMI ST,ST1", 0xdb, 0xe9), ANY("FCOMI ST,ST1", 0xdb, 0xf1), ANY("FUCOMIP ST,ST1", 0xdf, 0xe9),
    ANY("FCOMIP ST,ST1", 0xdf, 0xf1), ANY("FNCLEX", 0xdb, 0xe2), ANY("FNINIT", 0xdb, 0xe3), ANY("FNENI", 0xdb, 0xe0), ANY("FNDISI", 0xdb, 0xe1),
    ANY("FNSETPM", 0xdb, 0xe4), ANY("FFREE ST1", 0xdd, 0xc1), ANY("FST ST2", 0xdd, 0xd2), ANY("FSTP ST2", 0xdd, 0xda), ANY("FUCOM ST1", 0xdd, 0xe1),
    ANY("FUCOMP ST1", 0xdd, 0xe9), ANY("FFREEP ST1", 0xdf, 0xc1), ANY("FSTP8 ST1", 0xdf, 0xd1), ANY("FSTP9 ST1", 0xdf, 0xd9),
    MEM("FADD m32", 0xd8, 0, OPERAND_REAL32), MEM("FMUL m32", 0xd8, 1, OPERAND_REAL32), MEM("FCOM m32", 0xd8, 2, OPERAND_REAL32),
    MEM("FCOMP m32", 0xd8, 3, OPERAND_REAL32), MEM("FSUB m32", 0xd8, 4, OPERAND_REAL32), MEM("FSUBR m32", 0xd8, 5, OPERAND_REAL32),
    MEM("FDIV m32", 0xd8, 6, OPERAND_REAL32), MEM("FDIVR m32", 0xd8, 7, OPERAND_REAL32),
    MEM("FADD m64", 0xdc, 0, OPERAND_REAL64), MEM("FMUL m64", 0xdc, 1, OPERAND_REAL64), MEM("FCOM m64", 0xdc, 2, OPERAND_REAL64),
    MEM("FCOMP m64", 0xdc, 3, OPERAND_REAL64), MEM("FSUB m64", 0xdc, 4, OPERAND_REAL64), MEM("FSUBR m64", 0xdc, 5, OPERAND_REAL64),
    MEM("FDIV m64", 0xdc, 6, OPERAND_REAL64), MEM("FDIVR m64", 0xdc, 7, OPERAND_REAL64),
    MEM("FIADD m32", 0xda, 0, OPERAND_INTEGER), MEM("FIMUL m32", 0xda, 1, OPERAND_INTEGER), MEM("FICOM m32", 0xda, 2, OPERAND_INTEGER),
    MEM("FICOMP m32", 0xda, 3, OPERAND_INTEGER), MEM("FISUB m32", 0xda, 4, OPERAND_INTEGER), MEM("FISUBR m32", 0xda, 5, OPERAND_INTEGER),
    MEM("FIDIV m32", 0xda, 6, OPERAND_INTEGER), MEM("FIDIVR m32", 0xda, 7, OPERAND_INTEGER),
    MEM("FIADD m16", 0xde, 0, OPERAND_INTEGER), MEM("FIMUL m16", 0xde, 1, OPERAND_INTEGER), MEM("FICOM m16", 0xde, 2, OPERAND_INTEGER),
    MEM("FICOMP m16", 0xde, 3, OPERAND_INTEGER), MEM("FISUB m16", 0xde, 4, OPERAND_INTEGER), MEM("FISUBR m16", 0xde, 5, OPERAND_INTEGER),
    MEM("FIDIV m16", 0xde, 6, OPERAND_INTEGER), MEM("FIDIVR m16", 0xde, 7, OPERAND_INTEGER),
    MEM("FLD m32", 0xd9, 0, OPERAND_REAL32), MEM("FST m32", 0xd9, 2, OPERAND_REAL32), MEM("FSTP m32", 0xd9, 3, OPERAND_REAL32),
    MEM("FLDCW", 0xd9, 5, OPERAND_INTEGER), MEM("FNSTCW", 0xd9, 7, OPERAND_INTEGER), MEM("FLD m64", 0xdd, 0, OPERAND_REAL64),
    MEM("FST m64", 0xdd, 2, OPERAND_REAL64), MEM("FSTP m64", 0xdd, 3, OPERAND_REAL64), MEM("FNSTSW", 0xdd, 7, OPERAND_INTEGER),
    MEM("FLD m80", 0xdb, 5, OPERAND_REAL80), MEM("FSTP m80", 0xdb, 7, OPERAND_REAL80),
    MEM("FILD m16", 0xdf, 0, OPERAND_INTEGER), MEM("FIST m16", 0xdf, 2, OPERAND_INTEGER), MEM("FISTP m16", 0xdf, 3, OPERAND_INTEGER),
    MEM("FILD m32", 0xdb, 0, OPERAND_INTEGER), MEM("FIST m32", 0xdb, 2, OPERAND_INTEGER), MEM("FISTP m32", 0xdb, 3, OPERAND_INTEGER),
    MEM("FILD m64", 0xdf, 5, OPERAND_INTEGER), MEM("FISTP m64", 0xdf, 7, OPERAND_INTEGER),
    MEM("FBLD", 0xdf, 4, OPERAND_BCD), MEM("FBSTP", 0xdf, 6, OPERAND_BCD),
    NEAR("F2XM1", 0xf0, -70, -1), NEAR("FYL2X", 0xf1, -70, 70), NEAR("FPTAN", 0xf2, -70, -1), NEAR("FPATAN", 0xf3, -30, 30),
    NEAR("FYL2XP1", 0xf9, -70, -3), NEAR("FSINCOS", 0xfb, -70, -1), NEAR("FSIN", 0xfe, -70, -1), NEAR("FCOS", 0xff, -70, -1),
};
/* clang-format on */

/* ---- The host ---- */

typedef unsigned long host_function(const void *in, void *memory, void *out, unsigned long flags);

/* frstor (%rdi); push %rcx; popf; the instruction on (%rsi); fnsave (%rdx); pushf; pop %rax; ret */
static void run_host(u8 *page, const struct row *row, const struct image *in,
                     struct outcome *outcome)
{
    const u8 code[] = {0xdd, 0x27, 0x51, 0x9d, row->code[0], row->code[1],
                       0xdd, 0x32, 0x9c, 0x58, 0xc3};
    host_function *function;
    memcpy(page, code, sizeof code);
    memcpy(&function, &page, sizeof function);
    outcome->flags = (u32)function(in, outcome->memory, &outcome->image, outcome->flags);
}

/* ---- The emulator ---- */

#define AT_IN 0x20000u
#define AT_MEMORY 0x21000u
#define AT_OUT 0x22000u

static void run_guest(struct cpu_testbed *bed, const struct image *in, struct outcome *outcome)
{
    struct cpu *cpu = &bed->cpu;
    u8 *ram = bed->memory.ram;
    memcpy(ram + AT_IN, in, IMAGE_SIZE);
    memcpy(ram + AT_MEMORY, outcome->memory, sizeof outcome->memory);
    cpu_set_eip(cpu, BED_CODE);
    cpu_set_eflags(cpu, outcome->flags);
    cpu->regs[REG_EDI] = AT_IN;
    cpu->regs[REG_ESI] = AT_MEMORY;
    cpu->regs[REG_EDX] = AT_OUT;
    cpu_run(cpu, bed->clock.now + 3);
    memcpy(outcome->memory, ram + AT_MEMORY, sizeof outcome->memory);
    memcpy(&outcome->image, ram + AT_OUT, IMAGE_SIZE);
    outcome->flags = cpu_get_eflags(cpu);
}

static void load_guest(struct cpu_testbed *bed, const struct row *row)
{
    const u8 code[] = {0xdd, 0x27, row->code[0], row->code[1], 0xdd, 0x32};
    for (unsigned i = 0; i < sizeof code; i++)
        memory_write(&bed->memory, BED_CODE + i, 1, code[i]);
}

/* ---- Cases ---- */

static void put_register(struct image *image, unsigned i, struct float80 value)
{
    store_le64(image->bytes + REGISTER(i), value.mantissa);
    store_le16(image->bytes + REGISTER(i) + 8, value.exponent);
}

static struct float80 get_register(const struct image *image, unsigned i)
{
    return (struct float80){load_le64(image->bytes + REGISTER(i)),
                            load_le16(image->bytes + REGISTER(i) + 8)};
}

/* One in eight has empty registers among ST, ST(1), ST(2), one in eight a full stack. */
static u32 make_tags(struct random *random, unsigned top)
{
    u32 tags = 0xffff;
    u32 choice = random_below(random, 8);
    unsigned filled = choice == 0 ? 0 : choice == 1 ? 8 : 3;
    for (unsigned i = 0; i < 8; i++)
        if (i < filled || (choice == 0 && random_below(random, 2)))
            tags &= ~(3u << (2 * ((top + i) & 7)));
    return tags;
}

static struct image make_image(struct random *random, const struct row *row)
{
    struct image image = {{0}};
    unsigned top = random_below(random, 8);
    u32 conditions = random_below(random, 16);
    store_le32(image.bytes, operand_control(random));
    store_le32(image.bytes + STATUS, (conditions & 8) << 11 | (conditions & 7) << 8 | top << 11);
    store_le32(image.bytes + TAGS, make_tags(random, top));
    for (unsigned i = 0; i < 8; i++)
        put_register(&image, i, operand_real(random));
    if (row->ulps && random_below(random, 8))
        for (unsigned i = 0; i < 2; i++)
            put_register(&image, i, operand_modest(random, row->least, row->most));
    return image;
}

/* ---- Comparison ---- */

static bool is_empty(const struct image *image, unsigned i)
{
    unsigned top = load_le16(image->bytes + STATUS) >> 11 & 7;
    return (load_le16(image->bytes + TAGS) >> (2 * ((top + i) & 7)) & 3) == 3;
}

/* Denormals have the exponent of the smallest normal number. */
static u32 magnitude_exponent(struct float80 x)
{
    u32 exponent = x.exponent & 0x7fffu;
    return exponent ? exponent : 1;
}

static bool registers_agree(struct float80 a, struct float80 b, u64 ulps)
{
    u64 distance = a.mantissa > b.mantissa ? a.mantissa - b.mantissa : b.mantissa - a.mantissa;
    if (!ulps || ((a.exponent ^ b.exponent) & FLOAT80_SIGN))
        return a.exponent == b.exponent && distance == 0;
    u32 higher = magnitude_exponent(a), lower = magnitude_exponent(b);
    if (higher == lower)
        return distance <= ulps;
    /* Across a power of two. */
    return (higher == lower + 1 || lower == higher + 1) && distance >= ~0ull >> 1;
}

/* `status`: the bits of the status word to compare. */
static bool agree(const struct row *row, const struct outcome *host, const struct outcome *guest,
                  u32 status)
{
    u32 changed = load_le16(host->image.bytes + STATUS) ^ load_le16(guest->image.bytes + STATUS);
    if (row->ulps)
        status &= ~(FPU_C0 | FPU_C1 | FPU_C3);
    if (load_le16(host->image.bytes) != load_le16(guest->image.bytes) || (changed & status) ||
        memcmp(host->memory, guest->memory, sizeof host->memory) ||
        ((host->flags ^ guest->flags) & FLAGS_ARITHMETIC))
        return false;
    for (unsigned i = 0; i < 8; i++) {
        if (is_empty(&host->image, i) != is_empty(&guest->image, i))
            return false;
        if (!is_empty(&host->image, i) &&
            !registers_agree(get_register(&host->image, i), get_register(&guest->image, i),
                             (u64)row->ulps))
            return false;
    }
    return true;
}

/* ---- Known differences ---- */

struct trial {
    const struct image *in;
    const struct outcome *host;
};

static bool host_clears_c1(const struct trial *t)
{
    return (load_le16(t->in->bytes + STATUS) & FPU_C1) &&
           !(load_le16(t->host->image.bytes + STATUS) & FPU_C1);
}

static int exponent_of(const struct image *in, unsigned i)
{
    return (get_register(in, i).exponent & 0x7fff) - FLOAT80_BIAS;
}

/* The argument is reduced. */
static bool large_angle(const struct trial *t)
{
    return exponent_of(t->in, 0) >= -1;
}

/* |x| > 1 - the root of 1/2 */
static bool beyond_logarithm(const struct trial *t)
{
    return exponent_of(t->in, 0) >= -2;
}

static bool power_of_two(const struct trial *t)
{
    struct float80 x = get_register(t->in, 0);
    return (x.mantissa & (x.mantissa - 1)) == 0;
}

/* The host's answer in ST(result) is the operand, a denormal or the smallest normal number. */
static bool hands_through(const struct trial *t, unsigned operand, unsigned result)
{
    struct float80 x = get_register(t->in, operand);
    struct float80 answer = get_register(&t->host->image, result);
    bool small = magnitude_exponent(x) == 1 && x.mantissa <= 1ull << 63;
    return small && answer.mantissa == x.mantissa && magnitude_exponent(answer) == 1 &&
           ((answer.exponent ^ x.exponent) & FLOAT80_SIGN) == 0;
}

static bool small_to_itself(const struct trial *t)
{
    return hands_through(t, 0, 0);
}

/* What pushes leaves its answer in ST(1). */
static bool small_below(const struct trial *t)
{
    return hands_through(t, 0, 1);
}

static bool small_from_below(const struct trial *t)
{
    return hands_through(t, 1, 0);
}

/* Underflow is unmasked: ours has it and scales the answer, the host has none. */
static bool untold(const struct trial *t)
{
    u32 status = load_le16(t->host->image.bytes + STATUS);
    return !((load_le16(t->in->bytes) | status) & FLOAT_UNDERFLOW);
}

static bool small_to_itself_untold(const struct trial *t)
{
    return untold(t) && small_to_itself(t);
}

static bool small_below_untold(const struct trial *t)
{
    return untold(t) && small_below(t);
}

static bool small_from_below_untold(const struct trial *t)
{
    return untold(t) && small_from_below(t);
}

struct difference {
    const char *row; /* first letters of its name */
    u32 ignored;     /* bits of the status word; all: the results too */
    bool (*applies)(const struct trial *trial);
    const char *reason;
};
#define EVERYTHING ~0u
#define INEXACT (FLOAT_PRECISION | FLOAT_UNDERFLOW | FPU_ERROR | FPU_BUSY)
#define C1_CLEARED "SDM2: C1 is cleared; it is kept here and by the processors seen"
#define TINY_ANSWER "atan x and sin x are less than the smallest normal x: the host answers x"
#define TINY_UNTOLD "so small an operand is the host's answer, without the unmasked underflow"

static const struct difference differences[] = {
    {"FCOMI", FPU_C1, host_clears_c1, C1_CLEARED},
    {"FUCOMI", FPU_C1, host_clears_c1, C1_CLEARED},
    {"FYL2X", INEXACT, power_of_two, "an exact product: the host calls it inexact"},
    {"F2XM1", INEXACT, power_of_two, "of -1, exact: the host calls it inexact"},
    {"FYL2XP1", EVERYTHING, beyond_logarithm, "387 PRM: undefined beyond 1 - the root of 1/2"},
    {"FSIN", EVERYTHING, large_angle, "the host has 66 bits of pi, we have 256"},
    {"FCOS", EVERYTHING, large_angle, "the host has 66 bits of pi, we have 256"},
    {"FPTAN", EVERYTHING, large_angle, "the host has 66 bits of pi, we have 256"},
    {"FSIN", INEXACT, small_to_itself, TINY_ANSWER},
    {"FSINCOS", INEXACT, small_below, TINY_ANSWER},
    {"FPATAN", INEXACT, small_from_below, TINY_ANSWER},
    {"FSIN", EVERYTHING, small_to_itself_untold, TINY_UNTOLD},
    {"FSINCOS", EVERYTHING, small_below_untold, TINY_UNTOLD},
    {"FPATAN", EVERYTHING, small_from_below_untold, TINY_UNTOLD},
    {"FPREM", EVERYTHING, small_to_itself_untold, TINY_UNTOLD},
    {"FSCALE", EVERYTHING, small_to_itself_untold, TINY_UNTOLD},
};

/* The row of the table that explains a disagreement, or -1. */
static int explain(const struct row *row, const struct image *in, const struct outcome *host,
                   const struct outcome *guest)
{
    const struct trial trial = {in, host};
    for (unsigned i = 0; i < ARRAY_COUNT(differences); i++) {
        const struct difference *known = &differences[i];
        if (strncmp(row->name, known->row, strlen(known->row)) != 0 || !known->applies(&trial))
            continue;
        if (known->ignored == EVERYTHING || agree(row, host, guest, ~known->ignored))
            return (int)i;
    }
    return -1;
}

static void print_known(const unsigned *met)
{
    for (unsigned i = 0; i < ARRAY_COUNT(differences); i++)
        printf("# known: %-8s %6u  %s\n", differences[i].row, met[i], differences[i].reason);
}

static void print_image(const char *name, const struct image *image, const u8 *memory)
{
    printf("#   %-6s cw %04x sw %04x tags %04x", name, load_le16(image->bytes),
           load_le16(image->bytes + STATUS), load_le16(image->bytes + TAGS));
    for (unsigned i = 0; i < 3; i++) {
        struct float80 value = get_register(image, i);
        printf("  %04x:%016llx%s", value.exponent, (unsigned long long)value.mantissa,
               is_empty(image, i) ? "-" : "");
    }
    printf("  m %04x:%016llx\n", load_le16(memory + 8), (unsigned long long)load_le64(memory));
}

struct oracle {
    struct cpu_testbed *bed;
    u8 *page;
    struct random random;
    unsigned failures;
    unsigned known[ARRAY_COUNT(differences)];
    struct row_counts counts; /* by row of the opcode table: one for each of D8-DF */
};

static void count(struct oracle *oracle, const struct row *row, bool explained)
{
    for (u32 i = 0; i < opcode_row_count; i++)
        if (opcode_rows[i].code == row->code[0])
            row_counts_add(&oracle->counts, (u16)i, explained);
}

static bool run_case(struct oracle *oracle, const struct row *row, bool print)
{
    struct outcome host = {.flags = random_below(&oracle->random, 0x100) & FLAGS_ARITHMETIC};
    struct image in = make_image(&oracle->random, row);
    host.flags |= FLAG_ALWAYS;
    operand_bytes(&oracle->random, (enum operand_kind)row->kind, host.memory);
    u8 before[16];
    memcpy(before, host.memory, 16);
    struct outcome guest = host;
    run_host(oracle->page, row, &in, &host);
    run_guest(oracle->bed, &in, &guest);
    bool same = agree(row, &host, &guest, ~0u);
    int known = same ? -1 : explain(row, &in, &host, &guest);
    count(oracle, row, known >= 0);
    if (same)
        return true;
    if (known >= 0) {
        oracle->known[known]++;
        return true;
    }
    if (print) {
        print_image("before", &in, before);
        print_image("host", &host.image, host.memory);
        print_image("guest", &guest.image, guest.memory);
    }
    return false;
}

static void run_row(struct oracle *oracle, unsigned number, unsigned cases)
{
    const struct row *row = &rows[number];
    unsigned wrong = 0;
    load_guest(oracle->bed, row);
    for (unsigned i = 0; i < cases; i++)
        if (!run_case(oracle, row, wrong < 3))
            wrong++;
    printf("%s %u - %s: %u cases, %u differences\n", wrong ? "not ok" : "ok", number + 1, row->name,
           cases, wrong);
    oracle->failures += wrong != 0;
}

int main(int argc, char **argv)
{
    struct oracle_options options = {.cases = 2000, .seed = 387};
    oracle_options_read(argc, argv, &options);
    struct oracle oracle = {.random = {options.seed}};
    printf("# seed %llu\n1..%zu\n", (unsigned long long)oracle.random.state, ARRAY_COUNT(rows));
    oracle.bed = cpu_testbed_new(CPU_686);
    oracle.page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!oracle.bed || oracle.page == MAP_FAILED)
        return EXIT_FAILURE;
    cpu_testbed_enter_ring(oracle.bed, 0);
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        run_row(&oracle, i, (unsigned)options.cases);
    print_known(oracle.known);
    cpu_testbed_free(oracle.bed);
    munmap(oracle.page, 4096);
    bool written = !options.rows || row_counts_write(&oracle.counts, options.rows);
    return oracle.failures || !written ? EXIT_FAILURE : EXIT_SUCCESS;
}
#endif
