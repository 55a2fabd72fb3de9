#include "support/cpu_testbed.h"
#include "support/row_counts.h"
#include "vectors/differences.h"

#include <dirent.h>
#include <stdlib.h>
#include <zlib.h>

/* Runs every vector on our CPU and prints one TAP line for each instruction form, then one for each
   row of the table of differences: does it explain as many vectors as it says?
   Use: vectors FOLDER [--rows FILE] */

#define VECTOR_MEMORY 0x110000u /* the real-mode address space with A20 open */
#define PRINTED_PER_FORM 3u

struct runner {
    struct cpu_testbed *bed;
    struct opcode_index opcodes;
    struct row_counts rows;
    struct vector vector;
    u32 explained[64]; /* by row of the table */
    u32 tests, failed, printed;
    u64 total, same;
    u64 hash; /* of all lines */
};

/* What a vector came to: which things are not as the 80286 left them. */
struct outcome {
    u32 registers; /* bit for each vector_register */
    u16 flags;     /* differing bits, in FLAGS or in its pushed image */
    u32 bytes;     /* bytes of memory that differ, beyond those of the pushed image */
    int exception; /* that ours raised, or -1 */
    u16 ours[VECTOR_REGISTERS];
    char first_byte[64];
};

/* ---- Machine ---- */

static const u8 general_numbers[] = {
    [VECTOR_AX] = REG_EAX, [VECTOR_BX] = REG_EBX, [VECTOR_CX] = REG_ECX, [VECTOR_DX] = REG_EDX,
    [VECTOR_SP] = REG_ESP, [VECTOR_BP] = REG_EBP, [VECTOR_SI] = REG_ESI, [VECTOR_DI] = REG_EDI};
static const u8 segment_numbers[] = {
    [VECTOR_CS] = SEG_CS, [VECTOR_SS] = SEG_SS, [VECTOR_DS] = SEG_DS, [VECTOR_ES] = SEG_ES};

static bool is_segment(unsigned number)
{
    return number >= VECTOR_CS && number <= VECTOR_ES;
}

static void load_vector(struct runner *runner)
{
    struct cpu *cpu = &runner->bed->cpu;
    const struct vector *vector = &runner->vector;
    cpu_reset(cpu);
    for (unsigned i = 0; i < VECTOR_IP; i++) {
        if (is_segment(i))
            cpu_set_segment_real(cpu, (enum segment_number)segment_numbers[i], vector->before[i]);
        else
            cpu->regs[general_numbers[i]] = vector->before[i];
    }
    cpu_set_eflags(cpu, (vector->before[VECTOR_FLAGS] & 0xfffu) | FLAG_ALWAYS);
    cpu_set_eip(cpu, vector->before[VECTOR_IP]);
    for (u32 i = 0; i < vector->before_count; i++)
        memory_write(&runner->bed->memory, vector->ram[i].physical, 1, vector->ram[i].value);
}

static bool repeats(const struct runner *runner)
{
    const struct cpu *cpu = &runner->bed->cpu;
    const struct vector *vector = &runner->vector;
    u16 row = row_counts_find(&runner->opcodes, false, vector->code, vector->code_length);
    return row != OPCODE_NO_ROW && (opcode_rows[row].attributes & OPCODE_STRING) &&
           cpu->eip == vector->before[VECTOR_IP] &&
           cpu->segs[SEG_CS].selector == vector->before[VECTOR_CS];
}

/* The instruction alone; the HLT after it is taken as done. */
static int execute(struct runner *runner)
{
    struct cpu *cpu = &runner->bed->cpu;
    struct clock *clock = &runner->bed->clock;
    u32 faults = cpu->fault_count;
    do
        cpu_run(cpu, clock->now + 1);
    while (cpu->fault_count == faults && repeats(runner));
    if (!cpu->halted)
        cpu->eip = (cpu->eip + 1) & 0xffff;
    return cpu->fault_count == faults ? -1 : cpu->faults[faults % FAULT_HISTORY].fault.vector;
}

static void read_registers(const struct cpu *cpu, u16 *registers)
{
    for (unsigned i = 0; i < VECTOR_IP; i++)
        registers[i] = is_segment(i) ? cpu->segs[segment_numbers[i]].selector
                                     : (u16)cpu->regs[general_numbers[i]];
    registers[VECTOR_IP] = (u16)cpu->eip;
    registers[VECTOR_FLAGS] = (u16)cpu_get_eflags(cpu);
}

/* ---- Comparison ---- */

/* Later bytes of the list replace earlier ones of the same address. */
static bool is_replaced(const struct vector *vector, u32 number)
{
    if (number >= vector->before_count)
        return false;
    for (u32 i = vector->before_count; i < vector->ram_count; i++)
        if (vector->ram[i].physical == vector->ram[number].physical)
            return true;
    return false;
}

/* The data's own address of the image is rounded down to the even bus address. */
static u32 pushed_flags(const struct vector *vector)
{
    return vector->after[VECTOR_SS] * 16u + ((vector->after[VECTOR_SP] + 4u) & 0xffff);
}

static void compare_byte(const struct vector *vector, const struct vector_byte *expected, u8 ours,
                         struct outcome *outcome)
{
    u32 into_flags = expected->physical - pushed_flags(vector);
    if (ours == expected->value)
        return;
    if (vector->exception >= 0 && into_flags < 2) {
        outcome->flags |= (u16)((ours ^ expected->value) << 8 * into_flags);
        return;
    }
    if (outcome->bytes++ == 0)
        snprintf(outcome->first_byte, sizeof outcome->first_byte, " [%06x] %02x not %02x",
                 expected->physical, ours, expected->value);
}

static struct outcome compare(const struct runner *runner, int exception)
{
    const struct vector *vector = &runner->vector;
    struct outcome outcome = {.exception = exception};
    read_registers(&runner->bed->cpu, outcome.ours);
    for (unsigned i = 0; i < VECTOR_FLAGS; i++)
        if (outcome.ours[i] != vector->after[i])
            outcome.registers |= BIT(i);
    outcome.flags = outcome.ours[VECTOR_FLAGS] ^ vector->after[VECTOR_FLAGS];
    for (u32 i = 0; i < vector->ram_count; i++)
        if (!is_replaced(vector, i))
            compare_byte(vector, &vector->ram[i], runner->bed->memory.ram[vector->ram[i].physical],
                         &outcome);
    return outcome;
}

static bool is_same(const struct outcome *outcome)
{
    return !outcome->registers && !outcome->flags && !outcome->bytes;
}

static bool is_named(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static bool kind_fits(const struct difference *row, const struct vector *vector,
                      const struct outcome *outcome)
{
    const u32 moved = BIT(VECTOR_SI) | BIT(VECTOR_DI) | BIT(VECTOR_CX);
    switch (row->kind) {
    case DIFFERENCE_FLAGS:
        return !outcome->registers && !outcome->bytes && !(outcome->flags & ~row->flags);
    case DIFFERENCE_REGISTERS:
        return !(outcome->registers & ~moved) && !outcome->bytes && !outcome->flags &&
               outcome->exception == vector->exception;
    case DIFFERENCE_UD:
        return outcome->exception == EXC_UD;
    case DIFFERENCE_SS:
        return outcome->exception == EXC_SS;
    case DIFFERENCE_ANY:
        return true;
    }
    return false;
}

static bool explains(const struct difference *row, const char *mnemonic,
                     const struct vector *vector, const struct outcome *outcome)
{
    return (!row->mnemonics || is_named(row->mnemonics, mnemonic)) &&
           (!row->condition || row->condition(vector)) && kind_fits(row, vector, outcome);
}

/* `opcode`: number of its row, or OPCODE_NO_ROW. */
static bool find_reason(struct runner *runner, u16 opcode, const struct outcome *outcome)
{
    const char *mnemonic = opcode == OPCODE_NO_ROW ? "none" : opcode_rows[opcode].mnemonic;
    for (u32 i = 0; i < vector_difference_count; i++) {
        if (explains(&vector_differences[i], mnemonic, &runner->vector, outcome)) {
            runner->explained[i]++;
            return true;
        }
    }
    return false;
}

static void print_difference(struct runner *runner, const struct outcome *outcome)
{
    const struct vector *vector = &runner->vector;
    if (runner->printed++ >= PRINTED_PER_FORM)
        return;
    printf("# %s (", vector->name);
    for (u32 i = 0; i < vector->code_length; i++)
        printf("%02x", vector->code[i]);
    printf("): ours");
    for (unsigned i = 0; i < VECTOR_REGISTERS; i++)
        if (outcome->ours[i] != vector->after[i])
            printf(" %s=%04x not %04x", vector_register_names[i], outcome->ours[i],
                   vector->after[i]);
    printf(" flags %04x%s; exception %d not %d\n", outcome->flags, outcome->first_byte,
           outcome->exception, vector->exception);
}

/* ---- Forms ---- */

/* Memory is all zeros between vectors. What went another way than on the 80286 may have written
   anywhere. */
static void clear_memory(struct runner *runner, bool same)
{
    if (!same)
        memset(runner->bed->memory.ram, 0, VECTOR_MEMORY);
    for (u32 i = 0; same && i < runner->vector.ram_count; i++)
        memory_write(&runner->bed->memory, runner->vector.ram[i].physical, 1, 0);
}

static bool memory_is_clear(const struct runner *runner)
{
    const u8 *ram = runner->bed->memory.ram;
    return ram[0] == 0 && memcmp(ram, ram + 1, VECTOR_MEMORY - 1) == 0;
}

static bool run_vector(struct runner *runner)
{
    u16 opcode =
        row_counts_find(&runner->opcodes, false, runner->vector.code, runner->vector.code_length);
    load_vector(runner);
    int exception = execute(runner);
    struct outcome outcome = compare(runner, exception);
    bool same = is_same(&outcome);
    bool good = same || find_reason(runner, opcode, &outcome);
    if (!good)
        print_difference(runner, &outcome);
    row_counts_add(&runner->rows, opcode, !same);
    runner->total++;
    runner->same += same;
    clear_memory(runner, !outcome.registers && !outcome.bytes);
    return good;
}

/* FNV-1a. */
static void add_to_hash(struct runner *runner, const char *line)
{
    for (; *line; line++)
        runner->hash = (runner->hash ^ (u8)*line) * 0x100000001b3ull;
}

static void report(struct runner *runner, bool good, const char *name)
{
    printf("%sok %u - %s\n", good ? "" : "not ", ++runner->tests, name);
    runner->failed += !good;
}

static void run_form(struct runner *runner, const char *folder, const char *form)
{
    char path[1024], line[8192], name[128];
    u32 count = 0, bad = 0;
    snprintf(path, sizeof path, "%s/%s.vec.gz", folder, form);
    gzFile file = gzopen(path, "rb");
    runner->printed = 0;
    while (file && gzgets(file, line, sizeof line)) {
        count++;
        add_to_hash(runner, line);
        if (!vector_parse(&runner->vector, line))
            bad++, printf("# line %u cannot be read\n", count);
        else
            bad += !run_vector(runner);
    }
    if (file)
        gzclose(file);
    bool clear = memory_is_clear(runner);
    if (!clear) {
        printf("# something else in memory was written\n");
        memset(runner->bed->memory.ram, 0, VECTOR_MEMORY);
    }
    snprintf(name, sizeof name, "80286 vectors of %s: %u of %u", form, count - bad, count);
    report(runner, count > 0 && bad == 0 && clear, name);
}

/* The numbers are those of one set. */
static void check_table(struct runner *runner)
{
    char name[256];
    for (u32 i = 0; i < vector_difference_count; i++) {
        u32 expected = vector_differences[i].count;
        bool good = runner->hash != VECTOR_SET || runner->explained[i] == expected;
        snprintf(name, sizeof name, "%u vectors differ: %s", runner->explained[i],
                 vector_differences[i].reason);
        if (!good)
            printf("# expected were %u\n", expected);
        report(runner, good, name);
    }
}

static int is_vector_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 7 && strcmp(entry->d_name + length - 7, ".vec.gz") == 0;
}

static void run_folder(struct runner *runner, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_vector_file, alphasort);
    if (count <= 0) {
        printf("ok 1 - 80286 vectors # SKIP no data in the folder GLASS386_VECTORS\n1..1\n");
        return;
    }
    for (int i = 0; i < count; i++) {
        entries[i]->d_name[strlen(entries[i]->d_name) - 7] = '\0';
        run_form(runner, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    check_table(runner);
    printf("# set %016llx, %llu vectors: %llu the same, %llu explained by the table\n1..%u\n",
           (unsigned long long)runner->hash, (unsigned long long)runner->total,
           (unsigned long long)runner->same, (unsigned long long)(runner->total - runner->same),
           runner->tests);
}

int main(int argc, char **argv)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (argc < 2 || !runner || !(runner->bed = cpu_testbed_new(CPU_386)))
        return EXIT_FAILURE;
    cpu_testbed_fill_video_hole(runner->bed);
    memset(runner->bed->memory.ram, 0, VECTOR_MEMORY);
    opcode_index_build(&runner->opcodes, CPU_386);
    run_folder(runner, argv[1]);
    bool written = argc < 4 || row_counts_write(&runner->rows, argv[3]);
    int code = runner->failed || !written ? EXIT_FAILURE : EXIT_SUCCESS;
    cpu_testbed_free(runner->bed);
    free(runner);
    return code;
}
