#include "oracle/theirs.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int general[8] = {UC_X86_REG_EAX, UC_X86_REG_ECX, UC_X86_REG_EDX, UC_X86_REG_EBX,
                               UC_X86_REG_ESP, UC_X86_REG_EBP, UC_X86_REG_ESI, UC_X86_REG_EDI};
static const int segments[SEG_COUNT] = {UC_X86_REG_ES, UC_X86_REG_CS, UC_X86_REG_SS,
                                        UC_X86_REG_DS, UC_X86_REG_FS, UC_X86_REG_GS};

/* Unicorn's translator aborts on some cases ("tcg fatal error"); the engine goes on afterwards. */
static sigjmp_buf aborted;

static void on_abort(int number)
{
    siglongjmp(aborted, number);
}

static void on_interrupt(uc_engine *engine, uint32_t number, void *context)
{
    struct theirs *theirs = context;
    if (theirs->fault < 0)
        theirs->fault = (int)number;
    uc_emu_stop(engine);
}

static uint32_t on_in(uc_engine *engine, uint32_t port, int size, void *context)
{
    (void)engine;
    (void)context;
    return case_port_value(port, (unsigned)size);
}

static void on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *context)
{
    struct theirs *theirs = context;
    (void)engine;
    theirs->port_writes = case_port_hash(theirs->port_writes, port, (unsigned)size, value);
}

static uint64_t on_bus_read(uc_engine *engine, uint64_t offset, unsigned size, void *context)
{
    (void)engine;
    (void)context;
    return case_bus_value((u32)offset + CASE_MEMORY, size);
}

static void on_bus_write(uc_engine *engine, uint64_t offset, unsigned size, uint64_t value,
                         void *context)
{
    struct theirs *theirs = context;
    (void)engine;
    theirs->bus_writes += case_bus_hash((u32)offset + CASE_MEMORY, size, (u32)value);
}

static bool map_memory(struct theirs *theirs)
{
    return uc_mem_map_ptr(theirs->engine, 0, CASE_MEMORY, UC_PROT_ALL, theirs->memory) ==
               UC_ERR_OK &&
           uc_mmio_map(theirs->engine, CASE_MEMORY, 0x100000000ull - CASE_MEMORY, on_bus_read,
                       theirs, on_bus_write, theirs) == UC_ERR_OK;
}

/* No hook on memory: Unicorn 2.0's spoil the temporaries of the instruction (flags of shifts). */
static bool add_hooks(struct theirs *theirs)
{
    uc_hook hook;
    return uc_hook_add(theirs->engine, &hook, UC_HOOK_INTR, (void *)(uintptr_t)on_interrupt, theirs,
                       1, 0) == UC_ERR_OK &&
           uc_hook_add(theirs->engine, &hook, UC_HOOK_INSN, (void *)(uintptr_t)on_in, theirs, 1, 0,
                       UC_X86_INS_IN) == UC_ERR_OK &&
           uc_hook_add(theirs->engine, &hook, UC_HOOK_INSN, (void *)(uintptr_t)on_out, theirs, 1, 0,
                       UC_X86_INS_OUT) == UC_ERR_OK;
}

static void set_register(struct theirs *theirs, int number, u32 value)
{
    uc_reg_write(theirs->engine, number, &value);
}

static u32 get_register(const struct theirs *theirs, int number)
{
    u64 value = 0;
    uc_reg_read(theirs->engine, number, &value);
    return (u32)value;
}

/* Ring 3 is entered as a kernel enters it, by IRET. */
static void enter_ring3(struct theirs *theirs, bool counting)
{
    static const u32 frame[] = {0x2000, 0x1b, FLAG_ALWAYS, 0x2800, 0x23};
    u8 saved[0x1000];
    memcpy(saved, theirs->memory + 0x1000, sizeof saved);
    theirs->memory[0x1000] = 0xcf;
    for (unsigned i = 0; i < ARRAY_COUNT(frame); i++)
        store_le32(theirs->memory + 0x1800 + i * 4, frame[i]);
    set_register(theirs, UC_X86_REG_ESP, 0x1800);
    uc_emu_start(theirs->engine, 0x1000, frame[0], 0, counting);
    memcpy(theirs->memory + 0x1000, saved, sizeof saved);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (i != SEG_CS && i != SEG_SS)
            set_register(theirs, segments[i], 0x23);
}

static void set_tables(struct theirs *theirs)
{
    uc_x86_mmr gdtr = {.base = CASE_GDT, .limit = CASE_GDT_ENTRIES * 8 - 1}, idtr = {0};
    uc_reg_write(theirs->engine, UC_X86_REG_GDTR, &gdtr);
    uc_reg_write(theirs->engine, UC_X86_REG_IDTR, &idtr);
}

static void enter_flat(struct theirs *theirs, bool counting)
{
    set_register(theirs, UC_X86_REG_CS, 0x08);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (i != SEG_CS)
            set_register(theirs, segments[i], 0x10);
    if (theirs->mode == CASE_FLAT3)
        enter_ring3(theirs, counting);
}

static bool open_engine(struct theirs *theirs, enum theirs_engine number)
{
    bool real = theirs->mode == CASE_REAL;
    if (uc_open(UC_ARCH_X86, real ? UC_MODE_16 : UC_MODE_32, &theirs->engine) != UC_ERR_OK)
        return false;
    theirs->engines[number].engine = theirs->engine;
    uc_ctl_set_cpu_model(theirs->engine, theirs->model);
    if (!map_memory(theirs) || !add_hooks(theirs))
        return false;
    set_tables(theirs);
    set_register(theirs, UC_X86_REG_CR0, real ? CR0_ET : CR0_PE | CR0_ET);
    if (!real)
        enter_flat(theirs, number == THEIRS_COUNTING);
    return uc_context_alloc(theirs->engine, &theirs->engines[number].start) == UC_ERR_OK &&
           uc_context_save(theirs->engine, theirs->engines[number].start) == UC_ERR_OK;
}

bool theirs_init(struct theirs *theirs, enum case_mode mode, int model, const u8 *memory)
{
    *theirs = (struct theirs){.mode = mode, .model = model, .fault = -1};
    signal(SIGABRT, on_abort);
    theirs->memory = aligned_alloc(0x1000, CASE_MEMORY);
    if (!theirs->memory)
        return false;
    memcpy(theirs->memory, memory, CASE_MEMORY);
    return open_engine(theirs, THEIRS_COUNTING) && open_engine(theirs, THEIRS_FREE);
}

static void close_engine(struct theirs *theirs, enum theirs_engine number)
{
    if (theirs->engines[number].start)
        uc_context_free(theirs->engines[number].start);
    if (theirs->engines[number].engine)
        uc_close(theirs->engines[number].engine);
}

void theirs_free(struct theirs *theirs)
{
    close_engine(theirs, THEIRS_COUNTING);
    close_engine(theirs, THEIRS_FREE);
    free(theirs->memory);
}

void theirs_write(struct theirs *theirs, u32 physical, const void *bytes, u32 count)
{
    memcpy(theirs->memory + physical, bytes, count);
}

static void load(struct theirs *theirs, enum theirs_engine number, const struct cpu_case *c)
{
    theirs->engine = theirs->engines[number].engine;
    uc_context_restore(theirs->engine, theirs->engines[number].start);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (c->mode == CASE_REAL || (i != SEG_CS && c->selectors[i] != CASE_DATA(c->mode)))
            set_register(theirs, segments[i], c->selectors[i]);
    for (unsigned i = 0; i < 8; i++)
        set_register(theirs, general[i], c->regs[i]);
    set_register(theirs, UC_X86_REG_EFLAGS, c->eflags);
    theirs->port_writes = theirs->bus_writes = 0;
    theirs->fault = -1;
}

static void read_back(const struct theirs *theirs, struct case_result *result)
{
    uc_x86_mmr table = {0};
    for (unsigned i = 0; i < 8; i++)
        result->regs[i] = get_register(theirs, general[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        result->selectors[i] = (u16)get_register(theirs, segments[i]);
    result->eflags = get_register(theirs, UC_X86_REG_EFLAGS);
    result->eip = get_register(theirs, UC_X86_REG_EIP);
    uc_reg_read(theirs->engine, UC_X86_REG_GDTR, &table);
    result->gdtr_base = (u32)table.base;
    result->gdtr_limit = (u16)table.limit;
    uc_reg_read(theirs->engine, UC_X86_REG_IDTR, &table);
    result->idtr_base = (u32)table.base;
    result->idtr_limit = (u16)table.limit;
    result->port_writes = theirs->port_writes;
    result->bus_writes = theirs->bus_writes;
}

static int fault_of(const struct theirs *theirs, uc_err error)
{
    if (theirs->fault >= 0)
        return theirs->fault;
    switch (error) {
    case UC_ERR_OK:
        return -1;
    case UC_ERR_FETCH_UNMAPPED: /* the instruction has ended; the next one lies beyond memory */
    case UC_ERR_FETCH_PROT:
        return -1;
    case UC_ERR_INSN_INVALID:
        return EXC_UD;
    case UC_ERR_READ_UNMAPPED:
    case UC_ERR_WRITE_UNMAPPED:
        return THEIRS_UNMAPPED;
    default:
        return THEIRS_ERROR;
    }
}

void theirs_forget(struct theirs *theirs, u32 linear, u32 count)
{
    uc_ctl_remove_cache(theirs->engines[THEIRS_FREE].engine, linear, linear + count);
}

/* Some runs never end inside of Unicorn; the alarm ends the process, which its parent tells. */
#define RUN_SECONDS 30u

/* Runs to an address, or `count` instructions, or until something stops it. */
static int start(struct theirs *theirs, u32 linear, u64 until, size_t count)
{
    if (sigsetjmp(aborted, 1))
        return THEIRS_ABORT;
    theirs->running = true;
    alarm(RUN_SECONDS);
    uc_err error = uc_emu_start(theirs->engine, linear, until, 0, count);
    alarm(0);
    theirs->running = false;
    return fault_of(theirs, error);
}

#define NOWHERE 0xffffffffu
#define MANY 1000000u /* iterations of a REP */

static int start_case(struct theirs *theirs, const struct cpu_case *c)
{
    u32 linear = case_code_linear(c);
    uc_ctl_remove_cache(theirs->engine, linear, linear + GENERATE_BYTES);
    if (case_repeats(c))
        return start(theirs, linear, linear + c->instruction.length, MANY);
    return start(theirs, linear, NOWHERE, 1);
}

void theirs_run(struct theirs *theirs, const struct cpu_case *c, struct case_result *result)
{
    *result = (struct case_result){0};
    load(theirs, THEIRS_COUNTING, c);
    int fault = start_case(theirs, c);
    read_back(theirs, result);
    result->fault = fault;
}

void theirs_run_stream(struct theirs *theirs, const struct cpu_case *c, struct case_result *result)
{
    *result = (struct case_result){0};
    load(theirs, THEIRS_FREE, c);
    int fault = start(theirs, case_code_linear(c), NOWHERE, 0);
    read_back(theirs, result);
    result->fault = fault;
}
