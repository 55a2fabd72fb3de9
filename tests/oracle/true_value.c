#include "x87_operands.h"

#include "oracle/options.h"
#include "support/row_counts.h"

#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>

/* Holds the transcendental functions against libquadmath's, whose 113 bits stand for the true
   value: the distance is told in thousandths of a unit in the last place and must stay within one
   unit, in all rounding modes. Prints one TAP line a row.
   Use: true_value [--rows FILE] [--cases N a row] [--seed N] */

__extension__ typedef __float128 quad;

static quad to_quad(struct float80 a)
{
    int exponent = (a.exponent & 0x7fff) - FLOAT80_BIAS - 63;
    quad value = ldexpq((quad)a.mantissa, exponent);
    return float80_negative(a) ? -value : value;
}

static quad true_exp2_minus_1(quad x, quad unused)
{
    (void)unused;
    return expm1q(x * logq(2));
}
static quad true_y_log2(quad x, quad y)
{
    return y * (fabsq(x - 1) < (quad)0.5 ? log1pq(x - 1) / logq(2) : log2q(x));
}
static quad true_y_log2_plus_1(quad x, quad y)
{
    return y * log1pq(x) / logq(2);
}
static quad true_sin(quad x, quad unused)
{
    (void)unused;
    return sinq(x);
}
static quad true_cos(quad x, quad unused)
{
    (void)unused;
    return cosq(x);
}
static quad true_tan(quad x, quad unused)
{
    (void)unused;
    return tanq(x);
}
static quad true_arctan(quad x, quad y)
{
    return atan2q(y, x);
}

static struct float80 our_exp2_minus_1(struct float_env *env, struct float80 x, struct float80 y)
{
    (void)y;
    return float80_exp2_minus_1(env, x);
}
static struct float80 our_y_log2(struct float_env *env, struct float80 x, struct float80 y)
{
    x.exponent &= 0x7fff;
    return float80_y_log2(env, y, x);
}
static struct float80 our_y_log2_plus_1(struct float_env *env, struct float80 x, struct float80 y)
{
    return float80_y_log2_plus_1(env, y, x);
}
static struct float80 our_sin(struct float_env *env, struct float80 x, struct float80 y)
{
    (void)y;
    return float80_sin(env, x);
}
static struct float80 our_cos(struct float_env *env, struct float80 x, struct float80 y)
{
    (void)y;
    return float80_cos(env, x);
}
static struct float80 our_tan(struct float_env *env, struct float80 x, struct float80 y)
{
    (void)y;
    return float80_tan(env, x);
}
static struct float80 our_arctan(struct float_env *env, struct float80 x, struct float80 y)
{
    return float80_arctan(env, y, x);
}

struct row {
    const char *name;
    struct float80 (*ours)(struct float_env *env, struct float80 x, struct float80 y);
    quad (*true_value)(quad x, quad y);
    int least, most; /* exponents of x */
    bool positive;   /* x */
};

/* clang-format off */
static const struct row rows[] = {
    {"F2XM1",                our_exp2_minus_1,  true_exp2_minus_1,  -70, -1, false},
    {"FYL2X",                our_y_log2,        true_y_log2,        -70, 70, true},
    {"FYL2X near 1",         our_y_log2,        true_y_log2,        -1, 0, true},
    {"FYL2X, wide",          our_y_log2,        true_y_log2,        -16000, 16000, true},
    {"FYL2XP1",              our_y_log2_plus_1, true_y_log2_plus_1, -70, -2, false},
    {"FSIN to pi/4",         our_sin,           true_sin,           -70, -1, false},
    {"FSIN of some turns",   our_sin,           true_sin,           0, 12, false},
    {"FSIN to 2^63",         our_sin,           true_sin,           13, 62, false},
    {"FCOS to pi/4",         our_cos,           true_cos,           -70, -1, false},
    {"FCOS of some turns",   our_cos,           true_cos,           0, 12, false},
    {"FCOS to 2^63",         our_cos,           true_cos,           13, 62, false},
    {"FPTAN to pi/4",        our_tan,           true_tan,           -70, -1, false},
    {"FPTAN to 2^63",        our_tan,           true_tan,           0, 62, false},
    {"FPATAN",               our_arctan,        true_arctan,        -30, 30, false},
    {"FPATAN, wide",         our_arctan,        true_arctan,        -4000, 4000, false},
};
/* clang-format on */

/* Distance in units of the last of 64 bits of the true value. */
static double distance(struct float80 found, quad expected)
{
    int exponent;
    frexpq(expected, &exponent);
    return (double)fabsq(ldexpq(to_quad(found) - expected, 64 - exponent));
}

static double run_case(struct random *random, const struct row *row)
{
    struct float80 x = operand_modest(random, row->least, row->most);
    struct float80 y = operand_modest(random, -30, 30);
    struct float_env env = {.control = (u16)(0x037f | random_below(random, 4) << 10)};
    if (row->positive)
        x.exponent &= 0x7fff;
    quad expected = row->true_value(to_quad(x), to_quad(y));
    struct float80 found = row->ours(&env, x, y);
    return expected == 0 && found.mantissa == 0 ? 0 : distance(found, expected);
}

/* All of them are codes D9. */
static void count(struct row_counts *counts, u64 cases)
{
    for (u32 i = 0; i < opcode_row_count; i++)
        if (opcode_rows[i].code == 0xd9)
            counts->compared[i] += cases;
}

int main(int argc, char **argv)
{
    struct oracle_options options = {.cases = 10000, .seed = 387};
    oracle_options_read(argc, argv, &options);
    struct random random = {options.seed};
    struct row_counts counts = {0};
    bool passed = true;
    printf("# seed %llu\n1..%zu\n", (unsigned long long)random.state, ARRAY_COUNT(rows));
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        double worst = 0;
        for (u64 n = 0; n < options.cases; n++) {
            double error = run_case(&random, &rows[i]);
            worst = error > worst ? error : worst;
        }
        count(&counts, options.cases);
        printf("%s %u - %s: %u cases, at most %u/1000 of a unit\n", worst <= 1 ? "ok" : "not ok",
               i + 1, rows[i].name, (unsigned)options.cases, (unsigned)(worst * 1000));
        passed = passed && worst <= 1;
    }
    passed = passed && (!options.rows || row_counts_write(&counts, options.rows));
    return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
