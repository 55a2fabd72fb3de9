#include "oracle/generate.h"
#include "support/row_counts.h"

#include <Zydis/Zydis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Random bytes through our decoder and through Zydis: the same length, and legal on the same
   processors. Zydis names the instruction set that each instruction came with.
   Use: oracle_zydis [--rows FILE] [--cases N] [--seed N] */

#define DEFAULT_CASES 1000000ull
#define LONG_CASES 10000000ull

struct theirs {
    bool decoded;
    ZydisDecodedInstruction instruction;
    int level; /* first processor that has it, or -1 */
};

/* The processor level of each instruction set that we model. */
static int level_of(ZydisISASet set)
{
    switch (set) {
    case ZYDIS_ISA_SET_I86:
    case ZYDIS_ISA_SET_I186:
    case ZYDIS_ISA_SET_I286REAL:
    case ZYDIS_ISA_SET_I286PROTECTED:
    case ZYDIS_ISA_SET_I386:
    case ZYDIS_ISA_SET_LAHF:
    case ZYDIS_ISA_SET_X87:
    case ZYDIS_ISA_SET_PAUSE: /* F3 90 is a NOP */
        return CPU_386;
    case ZYDIS_ISA_SET_I486:
    case ZYDIS_ISA_SET_I486REAL:
        return CPU_486;
    case ZYDIS_ISA_SET_PENTIUMREAL:
        return CPU_586;
    case ZYDIS_ISA_SET_RDPMC:
    case ZYDIS_ISA_SET_PPRO:
    case ZYDIS_ISA_SET_CMOV:
    case ZYDIS_ISA_SET_FCMOV:
    case ZYDIS_ISA_SET_FAT_NOP:
    case ZYDIS_ISA_SET_FXSAVE:
        return CPU_686;
    default:
        return -1;
    }
}

/* ---- What differs for a reason ---- */

struct pair {
    enum decode_status status;
    struct instruction ours;
    struct theirs theirs;
    const u8 *bytes;
    u8 opcode[3]; /* opcode bytes and what follows, prefixes removed */
    int level;
};

struct known_difference {
    const char *reason;
    bool (*applies)(const struct pair *pair);
    u64 count;
};

static bool is_row(const struct pair *pair, const char *mnemonic)
{
    return pair->ours.row && strcmp(pair->ours.row->mnemonic, mnemonic) == 0;
}

static bool names_absent_register(const struct pair *pair)
{
    u16 code = pair->ours.row ? pair->ours.row->code : 0;
    bool special = (code >= 0x0f20 && code <= 0x0f26) || code == 0x8c || code == 0x8e;
    return special && pair->status == DECODE_OK && !pair->theirs.decoded;
}

static bool is_test_register(const struct pair *pair)
{
    u16 code = pair->ours.row ? pair->ours.row->code : 0;
    return (code == 0x0f24 || code == 0x0f26) && !pair->theirs.decoded;
}

static bool is_escape(const struct pair *pair)
{
    return is_row(pair, "ESC") && pair->status == DECODE_OK;
}

static bool is_lock_bt(const struct pair *pair)
{
    return is_row(pair, "BT") && pair->ours.lock && pair->level == CPU_386 &&
           pair->status == DECODE_OK;
}

/* Ours refuses an instruction that Zydis knows by one of these names. */
static bool is_theirs(const struct pair *pair, const char *names)
{
    if (pair->status == DECODE_OK || !pair->theirs.decoded)
        return false;
    const char *name = ZydisMnemonicGetString(pair->theirs.instruction.mnemonic);
    const char *at = strstr(names, name);
    size_t length = strlen(name);
    return at && (at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
}

static bool is_cpuid(const struct pair *pair)
{
    return pair->level == CPU_486 && is_theirs(pair, "cpuid");
}

static bool is_rsm(const struct pair *pair)
{
    return is_theirs(pair, "rsm");
}

static bool is_undefined_by_name(const struct pair *pair)
{
    return is_theirs(pair, "ud0 ud1 ud2");
}

/* Zydis names them by what later processors made of some: PREFETCH, BNDMK, CLDEMOTE, ENDBR. */
static bool is_hint(const struct pair *pair)
{
    return pair->opcode[0] == 0x0f && pair->opcode[1] >= 0x18 && pair->opcode[1] <= 0x1f &&
           pair->level == CPU_686 && is_row(pair, "NOP") && pair->status == DECODE_OK &&
           (!pair->theirs.decoded || pair->ours.length == pair->theirs.instruction.length);
}

/* With 66, F2 or F3 before them later processors have other instructions, or none. */
static bool is_fxsave_with_prefix(const struct pair *pair)
{
    bool ours = is_row(pair, "FXSAVE") || is_row(pair, "FXRSTOR");
    return ours && pair->status == DECODE_OK && memcmp(pair->bytes, pair->opcode, 2) != 0;
}

static bool is_prefetchw(const struct pair *pair)
{
    return pair->opcode[0] == 0x0f && pair->opcode[1] == 0x0d && is_theirs(pair, "nop");
}

static bool is_system_call(const struct pair *pair)
{
    return is_theirs(pair, "sysenter sysexit");
}

static struct known_difference known_differences[] = {
    {"Zydis no longer knows the test registers of the 386", is_test_register, 0},
    {"a segment, control or debug register that does not exist is #UD when executed, not when "
     "decoded",
     names_absent_register, 0},
    {"which ESC codes exist is the coprocessor's to say", is_escape, 0},
    {"LOCK BT is legal on a 386 (PRM 17 LOCK), not later", is_lock_bt, 0},
    {"CPUID came with the Pentium and the last 486s: ours has it from the 586", is_cpuid, 0},
    {"RSM belongs to the SL processors", is_rsm, 0},
    {"UD0, UD1 and UD2 are names for #UD", is_undefined_by_name, 0},
    {"0F 18-1F were all hint NOPs on a P6, before some got meanings", is_hint, 0},
    {"FXSAVE passes over prefixes that SSE gave a meaning", is_fxsave_with_prefix, 0},
    {"0F 0D came with processors of another maker", is_prefetchw, 0},
    {"SYSENTER and SYSEXIT came with the Pentium II", is_system_call, 0},
};

/* ---- Comparison ---- */

struct comparison {
    struct opcode_index opcodes;
    ZydisDecoder decoder;
    int level;
    bool code32;
    u64 legal, illegal, different;
};

static bool is_prefix(u8 byte)
{
    return byte && strchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte) != NULL;
}

static void decode_both(const struct comparison *x, const u8 *bytes, struct pair *pair)
{
    struct theirs *theirs = &pair->theirs;
    *pair = (struct pair){.bytes = bytes, .level = x->level};
    pair->status =
        decode_instruction(&x->opcodes, x->code32, 0, bytes, DECODE_MAX_LENGTH, &pair->ours);
    theirs->decoded = ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(
        &x->decoder, NULL, bytes, DECODE_MAX_LENGTH, &theirs->instruction));
    theirs->level = theirs->decoded ? level_of(theirs->instruction.meta.isa_set) : -1;
    unsigned at = 0;
    while (at < DECODE_MAX_LENGTH - 3 && is_prefix(bytes[at]))
        at++;
    memcpy(pair->opcode, bytes + at, sizeof pair->opcode);
}

static bool agrees(const struct comparison *x, const struct pair *pair)
{
    bool ours = pair->status == DECODE_OK;
    bool theirs = pair->theirs.decoded && pair->theirs.level >= 0 && pair->theirs.level <= x->level;
    return ours == theirs && (!ours || pair->ours.length == pair->theirs.instruction.length);
}

static struct known_difference *find_known(const struct pair *pair)
{
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        if (known_differences[i].applies && known_differences[i].applies(pair))
            return &known_differences[i];
    return NULL;
}

static void print_difference(const struct comparison *x, const struct pair *pair)
{
    static const char *const verdicts[] = {"legal", "too long", "#UD"};
    printf("# level %d, %u bits:", x->level, x->code32 ? 32 : 16);
    for (unsigned i = 0; i < DECODE_MAX_LENGTH; i++)
        printf(" %02x", pair->bytes[i]);
    printf(": ours %s %s %u; ", pair->ours.row ? pair->ours.row->mnemonic : "?",
           verdicts[pair->status], pair->ours.length);
    if (pair->theirs.decoded)
        printf("theirs %s of %s, %u\n", ZydisMnemonicGetString(pair->theirs.instruction.mnemonic),
               ZydisISASetGetString(pair->theirs.instruction.meta.isa_set),
               pair->theirs.instruction.length);
    else
        printf("theirs refuses\n");
}

static void compare(struct comparison *x, const u8 *bytes, struct row_counts *rows)
{
    struct pair pair;
    decode_both(x, bytes, &pair);
    bool same = agrees(x, &pair);
    struct known_difference *known = same ? NULL : find_known(&pair);
    if (pair.ours.row)
        row_counts_add(rows, pair.ours.row_number, known != NULL);
    x->legal += pair.status == DECODE_OK;
    x->illegal += pair.status != DECODE_OK;
    if (known)
        known->count++;
    if (same || known)
        return;
    if (x->different++ < 20)
        print_difference(x, &pair);
}

/* Half of the strings start with the opcode of a row. */
static void make_bytes(struct random *random, bool code32, u8 bytes[GENERATE_BYTES])
{
    const struct generate_options options = {.code32 = code32, .prefixes = true};
    const struct opcode *row = &opcode_rows[random_below(random, opcode_row_count)];
    if (random_chance(random, 50)) {
        generate_instruction(random, row, &options, bytes);
        return;
    }
    for (unsigned i = 0; i < GENERATE_BYTES; i++)
        bytes[i] = (u8)random_u32(random);
    if (random_chance(random, 40))
        bytes[0] = 0x0f;
}

static bool compare_level(int level, bool code32, u64 cases, u64 seed, struct row_counts *rows)
{
    static const char *const names[] = {"386", "486", "586", "686"};
    static unsigned number;
    struct comparison x = {.level = level, .code32 = code32};
    struct random random = {seed};
    u8 bytes[GENERATE_BYTES];
    opcode_index_build(&x.opcodes, (enum cpu_level)level);
    ZydisDecoderInit(&x.decoder,
                     code32 ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LEGACY_16,
                     code32 ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
    for (int mode = ZYDIS_DECODER_MODE_MPX; mode <= ZYDIS_DECODER_MODE_MAX_VALUE; mode++)
        ZydisDecoderEnableMode(&x.decoder, (ZydisDecoderMode)mode, ZYAN_FALSE);
    for (u64 i = 0; i < cases; i++) {
        make_bytes(&random, code32, bytes);
        compare(&x, bytes, rows);
    }
    printf("%sok %u - Zydis: %llu legal and %llu illegal strings on a %s with %u-bit code; %llu "
           "differ\n",
           x.different ? "not " : "", ++number, (unsigned long long)x.legal,
           (unsigned long long)x.illegal, names[level], code32 ? 32u : 16u,
           (unsigned long long)x.different);
    return x.different == 0;
}

int main(int argc, char **argv)
{
    const char *is_long = getenv("GLASS386_LONG"), *path = NULL;
    u64 cases = is_long && strcmp(is_long, "1") == 0 ? LONG_CASES : DEFAULT_CASES, seed = 386;
    struct row_counts *rows = calloc(1, sizeof *rows);
    bool good = true;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--rows") == 0)
            path = argv[i + 1];
        else if (strcmp(argv[i], "--cases") == 0)
            cases = strtoull(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 0) | 1;
    }
    printf("# seed %llu\n", (unsigned long long)seed);
    for (int level = CPU_386; level <= CPU_686; level++)
        for (int code32 = 0; code32 < 2; code32++)
            good &=
                compare_level(level, code32, cases / 8, seed + (u64)level * 2 + (u64)code32, rows);
    for (unsigned i = 0; i < ARRAY_COUNT(known_differences); i++)
        printf("# %llu explained: %s\n", (unsigned long long)known_differences[i].count,
               known_differences[i].reason);
    printf("1..8\n");
    good &= !path || row_counts_write(rows, path);
    free(rows);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
