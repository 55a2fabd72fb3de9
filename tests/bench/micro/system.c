#include "devices/vga.h"
#include "support/cpu_testbed.h"

#include "base/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What the system's work costs: nanoseconds of processor time for one round of each loop in
   guest.S, the best of several runs. Arguments: words that a workload's name must contain. */

#define PASSES 5u
#define PORT 0x1f0u
#define PORT_LAST 0x1f7u
#define VIDEO 0xa0000u
#define VIDEO_SIZE 0x20000u
#define TRAP_RING3 0xefu
#define INTERRUPT_RING0 0x8eu
#define TSS_EIP 0x20u

/* The words that guest.S starts with: the loops, then the handlers. */
enum guest_word {
    LOOP_NOTHING,
    LOOP_INTERRUPT,
    LOOP_SYSTEM_CALL,
    LOOP_TASK,
    LOOP_FLUSH_ONE,
    LOOP_FLUSH_MANY,
    LOOP_FAULT_SKIP,
    LOOP_FAULT_MAP,
    LOOP_PORT_READ,
    LOOP_PORT_WRITE,
    LOOP_TEXT,
    LOOP_SEGMENTS,
    LOOP_FAR_CALL,
    LOOP_MOVE_SHORT,
    LOOP_MOVE_LONG,
    LOOP_STORE_LONG,
    LOOP_STACKS,
    LOOP_FLAGS,
    LOOP_MOVE_VIDEO,
    LOOP_LOAD_FLAGS,
    LOOP_CONTROL,
    LOOP_PATCH_CONSTANT,
    LOOP_PATCH_BRANCH,
    LOOP_PATCH_OPCODE,
    LOOP_A20,
    LOOP_SCAN,
    LOOP_COMPARE,
    LOOP_LOAD_STRING,
    LOOP_REAL_INTERRUPT,
    LOOP_REAL_CALL,
    LOOP_V86_INTERRUPT,
    LOOP_V86_PORT,
    ON_INTERRUPT,
    ON_SYSTEM_CALL,
    ON_FAULT_SKIP,
    ON_FAULT_MAP,
    OTHER_TASK,
    ON_V86_INTERRUPT,
    STOP,
};

/* What the processor is in when the loop begins. */
enum guest_mode { FLAT, PAGED, REAL, V86 };

struct workload {
    const char *name;
    enum guest_word loop;
    enum guest_mode mode;
    u32 rounds;  /* of a pass */
    u32 divisor; /* units in a round */
    enum guest_word fault_handler;
};

static const struct workload workloads[] = {
    /* clang-format off */
    {"dec, jnz",                           LOOP_NOTHING,        FLAT,  20000000,    1, 0},
    {"int, iret between rings",            LOOP_INTERRUPT,      FLAT,    500000,    1, 0},
    {"int, iret between rings, paging",    LOOP_INTERRUPT,      PAGED,   500000,    1, 0},
    {"system call as in Linux 0.12",       LOOP_SYSTEM_CALL,    PAGED,   200000,    1, 0},
    {"task switch, flat",                  LOOP_TASK,           FLAT,    200000,    2, 0},
    {"task switch, paging",                LOOP_TASK,           PAGED,   100000,    2, 0},
    {"CR3 load, one touch",                LOOP_FLUSH_ONE,      PAGED,   500000,    1, 0},
    {"touch, flush every 256",             LOOP_FLUSH_MANY,     PAGED,  1000192,    1, 0},
    {"page fault, skipped",                LOOP_FAULT_SKIP,     PAGED,   500000,    1, ON_FAULT_SKIP},
    {"page fault, page mapped",            LOOP_FAULT_MAP,      PAGED,   300032,    1, ON_FAULT_MAP},
    {"IN from a port",                     LOOP_PORT_READ,      FLAT,  10000000,    1, 0},
    {"OUT to a port",                      LOOP_PORT_WRITE,     FLAT,  10000000,    1, 0},
    {"store to a text screen",             LOOP_TEXT,           FLAT,   5000000,    1, 0},
    {"segment register load",              LOOP_SEGMENTS,       FLAT,   3000000,    2, 0},
    {"far call and return",                LOOP_FAR_CALL,       FLAT,   1000000,    1, 0},
    {"rep movsd of 64 bytes",              LOOP_MOVE_SHORT,     FLAT,   1000000,    1, 0},
    {"rep movsd of 64 KB, per KB",         LOOP_MOVE_LONG,      FLAT,      2000,   64, 0},
    {"rep stosd of 64 KB, per KB",         LOOP_STORE_LONG,     FLAT,      2000,   64, 0},
    {"pushf, pusha, switch, popa, popf",   LOOP_STACKS,         FLAT,   1000000,    1, 0},
    {"cli, sti",                           LOOP_FLAGS,          FLAT,   5000000,    1, 0},
    {"scroll of a text screen, per cell",  LOOP_MOVE_VIDEO,     FLAT,      1000, 1920, 0},
    {"pushf, cli, popf",                   LOOP_LOAD_FLAGS,     FLAT,   5000000,    1, 0},
    {"CR0 load, nothing changed",          LOOP_CONTROL,        PAGED,  5000000,    1, 0},
    {"store to a constant of code",        LOOP_PATCH_CONSTANT, FLAT,   1000000,    1, 0},
    {"store to a jump's distance",         LOOP_PATCH_BRANCH,   FLAT,   1000000,    1, 0},
    {"store to an opcode",                 LOOP_PATCH_OPCODE,   FLAT,    500000,    1, 0},
    {"A20 opened or closed, one touch",    LOOP_A20,            FLAT,   1000000,    1, 0},
    {"repne scasb of 64 KB, per KB",       LOOP_SCAN,           FLAT,       200,   64, 0},
    {"repe cmpsb of 64 KB, per KB",        LOOP_COMPARE,        FLAT,       200,   64, 0},
    {"rep lodsb of 64 KB, per KB",         LOOP_LOAD_STRING,    FLAT,       200,   64, 0},
    {"int, iret in real mode",             LOOP_REAL_INTERRUPT, REAL,   1000000,    1, 0},
    {"far call and return in real mode",   LOOP_REAL_CALL,      REAL,   1000000,    1, 0},
    {"int from V86 mode, iretd",           LOOP_V86_INTERRUPT,  V86,    1000000,    1, 0},
    {"IN by the map of ports, V86 mode",   LOOP_V86_PORT,       V86,    5000000,    1, 0},
    /* clang-format on */
};

static u32 read_port(void *context, u16 port, unsigned size)
{
    (void)context;
    (void)size;
    return port;
}

static void write_port(void *context, u16 port, unsigned size, u32 value)
{
    (void)port;
    (void)size;
    *(u32 *)context = value;
}

/* Bit 1 opens the gate, as in port 92h. */
static void write_a20(void *context, u16 port, unsigned size, u32 value)
{
    (void)port;
    (void)size;
    memory_set_a20(context, value & 2);
}

static u32 guest_word(const struct cpu_testbed *bed, enum guest_word number)
{
    return cpu_testbed_read32(bed, BED_CODE + 4 * number);
}

static bool load_guest(struct cpu_testbed *bed, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(bed->memory.ram + BED_CODE, 1, PAGE_SIZE, file);
    fclose(file);
    return size > 0;
}

static void set_vector(struct cpu_testbed *bed, u8 vector, u8 access, enum guest_word handler)
{
    cpu_testbed_set_vector(bed, vector, access, BED_CODE_SELECTOR(0), guest_word(bed, handler));
}

static void make_task(struct cpu_testbed *bed)
{
    u32 tss = BED_OTHER_TSS;
    cpu_testbed_write32(bed, tss + 0x1c, BED_PAGE_DIRECTORY);
    cpu_testbed_write32(bed, BED_TSS + 0x1c, BED_PAGE_DIRECTORY);
    cpu_testbed_write32(bed, tss + TSS_EIP, guest_word(bed, OTHER_TASK));
    cpu_testbed_write32(bed, tss + 0x24, 2);
    cpu_testbed_write32(bed, tss + 0x38, BED_STACK(1));
    for (unsigned i = 0; i < SEG_COUNT; i++)
        cpu_testbed_write32(bed, tss + 0x48 + 4 * i,
                            i == SEG_CS ? BED_CODE_SELECTOR(0) : BED_DATA_SELECTOR(0));
}

/* The code stands at offset 0 of all segments but FS in real and V86 mode. */
static void enter_real(struct cpu_testbed *bed)
{
    for (unsigned number = 0; number < SEG_COUNT; number++)
        cpu_set_segment_real(&bed->cpu, (enum segment_number)number,
                             number == SEG_FS ? 0 : BED_CODE >> 4);
    bed->cpu.regs[REG_ESP] = 0x8000;
}

/* A map of ports, all allowed, behind the task state segment. */
static void enter_v86(struct cpu_testbed *bed)
{
    cpu_testbed_enter_v86(bed, 3);
    cpu_testbed_write16(bed, BED_TSS + 0x66, 0x68);
    bed->cpu.tr.limit = 0xff;
    bed->cpu.regs[REG_ESP] = 0x8000;
}

static void enter(struct cpu_testbed *bed, enum guest_mode mode)
{
    if (mode == REAL) {
        enter_real(bed);
        return;
    }
    cpu_testbed_enter_ring(bed, 0);
    if (mode == PAGED)
        cpu_testbed_enable_paging(bed);
    if (mode == V86)
        enter_v86(bed);
}

static struct cpu_testbed *make_bed(const struct workload *workload, const char *guest)
{
    static u32 port_value;
    static struct vga vga;
    static u8 video_memory[VGA_MEMORY_SIZE];
    struct cpu_testbed *bed = cpu_testbed_new(CPU_386);
    if (!bed || !load_guest(bed, guest))
        return NULL;
    ports_claim(&bed->ports, &(struct port_range){.name = "port",
                                                  .first = PORT,
                                                  .last = PORT_LAST,
                                                  .widths = PORT_BYTE,
                                                  .read = read_port,
                                                  .write = write_port,
                                                  .context = &port_value});
    if (workload->loop == LOOP_A20)
        ports_claim(&bed->ports, &(struct port_range){.name = "a20",
                                                      .first = PORT,
                                                      .last = PORT,
                                                      .widths = PORT_BYTE,
                                                      .write = write_a20,
                                                      .context = &bed->memory});
    vga_init(&vga, &bed->clock, video_memory);
    vga_reset(&vga);
    struct memory_device device = vga_memory_device(&vga);
    memory_map_device(&bed->memory, "video", VIDEO, VIDEO_SIZE, &device);
    set_vector(bed, 0x80, TRAP_RING3, ON_INTERRUPT);
    set_vector(bed, 0x81, TRAP_RING3, ON_SYSTEM_CALL);
    set_vector(bed, 0x82, TRAP_RING3, STOP);
    set_vector(bed, EXC_PF, INTERRUPT_RING0, workload->fault_handler);
    make_task(bed);
    set_vector(bed, 0x83, TRAP_RING3, ON_V86_INTERRUPT);
    enter(bed, workload->mode);
    return bed;
}

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Nanoseconds for a unit, or a negative number when the guest did not end as it should. */
static double run_pass(const struct workload *workload, const char *guest, u64 *ticks)
{
    struct cpu_testbed *bed = make_bed(workload, guest);
    if (!bed)
        return -1;
    bed->cpu.regs[REG_ECX] = workload->rounds;
    cpu_set_eip(&bed->cpu, guest_word(bed, workload->loop) - bed->cpu.segs[SEG_CS].base);
    double start = processor_seconds();
    enum cpu_stop stop = cpu_run(&bed->cpu, CLOCK_NEVER);
    double seconds = processor_seconds() - start;
    *ticks = bed->clock.now;
    cpu_testbed_free(bed);
    return stop == CPU_STOP_HALT ? seconds * 1e9 / workload->rounds / workload->divisor : -1;
}

static int measure(const struct workload *workload, const char *guest)
{
    double best = 0;
    u64 ticks = 0;
    for (unsigned i = 0; i < PASSES; i++) {
        double ns = run_pass(workload, guest, &ticks);
        if (ns < 0) {
            printf("%-36s failed\n", workload->name);
            return 1;
        }
        if (i == 0 || ns < best)
            best = ns;
    }
    printf("%-36s %9.1f ns %7.2f instructions\n", workload->name, best,
           (double)ticks / workload->rounds / workload->divisor);
    fflush(stdout);
    return 0;
}

static bool wanted(const struct workload *workload, int count, char **words)
{
    for (int i = 0; i < count; i++)
        if (strstr(workload->name, words[i]))
            return true;
    return count == 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 2) {
        fprintf(stderr, "usage: bench_system GUEST.bin [word...]\n");
        return 2;
    }
    for (unsigned i = 0; i < ARRAY_COUNT(workloads); i++)
        if (wanted(&workloads[i], argc - 2, argv + 2))
            failed |= measure(&workloads[i], argv[1]);
    return failed;
}
