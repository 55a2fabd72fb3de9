#ifndef GLASS386_CPU_FPU_CONSTANTS_H
#define GLASS386_CPU_FPU_CONSTANTS_H

#include "cpu/fpu/wide.h"

/* Numbers of mathematics, rounded to 128 bits or what is said. */

/* 1 / (2 k + 1), in 2^-127: the series of the arc tangents. */
static const struct u128 inverse_odd[] = {
    {0x8000000000000000ull, 0x0000000000000000ull}, {0x2aaaaaaaaaaaaaaaull, 0xaaaaaaaaaaaaaaabull},
    {0x1999999999999999ull, 0x999999999999999aull}, {0x1249249249249249ull, 0x2492492492492492ull},
    {0x0e38e38e38e38e38ull, 0xe38e38e38e38e38eull}, {0x0ba2e8ba2e8ba2e8ull, 0xba2e8ba2e8ba2e8cull},
    {0x09d89d89d89d89d8ull, 0x9d89d89d89d89d8aull}, {0x0888888888888888ull, 0x8888888888888889ull},
    {0x0787878787878787ull, 0x8787878787878788ull}, {0x06bca1af286bca1aull, 0xf286bca1af286bcaull},
    {0x0618618618618618ull, 0x6186186186186186ull}, {0x0590b21642c8590bull, 0x21642c8590b21643ull},
    {0x051eb851eb851eb8ull, 0x51eb851eb851eb85ull}, {0x04bda12f684bda12ull, 0xf684bda12f684bdaull},
    {0x0469ee58469ee584ull, 0x69ee58469ee5846aull}, {0x0421084210842108ull, 0x4210842108421084ull},
    {0x03e0f83e0f83e0f8ull, 0x3e0f83e0f83e0f84ull}, {0x03a83a83a83a83a8ull, 0x3a83a83a83a83a84ull},
};
/* 1 / (2 k + 1)!, in 2^-127. */
static const struct u128 sine_terms[] = {
    {0x8000000000000000ull, 0x0000000000000000ull}, {0x1555555555555555ull, 0x5555555555555555ull},
    {0x0111111111111111ull, 0x1111111111111111ull}, {0x0006806806806806ull, 0x8068068068068068ull},
    {0x0000171de3a556c7ull, 0x338faac1c88e5001ull}, {0x00000035cc8acfeaull, 0x89c71fce8fc97070ull},
    {0x000000005849184eull, 0xa1b425f28e0cc749ull}, {0x00000000006b9fcfull, 0x9ccee07c476195acull},
    {0x000000000000654bull, 0x1dc0c2b529ac9814ull}, {0x000000000000004bull, 0xd26d1a05055c9328ull},
    {0x0000000000000000ull, 0x2e371dedb9eae318ull}, {0x0000000000000000ull, 0x001761b41316381aull},
    {0x0000000000000000ull, 0x000009f9e66e8b30ull}, {0x0000000000000000ull, 0x00000003a356385cull},
};
/* 1 / (2 k)!, in 2^-127. */
static const struct u128 cosine_terms[] = {
    {0x8000000000000000ull, 0x0000000000000000ull}, {0x4000000000000000ull, 0x0000000000000000ull},
    {0x0555555555555555ull, 0x5555555555555555ull}, {0x002d82d82d82d82dull, 0x82d82d82d82d82d8ull},
    {0x0000d00d00d00d00ull, 0xd00d00d00d00d00dull}, {0x0000024fc9f6ef13ull, 0xeb8e5de02da7d4cdull},
    {0x000000047bb63bfeull, 0x3625ed5136a61eb4ull}, {0x00000000064e5d2aull, 0x301f27482eb7c517ull},
    {0x000000000006b9fcull, 0xf9ccee07c476195bull}, {0x00000000000005a0ull, 0x9e18ee5f65deec01ull},
    {0x0000000000000003ull, 0xca8574804044a0f5ull}, {0x0000000000000000ull, 0x0219c72db6ff0a53ull},
    {0x0000000000000000ull, 0x0000f96780cb97acull}, {0x0000000000000000ull, 0x000000623a17f1a9ull},
};
/* 1 / (k + 1)!, in 2^-127. */
static const struct u128 exponential_terms[] = {
    {0x8000000000000000ull, 0x0000000000000000ull}, {0x4000000000000000ull, 0x0000000000000000ull},
    {0x1555555555555555ull, 0x5555555555555555ull}, {0x0555555555555555ull, 0x5555555555555555ull},
    {0x0111111111111111ull, 0x1111111111111111ull}, {0x002d82d82d82d82dull, 0x82d82d82d82d82d8ull},
    {0x0006806806806806ull, 0x8068068068068068ull}, {0x0000d00d00d00d00ull, 0xd00d00d00d00d00dull},
    {0x0000171de3a556c7ull, 0x338faac1c88e5001ull}, {0x0000024fc9f6ef13ull, 0xeb8e5de02da7d4cdull},
    {0x00000035cc8acfeaull, 0x89c71fce8fc97070ull}, {0x000000047bb63bfeull, 0x3625ed5136a61eb4ull},
    {0x000000005849184eull, 0xa1b425f28e0cc749ull}, {0x00000000064e5d2aull, 0x301f27482eb7c517ull},
    {0x00000000006b9fcfull, 0x9ccee07c476195acull}, {0x000000000006b9fcull, 0xf9ccee07c476195bull},
    {0x000000000000654bull, 0x1dc0c2b529ac9814ull}, {0x00000000000005a0ull, 0x9e18ee5f65deec01ull},
    {0x000000000000004bull, 0xd26d1a05055c9328ull}, {0x0000000000000003ull, 0xca8574804044a0f5ull},
    {0x0000000000000000ull, 0x2e371dedb9eae318ull}, {0x0000000000000000ull, 0x0219c72db6ff0a53ull},
    {0x0000000000000000ull, 0x001761b41316381aull}, {0x0000000000000000ull, 0x0000f96780cb97acull},
    {0x0000000000000000ull, 0x000009f9e66e8b30ull},
};
/* arctan(k / 32). */
static const struct wide arctan_table[] = {
    {{0, 0}, 0, false},
    {{0xffeaaddd4bb12542ull, 0x779d776dda8c6214ull}, -6, false},
    {{0xffaaddb967ef4e36ull, 0xcb2792dc0e2e0d51ull}, -5, false},
    {{0xbf70c13017887460ull, 0x93567e784cf83676ull}, -4, false},
    {{0xfeadd4d5617b6e32ull, 0xc897989f3e888ef8ull}, -4, false},
    {{0x9eb77746331362c3ull, 0x47619d250360fe85ull}, -3, false},
    {{0xbdcbda5e72d81134ull, 0x7b0b4f881c9c7488ull}, -3, false},
    {{0xdc86ba9493051022ull, 0xf621a5c1cb552f03ull}, -3, false},
    {{0xfadbafc96406eb15ull, 0x6dc79ef5f7a217e6ull}, -3, false},
    {{0x8c5fad185f8bc130ull, 0xca4748b1bf88298dull}, -2, false},
    {{0x9b13b9b83f5e5e69ull, 0xc5abb498d27af328ull}, -2, false},
    {{0xa9856cca8e6a4edaull, 0x99b7f77bf7d9e8c1ull}, -2, false},
    {{0xb7b0ca0f26f78473ull, 0x8aa32122dcfe4483ull}, -2, false},
    {{0xc59269ca50d92b6dull, 0xa1746e91f50a28deull}, -2, false},
    {{0xd327761e611fe5b6ull, 0x427c95e9001e7136ull}, -2, false},
    {{0xe06da64a764f7c67ull, 0xc631ed96798cb804ull}, -2, false},
    {{0xed63382b0dda7b45ull, 0x6fe445ecbc3a8d03ull}, -2, false},
    {{0xfa06e85aa0a0be5cull, 0x66d23c7d5dc8ecc2ull}, -2, false},
    {{0x832bf4a6d9867e2aull, 0x4b6a09cb61a515c1ull}, -1, false},
    {{0x892aecdfde9547b5ull, 0x094478fc472b4afcull}, -1, false},
    {{0x8f005d5ef7f59f9bull, 0x5c835e1665c43748ull}, -1, false},
    {{0x94ac72c9847186f6ull, 0x18c4f393f78a32f9ull}, -1, false},
    {{0x9a2f80e671bdda20ull, 0x4226f8e2204ff3bdull}, -1, false},
    {{0x9f89fdc4f4b7a1ecull, 0xf8b492644f0701e0ull}, -1, false},
    {{0xa4bc7d1934f70924ull, 0x19a87f2a457dac9full}, -1, false},
    {{0xa9c7abdc4830f5c8ull, 0x916a84b5be7933f6ull}, -1, false},
    {{0xaeac4c38b4d8c080ull, 0x14725e2f3e52070aull}, -1, false},
    {{0xb36b31c91f043691ull, 0x590141744462f93aull}, -1, false},
    {{0xb8053e2bc2319e73ull, 0xcb2da55210a4443dull}, -1, false},
    {{0xbc7b5deae98af280ull, 0xd4113006e80fb290ull}, -1, false},
    {{0xc0ce85b8ac526640ull, 0x89dd62c46e92fa25ull}, -1, false},
    {{0xc4ffaffabf8fbd54ull, 0x8cb43d10bc9e0221ull}, -1, false},
    {{0xc90fdaa22168c234ull, 0xc4c6628b80dc1cd1ull}, -1, false},
};
/* pi / 2 */
static const struct wide half_pi = {{0xc90fdaa22168c234ull, 0xc4c6628b80dc1cd1ull}, 0, false};
/* pi / 4 */
static const struct wide quarter_pi = {{0xc90fdaa22168c234ull, 0xc4c6628b80dc1cd1ull}, -1, false};
/* pi */
static const struct wide whole_pi = {{0xc90fdaa22168c234ull, 0xc4c6628b80dc1cd1ull}, 1, false};
/* 3 pi / 4 */
static const struct wide three_quarters_pi = {
    {0x96cbe3f9990e91a7ull, 0x9394c9e8a0a5159dull}, 1, false};
/* The natural logarithm of 2. */
static const struct wide log_e_of_2 = {{0xb17217f7d1cf79abull, 0xc9e3b39803f2f6afull}, -1, false};
/* log2(e) */
static const struct wide log_2_of_e = {{0xb8aa3b295c17f0bbull, 0xbe87fed0691d3e89ull}, 0, false};
/* log2(10) */
static const struct wide log_2_of_10 = {{0xd49a784bcd1b8afeull, 0x492bf6ff4dafdb4dull}, 1, false};
/* log10(2) */
static const struct wide log_10_of_2 = {{0x9a209a84fbcff798ull, 0x8f8959ac0b7c9178ull}, -2, false};
/* 2 / pi, 256 bits after the point. */
static const u64 two_over_pi[4] = {0xa2f9836e4e441529ull, 0xfc2757d1f534ddc0ull,
                                   0xdb6295993c439041ull, 0xfe5163abdebbc561ull};

#endif
