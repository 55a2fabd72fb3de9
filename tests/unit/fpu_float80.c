#include "support/random_guest.h"
#include "support/suite.h"

#include "cpu/fpu/float80.h"
#include "cpu/fpu/wide.h"

/* The arithmetic alone: one row is one operation on two numbers under a control word, with the
   result to the last bit and the exceptions. */

enum operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    ROOT,
    TO_INTEGER,
    SCALE,
    PREM,
    PREM1,
    SIN,
    COS,
    TAN,
    ARCTAN,
    EXP2_MINUS_1,
    Y_LOG2,
    Y_LOG2_PLUS_1,
};

static struct float80 operate(enum operation operation, struct float_env *env, struct float80 a,
                              struct float80 b)
{
    unsigned quotient;
    bool partial;
    switch (operation) {
    case ADD:
        return float80_add(env, a, b);
    case SUBTRACT:
        return float80_subtract(env, a, b);
    case MULTIPLY:
        return float80_multiply(env, a, b);
    case DIVIDE:
        return float80_divide(env, a, b);
    case ROOT:
        return float80_square_root(env, a);
    case TO_INTEGER:
        return float80_round_to_integer(env, a);
    case SCALE:
        return float80_scale(env, a, b);
    case PREM:
        return float80_remainder(env, a, b, false, &quotient, &partial);
    case PREM1:
        return float80_remainder(env, a, b, true, &quotient, &partial);
    case SIN:
        return float80_sin(env, a);
    case COS:
        return float80_cos(env, a);
    case TAN:
        return float80_tan(env, a);
    case ARCTAN:
        return float80_arctan(env, a, b);
    case EXP2_MINUS_1:
        return float80_exp2_minus_1(env, a);
    case Y_LOG2:
        return float80_y_log2(env, a, b);
    case Y_LOG2_PLUS_1:
        return float80_y_log2_plus_1(env, a, b);
    }
    return a;
}

/* ---- Facts ---- */

#define NEAR 0x037fu
#define DOWN 0x077fu
#define UP 0x0b7fu
#define CHOP 0x0f7fu
#define SINGLE 0x007fu
#define DOUBLE 0x027fu
#define IE FLOAT_INVALID
#define DE FLOAT_DENORMAL
#define ZE FLOAT_ZERO_DIVIDE
#define OE FLOAT_OVERFLOW
#define UE FLOAT_UNDERFLOW
#define PE FLOAT_PRECISION

#define ONE                \
    {                      \
        1ull << 63, 0x3fff \
    }
#define MINUS_ONE          \
    {                      \
        1ull << 63, 0xbfff \
    }
#define TWO                \
    {                      \
        1ull << 63, 0x4000 \
    }
#define THREE                         \
    {                                 \
        0xc000000000000000ull, 0x4000 \
    }
#define ZERO \
    {        \
        0, 0 \
    }
#define MINUS_ZERO \
    {              \
        0, 0x8000  \
    }
#define INFINITY_PLUS      \
    {                      \
        1ull << 63, 0x7fff \
    }
#define INFINITY_MINUS     \
    {                      \
        1ull << 63, 0xffff \
    }
#define INDEFINITE                    \
    {                                 \
        0xc000000000000000ull, 0xffff \
    }
#define QUIET                         \
    {                                 \
        0xc000000000001234ull, 0x7fff \
    }
#define LARGER_QUIET                  \
    {                                 \
        0xd000000000000000ull, 0x7fff \
    }
#define SIGNALING                     \
    {                                 \
        0x8000000000000001ull, 0x7fff \
    }
#define QUIETED                       \
    {                                 \
        0xc000000000000001ull, 0x7fff \
    }
#define LEAST_NORMAL  \
    {                 \
        1ull << 63, 1 \
    }
#define LEAST \
    {         \
        1, 0  \
    }
#define LARGEST       \
    {                 \
        ~0ull, 0x7ffe \
    }
#define UNNORMAL                      \
    {                                 \
        0x4000000000000000ull, 0x3fff \
    }
#define PSEUDO_DENORMAL \
    {                   \
        1ull << 63, 0   \
    }
#define TINY               \
    {                      \
        1ull << 63, 0x3f00 \
    }

struct fact {
    const char *name;
    enum operation operation;
    u16 control;
    struct float80 a, b, result;
    u16 raised;
    bool up;
};

/* clang-format off */
static const struct fact facts[] = {
    {"exact_sum", ADD, NEAR, ONE, TWO, THREE, 0, false},
    {"cancelling_gives_plus_zero", SUBTRACT, NEAR, ONE, ONE, ZERO, 0, false},
    {"cancelling_gives_minus_zero_rounding_down", SUBTRACT, DOWN, ONE, ONE, MINUS_ZERO, 0, false},
    {"zeros_of_one_sign_keep_it", ADD, NEAR, MINUS_ZERO, MINUS_ZERO, MINUS_ZERO, 0, false},
    {"a_tiny_addend_is_lost", ADD, NEAR, ONE, TINY, ONE, PE, false},
    {"a_tiny_addend_counts_rounding_up", ADD, UP, ONE, TINY, {0x8000000000000001ull, 0x3fff}, PE, true},
    {"a_tiny_subtrahend_counts_when_chopping", SUBTRACT, CHOP, ONE, TINY, {~0ull, 0x3ffe}, PE, false},
    {"a_tie_goes_to_even", ADD, NEAR, ONE, {1ull << 63, 0x3fbf}, ONE, PE, false},
    {"a_tie_above_odd_goes_up", ADD, NEAR, {0x8000000000000001ull, 0x3fff}, {1ull << 63, 0x3fbf}, {0x8000000000000002ull, 0x3fff}, PE, true},
    {"single_precision_rounds_to_24_bits", DIVIDE, SINGLE, ONE, THREE, {0xaaaaab0000000000ull, 0x3ffd}, PE, true},
    {"double_precision_rounds_to_53_bits", DIVIDE, DOUBLE, ONE, THREE, {0xaaaaaaaaaaaaa800ull, 0x3ffd}, PE, false},
    {"a_third", DIVIDE, NEAR, ONE, THREE, {0xaaaaaaaaaaaaaaabull, 0x3ffd}, PE, true},
    {"two_thirds_chopped", DIVIDE, CHOP, TWO, THREE, {0xaaaaaaaaaaaaaaaaull, 0x3ffe}, PE, false},
    {"division_by_zero_is_infinite", DIVIDE, NEAR, MINUS_ONE, ZERO, INFINITY_MINUS, ZE, false},
    {"zero_by_zero_is_invalid", DIVIDE, NEAR, ZERO, ZERO, INDEFINITE, IE, false},
    {"infinity_by_zero_is_infinite_and_exact", DIVIDE, NEAR, INFINITY_PLUS, ZERO, INFINITY_PLUS, 0, false},
    {"infinities_of_different_signs_have_no_sum", ADD, NEAR, INFINITY_PLUS, INFINITY_MINUS, INDEFINITE, IE, false},
    {"infinity_times_zero_is_invalid", MULTIPLY, NEAR, INFINITY_PLUS, ZERO, INDEFINITE, IE, false},
    {"overflow_is_infinite", MULTIPLY, NEAR, LARGEST, TWO, INFINITY_PLUS, OE | PE, true},
    {"overflow_when_chopping_is_the_largest", MULTIPLY, CHOP, LARGEST, TWO, LARGEST, OE | PE, false},
    {"unmasked_overflow_wraps_the_exponent", MULTIPLY, 0x0377, LARGEST, TWO, {~0ull, 0x1fff}, OE, false},
    {"exact_denormals_do_not_underflow", DIVIDE, NEAR, LEAST_NORMAL, TWO, {1ull << 62, 0}, 0, false},
    {"inexact_denormals_underflow", DIVIDE, NEAR, LEAST_NORMAL, THREE, {0x2aaaaaaaaaaaaaabull, 0}, UE | PE, true},
    {"unmasked_underflow_counts_though_exact", DIVIDE, 0x036f, LEAST_NORMAL, TWO, {1ull << 63, 0x6000}, UE, false},
    {"half_of_the_least_is_zero", DIVIDE, NEAR, LEAST, TWO, ZERO, DE | UE | PE, false},
    {"denormals_are_told", ADD, NEAR, LEAST, ZERO, LEAST, DE, false},
    {"pseudo_denormals_are_denormals", ADD, NEAR, PSEUDO_DENORMAL, ZERO, LEAST_NORMAL, DE, false},
    {"unnormals_are_invalid", ADD, NEAR, UNNORMAL, ONE, INDEFINITE, IE, false},
    {"a_quiet_nan_goes_through", ADD, NEAR, QUIET, LEAST, QUIET, 0, false},
    {"a_signaling_nan_is_invalid_and_quieted", MULTIPLY, NEAR, ONE, SIGNALING, QUIETED, IE, false},
    {"the_larger_nan_wins", ADD, NEAR, QUIET, LARGER_QUIET, LARGER_QUIET, 0, false},
    {"quiet_wins_over_signaling", ADD, NEAR, QUIET, SIGNALING, QUIET, IE, false},
    {"root_of_two", ROOT, NEAR, TWO, ZERO, {0xb504f333f9de6484ull, 0x3fff}, PE, false},
    {"root_of_two_rounded_up", ROOT, UP, TWO, ZERO, {0xb504f333f9de6485ull, 0x3fff}, PE, true},
    {"root_of_minus_zero_is_itself", ROOT, NEAR, MINUS_ZERO, ZERO, MINUS_ZERO, 0, false},
    {"root_of_minus_one_is_invalid", ROOT, NEAR, MINUS_ONE, ZERO, INDEFINITE, IE, false},
    {"rounding_a_half_to_even", TO_INTEGER, NEAR, {1ull << 63, 0xbffe}, ZERO, MINUS_ZERO, PE, false},
    {"rounding_a_half_up", TO_INTEGER, UP, {1ull << 63, 0x3ffe}, ZERO, ONE, PE, true},
    {"scaling_takes_the_integral_part", SCALE, NEAR, THREE, {0xe000000000000000ull, 0x3fff}, {0xc000000000000000ull, 0x4001}, 0, false},
    {"scaling_zero_to_infinity_is_invalid", SCALE, NEAR, ZERO, INFINITY_PLUS, INDEFINITE, IE, false},
    {"prem_keeps_the_sign_of_the_dividend", PREM, NEAR, {0xe000000000000000ull, 0xc001}, {0x8000000000000000ull, 0x4001}, {0xc000000000000000ull, 0xc000}, 0, false},
    {"prem1_takes_the_nearest_multiple", PREM1, NEAR, {0xe000000000000000ull, 0xc001}, {0x8000000000000000ull, 0x4001}, ONE, 0, false},
    {"prem1_of_a_tie_takes_the_even_multiple", PREM1, NEAR, {0xc000000000000000ull, 0x4001}, {0x8000000000000000ull, 0x4001}, {0x8000000000000000ull, 0xc000}, 0, false},
    {"prem_by_zero_is_invalid", PREM, NEAR, ONE, ZERO, INDEFINITE, IE, false},
    {"sine_of_zero_is_exact", SIN, NEAR, MINUS_ZERO, ZERO, MINUS_ZERO, 0, false},
    {"sine_of_a_tiny_angle_is_a_little_less", SIN, DOWN, TINY, ZERO, {~0ull, 0x3eff}, PE, false},
    {"tangent_of_a_tiny_angle_is_a_little_more", TAN, UP, TINY, ZERO, {0x8000000000000001ull, 0x3f00}, PE, true},
    {"sine_of_infinity_is_invalid", SIN, NEAR, INFINITY_PLUS, ZERO, INDEFINITE, IE, false},
    {"arctan_of_minus_zero_on_the_left_is_minus_pi", ARCTAN, NEAR, MINUS_ZERO, MINUS_ONE, {0xc90fdaa22168c235ull, 0xc000}, PE, true},
    {"arctan_of_two_infinities", ARCTAN, NEAR, INFINITY_PLUS, INFINITY_MINUS, {0x96cbe3f9990e91a8ull, 0x4000}, PE, true},
    {"two_to_minus_one_less_one", EXP2_MINUS_1, NEAR, MINUS_ONE, ZERO, {1ull << 63, 0xbffe}, 0, false},
    {"logarithm_of_a_power_of_two_is_exact", Y_LOG2, NEAR, THREE, {1ull << 63, 0x4002}, {0x9000000000000000ull, 0x4002}, 0, false},
    {"prem1_of_more_than_half_is_negative", PREM1, NEAR, THREE, {1ull << 63, 0x4001}, MINUS_ONE, 0, false},
    {"prem1_of_less_than_half_is_itself", PREM1, NEAR, ONE, {1ull << 63, 0x4001}, ONE, 0, false},
    {"cosine_of_zero_is_one", COS, NEAR, ZERO, ZERO, ONE, 0, false},
    {"two_to_minus_infinity_less_one", EXP2_MINUS_1, NEAR, INFINITY_MINUS, ZERO, MINUS_ONE, 0, false},
    {"two_to_infinity_less_one", EXP2_MINUS_1, NEAR, INFINITY_PLUS, ZERO, INFINITY_PLUS, 0, false},
    {"two_to_zero_less_one", EXP2_MINUS_1, NEAR, MINUS_ZERO, ZERO, MINUS_ZERO, 0, false},
    {"arctan_of_a_32nd_fraction", ARCTAN, NEAR, ONE, {1ull << 63, 0x4003}, {0xffaaddb967ef4e37ull, 0x3ffa}, PE, true},
    {"arctan_of_infinity_over_one_is_half_pi", ARCTAN, NEAR, INFINITY_PLUS, ONE, {0xc90fdaa22168c235ull, 0x3fff}, PE, true},
    {"arctan_of_one_over_infinity_is_zero", ARCTAN, NEAR, MINUS_ONE, INFINITY_PLUS, MINUS_ZERO, 0, false},
    {"arctan_of_one_over_minus_zero_is_half_pi", ARCTAN, NEAR, ONE, MINUS_ZERO, {0xc90fdaa22168c235ull, 0x3fff}, PE, true},
    {"logarithm_of_infinity", Y_LOG2, NEAR, MINUS_ONE, INFINITY_PLUS, INFINITY_MINUS, 0, false},
    {"zero_times_logarithm_of_infinity_is_invalid", Y_LOG2, NEAR, ZERO, INFINITY_PLUS, INDEFINITE, IE, false},
    {"zero_times_logarithm_of_zero_is_invalid", Y_LOG2, NEAR, ZERO, ZERO, INDEFINITE, IE, false},
    {"infinity_times_logarithm_of_zero", Y_LOG2, NEAR, INFINITY_PLUS, ZERO, INFINITY_MINUS, 0, false},
    {"zero_times_logarithm_of_two", Y_LOG2, NEAR, MINUS_ZERO, TWO, MINUS_ZERO, 0, false},
    {"logarithm_of_one_is_zero", Y_LOG2, NEAR, MINUS_ONE, ONE, MINUS_ZERO, 0, false},
    {"logarithm_plus_1_of_zero_keeps_signs", Y_LOG2_PLUS_1, NEAR, MINUS_ONE, ZERO, MINUS_ZERO, 0, false},
    {"logarithm_plus_1_of_infinity", Y_LOG2_PLUS_1, NEAR, ONE, INFINITY_PLUS, INFINITY_PLUS, 0, false},
    {"infinity_times_logarithm_plus_1_of_zero_is_invalid", Y_LOG2_PLUS_1, NEAR, INFINITY_PLUS, ZERO, INDEFINITE, IE, false},
    {"logarithm_plus_1_of_minus_one", Y_LOG2_PLUS_1, NEAR, ONE, MINUS_ONE, INFINITY_MINUS, ZE, false},
    {"logarithm_plus_1_of_less_is_invalid", Y_LOG2_PLUS_1, NEAR, ONE, INFINITY_MINUS, INDEFINITE, IE, false},
    {"unmasked_denormal_stops_the_logarithm", Y_LOG2, 0x037d, LEAST, TWO, LEAST, DE, false},
    {"unmasked_denormal_stops_logarithm_plus_1", Y_LOG2_PLUS_1, 0x037d, LEAST, TINY, LEAST, DE, false},
    {"logarithm_of_zero_divides_by_zero", Y_LOG2, NEAR, ONE, ZERO, INFINITY_MINUS, ZE, false},
    {"logarithm_of_a_negative_is_invalid", Y_LOG2, NEAR, ONE, MINUS_ONE, INDEFINITE, IE, false},
    {"infinity_times_logarithm_of_one_is_invalid", Y_LOG2, NEAR, INFINITY_PLUS, ONE, INDEFINITE, IE, false},
};

/* Values computed with 600 bits and rounded to the nearest (mpmath). */
struct reference {
    enum operation operation;
    struct float80 a, b, result;
};
static const struct reference references[] = {
    {SIN, {0xffffffffffffffffull, 0x403d}, {0x0000000000000000ull, 0x0000}, {0xdf327e112abeef8full, 0x3ffe}},
    {SIN, {0xc90fdaa22168c235ull, 0x4000}, {0x0000000000000000ull, 0x0000}, {0xece675d1fc8f8cbbull, 0xbfbe}},
    {SIN, {0xc90fdaa22168c235ull, 0x4001}, {0x0000000000000000ull, 0x0000}, {0xece675d1fc8f8cbbull, 0x3fbf}},
    {SIN, {0xe1fb6b34d0a05698ull, 0xc03a}, {0x0000000000000000ull, 0x0000}, {0xdd5c2eb07a4b3ccaull, 0xbffe}},
    {SIN, {0x9a1211d3509e57faull, 0x4020}, {0x0000000000000000ull, 0x0000}, {0xf00d414a1013cacfull, 0xbffe}},
    {SIN, {0xe962ab72ae162d89ull, 0xbff4}, {0x0000000000000000ull, 0x0000}, {0xe962a96d6b30de0bull, 0xbff4}},
    {SIN, {0xedb4f359b89d8501ull, 0xc02d}, {0x0000000000000000ull, 0x0000}, {0xf1f1f866f5ecd631ull, 0x3ffa}},
    {SIN, {0x8edc8c6fb0ad330eull, 0x3446}, {0x0000000000000000ull, 0x0000}, {0x8edc8c6fb0ad330eull, 0x3446}},
    {SIN, {0xf05b59d642705b97ull, 0x4003}, {0x0000000000000000ull, 0x0000}, {0xfaec792c35a49faeull, 0xbffe}},
    {SIN, {0x87791a14dfffffffull, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0x813ce98eaee23ff0ull, 0xbffe}},
    {SIN, {0x89f304e209734e8bull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0x835e902b7bef51acull, 0x3ffe}},
    {SIN, {0xb768cc5c94807db7ull, 0xc033}, {0x0000000000000000ull, 0x0000}, {0xe36636bb21238ea2ull, 0xbffe}},
    {SIN, {0xa03f92e93690ca0eull, 0xbffc}, {0x0000000000000000ull, 0x0000}, {0x9f9855b9c42a92b9ull, 0xbffc}},
    {SIN, {0xed9884e3d283a19eull, 0xc036}, {0x0000000000000000ull, 0x0000}, {0xa0f56d0459e184f6ull, 0xbffe}},
    {SIN, {0xd3893de1a94b258full, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0xbc45aa89b1637757ull, 0xbffe}},
    {SIN, {0xa236c1a5ffffffffull, 0xbe98}, {0x0000000000000000ull, 0x0000}, {0xa236c1a5ffffffffull, 0xbe98}},
    {COS, {0xc90fdaa22168c235ull, 0x3fff}, {0x0000000000000000ull, 0x0000}, {0xece675d1fc8f8cbbull, 0xbfbd}},
    {COS, {0xffffffffffffffffull, 0x403d}, {0x0000000000000000ull, 0x0000}, {0xfac035ec484929c2ull, 0x3ffd}},
    {COS, {0x88eca77af75c687dull, 0x4015}, {0x0000000000000000ull, 0x0000}, {0xb686e5538d59052aull, 0x3ffd}},
    {COS, {0xc7494f9f9ed29e99ull, 0x3fd2}, {0x0000000000000000ull, 0x0000}, {0x8000000000000000ull, 0x3fff}},
    {COS, {0xdf0db0a36fc7fb8bull, 0x4015}, {0x0000000000000000ull, 0x0000}, {0xe31c105cd3145eb8ull, 0x3ffe}},
    {COS, {0xfba6a204c4cbdcc1ull, 0x3fff}, {0x0000000000000000ull, 0x0000}, {0xc520f7c98270ca74ull, 0xbffd}},
    {COS, {0xce103c583b88a0a7ull, 0x3fe1}, {0x0000000000000000ull, 0x0000}, {0xffffffffffffffebull, 0x3ffe}},
    {COS, {0xca8f914966400000ull, 0xc004}, {0x0000000000000000ull, 0x0000}, {0xee3c761a00c50f02ull, 0x3ffe}},
    {COS, {0xb56e663b56c94860ull, 0x3fd9}, {0x0000000000000000ull, 0x0000}, {0x8000000000000000ull, 0x3fff}},
    {COS, {0xb87027b67c157a12ull, 0x403d}, {0x0000000000000000ull, 0x0000}, {0xb9109108f39aa5f6ull, 0x3ffe}},
    {COS, {0x838ef2c19e597fb0ull, 0xbfd6}, {0x0000000000000000ull, 0x0000}, {0x8000000000000000ull, 0x3fff}},
    {COS, {0xcdbcb18afd1ad4b0ull, 0xc006}, {0x0000000000000000ull, 0x0000}, {0x987a69a60ac2d287ull, 0xbffa}},
    {COS, {0x90d6206cfb861b11ull, 0x3ff0}, {0x0000000000000000ull, 0x0000}, {0xfffffffd7073435aull, 0x3ffe}},
    {COS, {0xe7a9ecd42dbfffffull, 0xc020}, {0x0000000000000000ull, 0x0000}, {0xcb31a15cf850917bull, 0xbffe}},
    {COS, {0xa2c5bcd8e48846bfull, 0xc02d}, {0x0000000000000000ull, 0x0000}, {0x994ba48d7b54eea1ull, 0xbffc}},
    {COS, {0x9c17a0b7bd7038d4ull, 0xbfd6}, {0x0000000000000000ull, 0x0000}, {0x8000000000000000ull, 0x3fff}},
    {TAN, {0xc90fdaa22168c235ull, 0x3fff}, {0x0000000000000000ull, 0x0000}, {0x8a51e04daabda35full, 0xc040}},
    {TAN, {0x8000000000000000ull, 0x403d}, {0x0000000000000000ull, 0x0000}, {0xfcff2df3327d3a09ull, 0x3ffe}},
    {TAN, {0x8d9753f3eb280914ull, 0xc002}, {0x0000000000000000ull, 0x0000}, {0xa60545fbaf42f38aull, 0x3ffe}},
    {TAN, {0xa94a64af013c24baull, 0x4006}, {0x0000000000000000ull, 0x0000}, {0xbe095fce35c3e78bull, 0xbffd}},
    {TAN, {0xa169e84df93c2180ull, 0x4004}, {0x0000000000000000ull, 0x0000}, {0x87a76c08cdc6f18eull, 0xbffe}},
    {TAN, {0xebb44ccde12ce173ull, 0xc002}, {0x0000000000000000ull, 0x0000}, {0xbd62399af5ff36f0ull, 0x3fff}},
    {TAN, {0xdf102a458afe8a6cull, 0xc029}, {0x0000000000000000ull, 0x0000}, {0xdec5f0cb338318e8ull, 0xc003}},
    {TAN, {0xd1b0ffffffffffffull, 0xc007}, {0x0000000000000000ull, 0x0000}, {0xc9ecc661be0d7dcaull, 0xc004}},
    {TAN, {0xa90d2fee37fd6c12ull, 0xc036}, {0x0000000000000000ull, 0x0000}, {0xc46983b1c6706183ull, 0xc003}},
    {TAN, {0x96c6066e8ba60000ull, 0xc004}, {0x0000000000000000ull, 0x0000}, {0xbbb1e833de6b85ffull, 0x3ff7}},
    {TAN, {0x885d2f5398e38363ull, 0x3ffd}, {0x0000000000000000ull, 0x0000}, {0x8baeb93a8c935c82ull, 0x3ffd}},
    {TAN, {0xebd7948987d9046bull, 0x402f}, {0x0000000000000000ull, 0x0000}, {0xecaae1394f75e35aull, 0x3ffc}},
    {TAN, {0xd7f01c1f8ed921bbull, 0xbfe8}, {0x0000000000000000ull, 0x0000}, {0xd7f01c1f8edc5526ull, 0xbfe8}},
    {TAN, {0xec6cbc5da2295d43ull, 0xbffa}, {0x0000000000000000ull, 0x0000}, {0xecb00ad24714a316ull, 0xbffa}},
    {TAN, {0x99af289763919d60ull, 0xbfb2}, {0x0000000000000000ull, 0x0000}, {0x99af289763919d60ull, 0xbfb2}},
    {TAN, {0x9f6b6d3a947fdf8aull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0xb7d1a943e77f3594ull, 0x3ffe}},
    {ARCTAN, {0xd3d76dbf1dfe50dbull, 0x3ffe}, {0x875164edf310ebb9ull, 0x4036}, {0xc8629cc3a955a7efull, 0x3fc7}},
    {ARCTAN, {0xdcf6388076b75b9full, 0xc037}, {0xdeec000000000000ull, 0x3fff}, {0xc90fdaa22168c1b4ull, 0xbfff}},
    {ARCTAN, {0xb204b2b5ffffffffull, 0x4046}, {0xce36e59388df2268ull, 0xc003}, {0xc90fdaa22168c235ull, 0x3fff}},
    {ARCTAN, {0xc277abdf532aa408ull, 0xc061}, {0x9fe62c76389676e9ull, 0x3fff}, {0xc90fdaa22168c235ull, 0xbfff}},
    {ARCTAN, {0x9146ee218dd7acddull, 0x3bcb}, {0xb85ec69a91357d44ull, 0x4000}, {0xc9b8001b0106ee80ull, 0x3bc9}},
    {ARCTAN, {0xc1fa53ca5e598314ull, 0xb96f}, {0xbfa3800000000000ull, 0xc003}, {0xc90fdaa22168c235ull, 0xc000}},
    {ARCTAN, {0xa789ec6ddbffffffull, 0xbfff}, {0x9665ca0d44baa774ull, 0x3ffa}, {0xc578dcb0ffcbc7baull, 0xbfff}},
    {ARCTAN, {0xa7d2000000000000ull, 0xc007}, {0xd8c268f9f21bc33bull, 0xbfb1}, {0xc90fdaa22168c235ull, 0xbfff}},
    {ARCTAN, {0xcf7806182b1df000ull, 0x3fd4}, {0xe25bdb4d20000000ull, 0xbfff}, {0xc90fdaa221616d1dull, 0x4000}},
    {ARCTAN, {0xbcb07a414618cddfull, 0xc017}, {0xa73fffffffffffffull, 0xc000}, {0xc90fdb850b0ad1b6ull, 0xbfff}},
    {ARCTAN, {0xf27476c3984b551dull, 0xc004}, {0xc3535995e6fad1e7ull, 0xbfff}, {0xcc48a17187ea043full, 0xbfff}},
    {ARCTAN, {0xec49213ceeb7b542ull, 0xc004}, {0x9294421563901dc0ull, 0x3ffc}, {0xc8c0732369751031ull, 0xbfff}},
    {ARCTAN, {0xe7f49273405d3ff5ull, 0x4b1b}, {0xa39542e69e715c29ull, 0x4006}, {0xc90fdaa22168c235ull, 0x3fff}},
    {ARCTAN, {0xaa93dcb91bb5511aull, 0xc007}, {0xf9d377488dca3821ull, 0xc008}, {0xb401bdb419b2189bull, 0xc000}},
    {ARCTAN, {0xc84bfbd39bd01beaull, 0xc003}, {0xc08a3072f1e0b6bcull, 0x3fee}, {0xc90fd6c9c99c3e35ull, 0xbfff}},
    {ARCTAN, {0x8720000000000000ull, 0x3ff5}, {0x8b0dc00000000000ull, 0x3fff}, {0xf8c4613b69320e7cull, 0x3ff4}},
    {EXP2_MINUS_1, {0xe3a0000000000000ull, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0xeb8e834af9cc5836ull, 0xbffd}},
    {EXP2_MINUS_1, {0xa6bbe5f000000000ull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0x92120ad370a2a818ull, 0x3ffe}},
    {EXP2_MINUS_1, {0xe6ff4a4774a41bbdull, 0xbfb0}, {0x0000000000000000ull, 0x0000}, {0xa01d75ab08c62089ull, 0xbfb0}},
    {EXP2_MINUS_1, {0xaee41b727133bd78ull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0x9b0ca882bc8a4e0eull, 0x3ffe}},
    {EXP2_MINUS_1, {0xaa6e6fac4ee7cfc6ull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0x961daa2c0723f0c5ull, 0x3ffe}},
    {EXP2_MINUS_1, {0xd6410bd768ef50a1ull, 0x3ff7}, {0x0000000000000000ull, 0x0000}, {0x94d8beacfa61fbbeull, 0x3ff7}},
    {EXP2_MINUS_1, {0xd573dde9af121d0dull, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0xe0be14537e6d02f7ull, 0xbffd}},
    {EXP2_MINUS_1, {0xc85b4d874ad1a53cull, 0xbffa}, {0x0000000000000000ull, 0x0000}, {0x888c7759c7fd7577ull, 0xbffa}},
    {EXP2_MINUS_1, {0xfe40311b9c1623f9ull, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0xfec8dde6bf61c49bull, 0xbffd}},
    {EXP2_MINUS_1, {0xca43c00000000000ull, 0x3ffe}, {0x0000000000000000ull, 0x0000}, {0xbaac2fd164a5a0f3ull, 0x3ffe}},
    {EXP2_MINUS_1, {0xb130aa641b298012ull, 0xbffe}, {0x0000000000000000ull, 0x0000}, {0xc31b70010cd9a4eeull, 0xbffd}},
    {EXP2_MINUS_1, {0xadf636a1f2272472ull, 0x3ffc}, {0x0000000000000000ull, 0x0000}, {0xffef75844a966194ull, 0x3ffb}},
    {EXP2_MINUS_1, {0xfc3766b0ba675956ull, 0xbfeb}, {0x0000000000000000ull, 0x0000}, {0xaed2aed2dc5abbf0ull, 0xbfeb}},
    {EXP2_MINUS_1, {0xd01e54781067ffffull, 0x3fcd}, {0x0000000000000000ull, 0x0000}, {0x9041b964d23b0259ull, 0x3fcd}},
    {EXP2_MINUS_1, {0xd505ce2c5c0f147cull, 0x3ffa}, {0x0000000000000000ull, 0x0000}, {0x9659897b5e21920dull, 0x3ffa}},
    {EXP2_MINUS_1, {0x911d01430fd71846ull, 0x3faf}, {0x0000000000000000ull, 0x0000}, {0xc92b74c005b09a4bull, 0x3fae}},
    {Y_LOG2, {0x9c798350b5be3463ull, 0xbfe5}, {0xb3bff978d37d4fd1ull, 0x3fff}, {0x994c1e346f4c2906ull, 0xbfe4}},
    {Y_LOG2, {0xfe696077b6075720ull, 0xbfa5}, {0xcc0d9bb7dce17cd1ull, 0x3ffe}, {0xa67c813ce0cc8cc2ull, 0x3fa4}},
    {Y_LOG2, {0xdadb6de7c09d0e05ull, 0xc013}, {0xfffffffff05c06d9ull, 0x3fff}, {0xdadb6de7ad52a703ull, 0xc013}},
    {Y_LOG2, {0xa96795f80460b503ull, 0x4036}, {0x800000322cc38bacull, 0x3ffe}, {0xa967959836fc2e55ull, 0xc036}},
    {Y_LOG2, {0x82fd2b3f4c735aa5ull, 0x3ff5}, {0xffffffffd2fc70deull, 0x3fff}, {0x82fd2b3f2b38c1e9ull, 0x3ff5}},
    {Y_LOG2, {0xe99bbf0b817d0d20ull, 0x3fe4}, {0xb08964ac19ff9ec4ull, 0x4d88}, {0xc5a5967406dc7d1full, 0x3ff0}},
    {Y_LOG2, {0x9106fa5f8f7634ddull, 0x4056}, {0x800000006b5342acull, 0x3fff}, {0xaf6f574aee98444eull, 0x4036}},
    {Y_LOG2, {0x85541a2479568480ull, 0x4055}, {0x8000000005cc30f5ull, 0x3ffe}, {0x85541a2470a02501ull, 0xc055}},
    {Y_LOG2, {0xaed0a0fa95527dc5ull, 0x4040}, {0xb36df0e444fe980aull, 0x3fff}, {0xaa5d7d9c1bfea1c6ull, 0x403f}},
    {Y_LOG2, {0xd589114c49389cf1ull, 0x3fb8}, {0x800000afbbb7662eull, 0x47be}, {0xcec2179ff24412cfull, 0x3fc3}},
    {Y_LOG2, {0x8861deb5a4d6f4d7ull, 0x4022}, {0xffaf150d58f8363full, 0x3ffe}, {0xf8ec3e393b04e36eull, 0xc018}},
    {Y_LOG2, {0x83f3ffffffffffffull, 0x3fb7}, {0xc8e3658851ef4d1bull, 0x3ffe}, {0xb89a498ad844fbe7ull, 0xbfb5}},
    {Y_LOG2, {0xc36120181eca4a25ull, 0x4056}, {0xffffffffffffffcaull, 0x3fff}, {0xc36120181eca49eaull, 0x4056}},
    {Y_LOG2, {0x9656ab862dcec076ull, 0xc03c}, {0xffffff800b72daffull, 0x3fff}, {0x9656ab19c53e31e0ull, 0xc03c}},
    {Y_LOG2, {0xef73561af8eab63eull, 0xbff0}, {0x800000000001f77dull, 0x3ffe}, {0xef73561af8e56766ull, 0x3ff0}},
    {Y_LOG2, {0x80ee990eba0dc400ull, 0x4050}, {0xcb44400000000000ull, 0x3fff}, {0xac0df1896d26b82dull, 0x404f}},
    {Y_LOG2_PLUS_1, {0xfd3348f0f5560da1ull, 0x3fb4}, {0xff8d800000000000ull, 0xbffc}, {0xd1bffa6a2836073cull, 0xbfb3}},
    {Y_LOG2_PLUS_1, {0xc3d8000000000000ull, 0x3fb8}, {0x853208085b7fef00ull, 0xbffd}, {0xaa433ebc543aba6cull, 0xbfb7}},
    {Y_LOG2_PLUS_1, {0xfa881922ffffffffull, 0x4022}, {0xb5702df7c9430420ull, 0x3ffc}, {0xebd7aa0a37346ee0ull, 0x4020}},
    {Y_LOG2_PLUS_1, {0x968af4edf193706aull, 0xbfae}, {0x81ffffffffffffffull, 0x3fe8}, {0xdc94b530e21d3d1cull, 0xbf97}},
    {Y_LOG2_PLUS_1, {0xb11583c85baca03cull, 0x4055}, {0x8000000000000000ull, 0xbfd6}, {0xff7a6fdc2d2cec48ull, 0xc02c}},
    {Y_LOG2_PLUS_1, {0x9849ffffffffffffull, 0x3ff0}, {0xa6ba0a0000000000ull, 0x3fd3}, {0x8f16f8e5343d1815ull, 0x3fc5}},
    {Y_LOG2_PLUS_1, {0xb7e7aa124d924000ull, 0x3fc4}, {0x9d777a78b4b76cb0ull, 0x3fe0}, {0xa332dec92b5157e1ull, 0x3fa6}},
    {Y_LOG2_PLUS_1, {0xf57313d5fe9a8675ull, 0x3fb9}, {0x9a73b38f24e152d4ull, 0xbffd}, {0xfe49fbc658f34266ull, 0xbfb8}},
    {Y_LOG2_PLUS_1, {0x93d9588e62c146aeull, 0x4023}, {0xc7f3372f5edf3270ull, 0xbfd1}, {0xa6998dccc4bd19f7ull, 0xbff6}},
    {Y_LOG2_PLUS_1, {0xd52862e33dd10dedull, 0xc05f}, {0xf564ede924d76a97ull, 0x3fea}, {0x9364013f1f0cb6f7ull, 0xc04c}},
    {Y_LOG2_PLUS_1, {0xf0af7562898b336full, 0xc030}, {0x9cc3868ecd1bb985ull, 0x3ff6}, {0xd460f6ce83bd4d7eull, 0xc028}},
    {Y_LOG2_PLUS_1, {0x8e2daeff35444cf0ull, 0x4044}, {0x829e4d950f6fe11full, 0x3ffd}, {0xba6f52e4ac13b88bull, 0x4042}},
    {Y_LOG2_PLUS_1, {0x84a6fe071505f83cull, 0x3f9b}, {0xfd5eab8cf7004656ull, 0xbfa9}, {0xbd691c8595f16c32ull, 0xbf46}},
    {Y_LOG2_PLUS_1, {0xa4c96ca7fa13fce4ull, 0x4043}, {0xc288016ae66aa13cull, 0xbffc}, {0xc85a16a137ec597full, 0xc041}},
    {Y_LOG2_PLUS_1, {0xd9d67feafec36a2aull, 0x405d}, {0xf527cf24ef041353ull, 0x4053}, {0x908d3c153019dc64ull, 0x4064}},
    {Y_LOG2_PLUS_1, {0x8a7ab58dc8075dc4ull, 0x4045}, {0x8f44a1d7a75faee2ull, 0xbfd7}, {0xdf9d2ffc724ac91bull, 0xc01d}},
};
/* clang-format on */

static bool same(struct float80 a, struct float80 b)
{
    return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

#define SHOWN(value) (value).exponent, (unsigned long long)(value).mantissa

START_TEST(float80_operation_gives_the_bits_of_its_row)
{
    const struct fact *fact = &facts[_i];
    struct float_env env = {.control = fact->control};
    struct float80 result = operate(fact->operation, &env, fact->a, fact->b);
    ck_assert_msg(same(result, fact->result), "%s: %04x:%016llx, expected %04x:%016llx", fact->name,
                  SHOWN(result), SHOWN(fact->result));
    ck_assert_msg(env.raised == fact->raised, "%s: raised %02x, expected %02x", fact->name,
                  env.raised, fact->raised);
    ck_assert_msg(env.up == fact->up, "%s: rounded %s", fact->name, env.up ? "up" : "down");
}
END_TEST

START_TEST(float80_transcendental_is_the_nearest_number)
{
    const struct reference *row = &references[_i];
    struct float_env env = {.control = NEAR};
    struct float80 result = operate(row->operation, &env, row->a, row->b);
    ck_assert_msg(same(result, row->result), "row %d: %04x:%016llx, expected %04x:%016llx", _i,
                  SHOWN(result), SHOWN(row->result));
    ck_assert_msg((env.raised & ~DE) == PE, "row %d: raised %02x", _i, env.raised);
}
END_TEST

/* ---- Conversions ---- */

struct conversion {
    const char *name;
    u16 control;
    unsigned bits; /* 32, 64: real; 16 + 1, 32 + 1, 64 + 1: integer */
    struct float80 a;
    u64 result;
    u16 raised;
};

/* clang-format off */
static const struct conversion conversions[] = {
    {"single_one", NEAR, 32, ONE, 0x3f800000, 0},
    {"single_overflow", NEAR, 32, {1ull << 63, 0x407f}, 0x7f800000, OE | PE},
    {"single_largest_when_chopping", CHOP, 32, {1ull << 63, 0x407f}, 0x7f7fffff, OE | PE},
    {"single_denormal", NEAR, 32, {1ull << 63, 0x3f80}, 0x00400000, 0},
    {"single_below_the_least", NEAR, 32, {1ull << 63, 0x3f00}, 0, UE | PE},
    {"single_rounds_up_to_normal", NEAR, 32, {~0ull, 0x3f80}, 0x00800000, PE},
    {"single_signaling_nan", NEAR, 32, SIGNALING, 0x7fc00000, IE},
    {"single_infinity", NEAR, 32, INFINITY_MINUS, 0xff800000, 0},
    {"double_third", NEAR, 64, {0xaaaaaaaaaaaaaaabull, 0x3ffd}, 0x3fd5555555555555ull, PE},
    {"double_of_a_denormal_is_zero", NEAR, 64, LEAST, 0, UE | PE},
    {"double_unnormal_is_indefinite", NEAR, 64, UNNORMAL, 0xfff8000000000000ull, IE},
    {"word_rounds_to_even", NEAR, 17, {0xa000000000000000ull, 0x4000}, 2, PE},
    {"word_least", NEAR, 17, {1ull << 63, 0xc00e}, 0x8000, 0},
    {"word_too_large", NEAR, 17, {1ull << 63, 0x400e}, 0x8000, IE},
    {"word_rounds_out_of_range", NEAR, 17, {0xffff000000000000ull, 0x400d}, 0x8000, IE},
    {"dword_of_a_nan", NEAR, 33, QUIET, 0x80000000, IE},
    {"dword_minus_one", NEAR, 33, MINUS_ONE, 0xffffffff, 0},
    {"qword_largest", NEAR, 65, {0xfffffffffffffffeull, 0x403d}, 0x7fffffffffffffffull, 0},
    {"qword_infinity", NEAR, 65, INFINITY_PLUS, 1ull << 63, IE},
    {"qword_of_a_denormal_is_inexact_only", UP, 65, LEAST, 1, PE},
};
/* clang-format on */

static u64 convert(const struct conversion *row, struct float_env *env)
{
    if (row->bits == 32)
        return float80_to_float32(env, row->a);
    if (row->bits == 64)
        return float80_to_float64(env, row->a);
    return float80_to_integer(env, row->a, row->bits - 1) & ~0ull >> (65 - row->bits);
}

START_TEST(float80_conversion_gives_the_bits_of_its_row)
{
    const struct conversion *row = &conversions[_i];
    struct float_env env = {.control = row->control};
    u64 result = convert(row, &env);
    ck_assert_msg(result == row->result, "%s: %llx, expected %llx", row->name,
                  (unsigned long long)result, (unsigned long long)row->result);
    ck_assert_msg(env.raised == row->raised, "%s: raised %02x", row->name, env.raised);
}
END_TEST

START_TEST(float80_reals_survive_the_way_there_and_back)
{
    struct float_env env = {.control = NEAR};
    bool denormal;
    for (u32 i = 0; i < 100000; i++) {
        u32 single = i * 42949u;
        u64 wide = (u64)single << 32 | (i * 7919u);
        bool nan = (single & 0x7f800000) == 0x7f800000 && (single & 0x7fffff);
        bool nan64 = (wide >> 52 & 0x7ff) == 0x7ff && wide << 12;
        if (!nan)
            ck_assert_uint_eq(float80_to_float32(&env, float80_from_float32(single, &denormal)),
                              single);
        if (!nan64)
            ck_assert_uint_eq(float80_to_float64(&env, float80_from_float64(wide, &denormal)),
                              wide);
    }
    ck_assert_uint_eq(env.raised & ~PE, 0);
}
END_TEST

START_TEST(float80_bcd_survives_the_way_there_and_back)
{
    static const u8 digits[10] = {0x89, 0x67, 0x45, 0x23, 0x01, 0x90, 0x78, 0x56, 0x99, 0x80};
    static const u8 indefinite[10] = {0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff};
    struct float_env env = {.control = NEAR};
    u8 back[10];
    float80_to_bcd(&env, float80_from_bcd(digits), back);
    ck_assert_mem_eq(back, digits, 10);
    ck_assert_uint_eq(env.raised, 0);
    /* 10^18 has one digit too many. */
    float80_to_bcd(&env, float80_from_integer(1000000000000000000), back);
    ck_assert_mem_eq(back, indefinite, 10);
    ck_assert_uint_eq(env.raised, IE);
}
END_TEST

/* 387 PRM, FXTRACT: of zero a zero divide, with an exponent of minus infinity; of infinity
   infinity. */
START_TEST(float80_extract_of_zero_and_infinity)
{
    struct float_env env = {.control = 0x037f};
    struct float80 exponent, minus_zero = {0, FLOAT80_SIGN}, infinity = {1ull << 63, 0x7fff};
    struct float80 mantissa = float80_extract(&env, minus_zero, &exponent);
    ck_assert_uint_eq(mantissa.mantissa, 0);
    ck_assert_uint_eq(mantissa.exponent, FLOAT80_SIGN);
    ck_assert_uint_eq(exponent.exponent, 0xffff);
    ck_assert_uint_eq(exponent.mantissa, 1ull << 63);
    ck_assert_uint_eq(env.raised, FLOAT_ZERO_DIVIDE);
    env.raised = 0;
    mantissa = float80_extract(&env, infinity, &exponent);
    ck_assert_uint_eq(mantissa.exponent, 0x7fff);
    ck_assert_uint_eq(exponent.exponent, 0x7fff);
    ck_assert_uint_eq(exponent.mantissa, 1ull << 63);
    ck_assert_uint_eq(env.raised, 0);
}
END_TEST

START_TEST(float80_sine_and_cosine_make_one)
{
    struct float_env env = {.control = NEAR};
    for (unsigned i = 0; i < 2000; i++) {
        struct float80 a = {0x8000000000000000ull | i * 0x9e3779b97f4a7ull, (u16)(0x3ff0 + i % 60)};
        struct float80 sine = float80_sin(&env, a), cosine = float80_cos(&env, a);
        struct float80 sum = float80_add(&env, float80_multiply(&env, sine, sine),
                                         float80_multiply(&env, cosine, cosine));
        struct float80 distance = float80_subtract(&env, sum, (struct float80){1ull << 63, 0x3fff});
        ck_assert((distance.exponent & 0x7fff) <= 0x3fff - 62);
    }
}
END_TEST

static u64 random64(u64 *state)
{
    return (u64)random_next(state) << 32 | random_next(state);
}

/* The host's division and the one by digits, with remainders near both ends. */
START_TEST(wide_division_is_the_same_both_ways)
{
    u64 state = 387;
    for (unsigned round = 0; round < 20000; round++) {
        u64 divisor = random64(&state) | 1ull << 63, high = random64(&state) % divisor, rest[2];
        u64 low = round % 3 ? random64(&state) : round % 2 ? ~0ull : 0;
        if (round % 5 == 0)
            high = divisor - 1;
        ck_assert(u64_divide(high, low, divisor, &rest[0]) ==
                  u64_divide_by_digits(high, low, divisor, &rest[1]));
        ck_assert(rest[0] == rest[1] && rest[0] < divisor);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fpu_float80");
    TCase *cases = tcase_create("rows");
    tcase_add_loop_test(cases, float80_operation_gives_the_bits_of_its_row, 0,
                        (int)ARRAY_COUNT(facts));
    tcase_add_loop_test(cases, float80_transcendental_is_the_nearest_number, 0,
                        (int)ARRAY_COUNT(references));
    tcase_add_loop_test(cases, float80_conversion_gives_the_bits_of_its_row, 0,
                        (int)ARRAY_COUNT(conversions));
    tcase_add_test(cases, float80_reals_survive_the_way_there_and_back);
    tcase_add_test(cases, float80_bcd_survives_the_way_there_and_back);
    tcase_add_test(cases, float80_extract_of_zero_and_infinity);
    tcase_add_test(cases, float80_sine_and_cosine_make_one);
    tcase_add_test(cases, wide_division_is_the_same_both_ways);
    suite_add_tcase(suite, cases);
    return suite_finish(suite);
}
