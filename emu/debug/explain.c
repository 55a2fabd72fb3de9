#include "debug/explain.h"

#include "cpu/fault.h"
#include "cpu/translate.h"
#include "debug/describe.h"
#include "debug/disassemble.h"

#include <stdio.h>
#include <string.h>

#define SAY(field, ...) snprintf((field), sizeof(field), __VA_ARGS__)

struct study {
    const struct cpu *cpu;
    const struct fault_record *record;
    const struct fault *fault;
    bool there;
    struct instruction_facts facts; /* zeros unless `there` */
    struct explanation *say;
};

static void rule(const struct study *study, const char *source, const char *cause)
{
    SAY(study->say->source, "%s", source);
    SAY(study->say->cause, "%s", cause);
}

/* ---- page faults (PRM 9.8.14) ---- */

struct entries {
    struct translate_step failed, leaf; /* the step that failed; the last entry looked at */
};

static void keep_step(void *context, const struct translate_step *step)
{
    struct entries *entries = context;
    if (step->kind != STEP_PDE && step->kind != STEP_PTE)
        return;
    entries->leaf = *step;
    if (!step->passed)
        entries->failed = *step;
}

#define NULL_PAGE 0x1000u

static const char *absent_cause(const struct study *study, u32 entry)
{
    bool user = study->fault->error & PF_USER;
    if (study->fault->address < NULL_PAGE)
        return "a null pointer: an address just above 0 was used";
    if (entry)
        return "the entry is not empty though P = 0: the kernel keeps the page elsewhere, as in "
               "swap, and fetches it";
    if (user)
        return "the page is touched for the first time: a kernel that loads on demand brings it "
               "and the instruction is executed again; else a wild pointer";
    return "the kernel used an address that its tables do not map: a wild pointer, or a table that "
           "was never filled";
}

static const char *rights_cause(const struct study *study)
{
    if (!(study->fault->error & PF_WRITE))
        return "user code touched a page that is the supervisor's (U/S = 0 in directory or table)";
    if (study->fault->error & PF_USER)
        return "a write to a page without the write bit: a page shared since fork, which the "
               "kernel "
               "copies now, or the program's own code";
    return "the kernel wrote to a read-only page while CR0.WP is set";
}

static void explain_page(const struct study *study)
{
    const struct fault *fault = study->fault;
    struct entries entries = {.failed = {.address = 0}};
    struct translation result;
    struct access access = {fault->error & PF_WRITE ? ACCESS_WRITE : ACCESS_READ, 1,
                            (fault->error & PF_USER) != 0};
    translate_linear(study->cpu, fault->address, &access, false, keep_step, &entries, &result);
    const struct translate_step *step = &entries.failed;
    SAY(study->say->look_at, "walk 0x%x", fault->address);
    if (!step->rule) {
        SAY(study->say->rule, "%s did not hold; by now the tables allow the access: it was mended",
            fault->error & PF_PROTECTION ? "the rights of directory and table" : "P = 1");
        rule(study, fault->error & PF_PROTECTION ? "PRM 6.4" : "PRM 5.2.4",
             fault->error & PF_PROTECTION ? rights_cause(study) : absent_cause(study, 0));
        return;
    }
    bool directory = step->kind == STEP_PDE;
    SAY(study->say->rule, "%s, but %s entry %u at physical %08x is %08x", step->rule,
        directory ? "directory" : "table",
        directory ? fault->address >> 22 : fault->address >> 12 & 0x3ff, step->address,
        (u32)step->value);
    rule(study, step->source,
         fault->error & PF_PROTECTION ? rights_cause(study)
                                      : absent_cause(study, (u32)step->value));
}

/* ---- selectors (PRM 9.7) ---- */

static void explain_gate(const struct study *study)
{
    u32 vector = study->fault->error >> 3;
    const struct table_register *idtr = &study->cpu->idtr;
    SAY(study->say->look_at, "info idt 0x%x", vector);
    if (vector * 8 + 7 > idtr->limit) {
        SAY(study->say->rule,
            "the gate lies within the table, but vector %02x ends at %04x and the "
            "IDT's limit is %04x",
            vector, vector * 8 + 7, idtr->limit);
        rule(study, "PRM 9.4", "LIDT was given a table that is too short, or was never executed");
        return;
    }
    u8 bytes[8] = {0};
    translate_peek(study->cpu, idtr->base + vector * 8, bytes, sizeof bytes);
    u64 image = 0;
    for (unsigned i = 8; i-- > 0;)
        image = image << 8 | bytes[i];
    struct descriptor_fields fields = descriptor_decode(image);
    const char *kind = image ? descriptor_type_name(&fields) : "empty";
    if (!fields.gate)
        SAY(study->say->rule, "the entry is an interrupt, trap or task gate, but it is %s", kind);
    else if (!fields.present)
        SAY(study->say->rule, "P = 1 in the gate, but it is 0 (%s)", kind);
    else
        SAY(study->say->rule, "CPL <= the gate's DPL for INT n, but CPL is %u and DPL is %u",
            study->record->cpl, fields.dpl);
    rule(study, "PRM 9.9",
         !fields.gate || !fields.present
             ? "no handler was put into this entry before the exception or interrupt came"
             : "a program called by INT n what only the kernel or the hardware may call");
}

static const char *wrong_kind(const struct study *study, const struct descriptor_fields *fields)
{
    if (study->fault->vector == EXC_TS)
        return "the task state segment, or a selector within it, does not serve";
    if (!fields->system && fields->dpl < study->record->cpl)
        return "code of an outer ring named a segment of an inner one";
    return "the selector names a descriptor of another kind than the instruction needs, or its "
           "privilege (CPL, RPL, DPL) forbids it";
}

static void explain_selector(const struct study *study)
{
    u16 selector = (u16)(study->fault->error & 0xfffc);
    const char *table = selector & ERROR_TI ? "LDT" : "GDT";
    u64 image = 0;
    u32 address;
    SAY(study->say->look_at, "info %s 0x%x", selector & ERROR_TI ? "ldt" : "gdt",
        selector & 0xfff8u);
    if (selector & ERROR_TI) /* `info ldt` without a selector shows the present LDT */
        SAY(study->say->look_at, "info ldt");
    if (!translate_descriptor(study->cpu, selector, &image, &address)) {
        SAY(study->say->rule,
            "the index is within the table, but %s entry %u lies beyond its limit", table,
            selector >> 3);
        rule(study, "PRM 5.1.3", "a selector that was made up, or a table that is too short");
        return;
    }
    struct descriptor_fields fields = descriptor_decode(image);
    struct text_out words = TEXT_OUT_EMPTY;
    describe_descriptor(&words, &fields);
    const char *found = image ? text_out_text(&words) : "empty";
    if (study->fault->vector == EXC_NP || study->fault->vector == EXC_SS) {
        SAY(study->say->rule, "P = 1 in %s entry %u, but it is: %s", table, selector >> 3, found);
        rule(study, "PRM 9.8.11", "the segment is marked as absent");
    } else if (image == 0) {
        SAY(study->say->rule, "the descriptor is of a segment or a gate, but %s entry %u is empty",
            table, selector >> 3);
        rule(study, "PRM 5.1.3", "the entry was never filled, or the selector was made up");
    } else {
        SAY(study->say->rule,
            "type and privilege fit (CPL %u, RPL of the instruction's selector), but %s entry %u "
            "is: %s",
            study->record->cpl, table, selector >> 3, found);
        rule(study, study->fault->vector == EXC_TS ? "PRM 9.8.10" : "PRM 6.3",
             wrong_kind(study, &fields));
    }
    text_out_free(&words);
}

/* ---- no selector: limits, types, privileges ---- */

static const char *const segment_names[SEG_COUNT] = {"es", "cs", "ss", "ds", "fs", "gs"};

static void keep_failure(void *context, const struct translate_step *step)
{
    struct translate_step *kept = context;
    if (step->kind == STEP_SEGMENT)
        *kept = *step;
}

static bool explain_operand(const struct study *study)
{
    const struct memory_operand *operand = &study->facts.operand;
    struct translate_step step = {.passed = true};
    struct translation result;
    if (!operand->given)
        return false;
    struct access access = {operand->write ? ACCESS_WRITE : ACCESS_READ, operand->size, false};
    const struct segment *segment = &study->cpu->segs[operand->segment];
    translate_segment(study->cpu, operand->segment, operand->offset, &access, keep_failure, &step,
                      &result);
    if (step.passed)
        return false;
    SAY(study->say->rule, "%s, but %s:%08x is used (%u bytes) and %s has selector %04x, limit %08x",
        step.rule, segment_names[operand->segment], operand->offset, operand->size,
        segment_names[operand->segment], segment->selector, segment->limit);
    SAY(study->say->look_at, "sreg");
    rule(study, step.source,
         segment->access == 0 ? "a segment register was never loaded, or was nulled by a return to "
                                "an outer ring"
         : study->fault->vector == EXC_SS
             ? "the stack pointer has left its segment: too deep a recursion, or a wrong ESP"
             : "a pointer beyond the end of its segment, or a store through a segment that is not "
               "writable");
    return true;
}

/* A near jump, call or return may go no further than CS's limit (PRM 6.3.1.2). */
static bool explain_target(const struct study *study)
{
    const struct segment *cs = &study->cpu->segs[SEG_CS];
    if (!study->facts.jumps || study->facts.target <= cs->limit)
        return false;
    SAY(study->say->rule, "the target lies within CS, but '%s' goes to %08x and cs has limit %08x",
        study->facts.mnemonic, study->facts.target, cs->limit);
    rule(study, "PRM 6.3.1.2",
         study->facts.operand.given && study->facts.operand.segment == SEG_SS
             ? "a return address that was overwritten, or a stack pointer that is not where the "
               "call left it"
             : "a jump through a pointer that was never set, or was overwritten");
    return true;
}

static void explain_protection(const struct study *study)
{
    const struct instruction_facts *facts = &study->facts;
    u32 iopl = (cpu_get_eflags(study->cpu) & FLAG_IOPL) >> FLAG_IOPL_SHIFT;
    SAY(study->say->look_at, "sreg");
    if (!study->there) {
        SAY(study->say->rule, "a limit, a type or a privilege of the instruction itself; which one "
                              "can no longer be seen");
        rule(study, "PRM 9.8.13", "go to the moment before it, and ask again");
    } else if (facts->privileged && study->record->cpl > 0) {
        SAY(study->say->rule, "'%s' is executed at CPL 0 only, but CPL is %u", facts->mnemonic,
            study->record->cpl);
        rule(study, "PRM 6.3.5.1", "a program executed what only the kernel may");
    } else if (facts->io_sensitive && study->record->cpl > iopl) {
        SAY(study->say->rule, "'%s' needs CPL <= IOPL%s, but CPL is %u and IOPL is %u",
            facts->mnemonic,
            strncmp(facts->mnemonic, "cli", 3) && strncmp(facts->mnemonic, "sti", 3)
                ? " or a clear bit in the TSS's I/O map"
                : "",
            study->record->cpl, iopl);
        rule(study, "PRM 8.3", "a program touched I/O ports or the interrupt flag directly");
    } else if (!explain_operand(study) && !explain_target(study)) {
        SAY(study->say->rule,
            "a condition of '%s' beyond limits and types: see its page in the manual",
            facts->known ? facts->mnemonic : "(bad)");
        rule(study, "PRM 17.2.2.11",
             "a selector of 0 loaded into SS or CS, a reserved bit in CR0 "
             "or CR4, or an instruction of more than 15 bytes");
    }
}

/* ---- the exceptions that need one line ---- */

static void explain_divide(const struct study *study)
{
    const struct instruction_facts *facts = &study->facts;
    SAY(study->say->look_at, "registers");
    if (facts->divides)
        SAY(study->say->rule, "the divisor is not 0 and the quotient fits, but the divisor is 0x%x",
            facts->divisor);
    else
        SAY(study->say->rule, "the divisor is not 0 and the quotient fits its register");
    rule(study, "PRM 9.8.1",
         facts->divides && facts->divisor ? "the quotient is too large: the upper half (EDX, DX or "
                                            "AH) was not cleared or sign-extended"
                                          : "a division by zero");
}

static void explain_opcode(const struct study *study)
{
    static const char *const levels[] = {"386", "486", "586", "686"};
    SAY(study->say->rule,
        "the bytes at CS:EIP are an instruction of the %s that this mode allows%s",
        levels[study->cpu->level], study->facts.known ? "; others know them as " : "");
    size_t length = strlen(study->say->rule);
    snprintf(study->say->rule + length, sizeof study->say->rule - length, "%s",
             study->facts.known ? study->facts.mnemonic : "");
    SAY(study->say->look_at, "x/16bx cs:0x%x", study->record->eip);
    const char *later = describe_later_level(study->cpu, study->record->linear);
    if (later) {
        rule(study, "PRM 9.8.6", "");
        SAY(study->say->cause, "a program for a later processor: a %s knows it (-cpu %s)", later,
            later);
        return;
    }
    rule(study, "PRM 9.8.6",
         study->facts.known ? "a program for a later processor (see -cpu), a LOCK where none may "
                              "be, or a jump into data"
                            : "a jump into data, or a stack that gave a wrong return address");
}

static void explain_coprocessor(const struct study *study)
{
    bool emulate = study->cpu->cr0 & CR0_EM;
    SAY(study->say->rule, "EM = 0 and TS = 0 in CR0, but %s is set", emulate ? "EM" : "TS");
    SAY(study->say->look_at, "creg");
    rule(study, "PRM 9.8.7",
         emulate ? "there is no coprocessor, or the kernel emulates it"
                 : "a task switch since the coprocessor was used last: the "
                   "kernel exchanges its state now");
}

static const struct plain_row {
    u8 vector;
    const char *rule, *source, *cause, *look_at;
} plain_rows[] = {
    {EXC_DB, "no debug condition is met", "PRM 12.3.1",
     "a single step (TF), a debug register, or a task whose T bit is set", "dreg"},
    {EXC_BP, "nothing failed: INT 3 asks for it", "PRM 9.8.3", "a debugger's breakpoint", "where"},
    {EXC_OF, "OF = 0 when INTO is executed", "PRM 9.8.4", "a signed overflow", "registers"},
    {EXC_BR, "the index lies within BOUND's limits", "PRM 9.8.5", "an index out of its array",
     "registers"},
    {EXC_TS, "the selector of the task to return to is that of a TSS, but it is 0", "PRM 7.5",
     "IRET while NT is set in EFLAGS, and the back link of the present TSS is empty", "info tss"},
    {EXC_MF, "no unmasked coprocessor exception is pending", "PRM 9.8.15",
     "the last coprocessor instruction met an error that its control word does not mask",
     "info fpu"},
    {EXC_AC, "the address is a multiple of the operand's size (AM and AC are set)", "SDM3 6.15",
     "an unaligned pointer in a program that asked for the check", "registers"},
};

/* The entry of a vector: 8 bytes, in real mode 4 (PRM 14.1). */
static bool beyond_idt(const struct cpu *cpu, u32 vector)
{
    u32 size = cpu_protected(cpu) ? 8 : 4;
    return vector * size + size - 1 > cpu->idtr.limit;
}

static void explain_double(const struct study *study)
{
    if (!beyond_idt(study->cpu, EXC_DF)) {
        SAY(study->say->rule,
            "an exception can be delivered, but another was met while the first was");
        rule(study, "PRM 9.8.8",
             "the handler's gate, stack or page is missing; the exceptions "
             "before this one tell which");
        SAY(study->say->look_at, "info faults");
        return;
    }
    SAY(study->say->rule,
        "the handlers' entries lie within the IDT, but its limit is %04x: not "
        "even vector 08 is in it",
        study->cpu->idtr.limit);
    rule(study, cpu_protected(study->cpu) ? "PRM 9.4" : "PRM 14.1",
         "LIDT was given a wrong limit, or was never executed");
    SAY(study->say->look_at, "sreg");
}

static void explain_plainly(const struct study *study)
{
    for (size_t i = 0; i < ARRAY_COUNT(plain_rows); i++) {
        const struct plain_row *row = &plain_rows[i];
        if (row->vector != study->fault->vector)
            continue;
        SAY(study->say->rule, "%s", row->rule);
        SAY(study->say->look_at, "%s", row->look_at);
        rule(study, row->source, row->cause);
    }
}

void explain_fault(const struct cpu *cpu, const struct fault_record *record, bool there,
                   struct explanation *explanation)
{
    struct study study = {cpu, record, &record->fault, there, {.known = false}, explanation};
    u8 vector = record->fault.vector;
    memset(explanation, 0, sizeof *explanation);
    if (there)
        instruction_study(cpu, &study.facts);
    bool selects = record->fault.has_error && record->fault.error && vector != EXC_DF;
    if (vector == EXC_PF)
        explain_page(&study);
    else if (selects && (record->fault.error & ERROR_IDT))
        explain_gate(&study);
    else if (selects)
        explain_selector(&study);
    else if (vector == EXC_GP || vector == EXC_SS)
        explain_protection(&study);
    else if (vector == EXC_DE)
        explain_divide(&study);
    else if (vector == EXC_UD)
        explain_opcode(&study);
    else if (vector == EXC_DF)
        explain_double(&study);
    else if (vector == EXC_NM)
        explain_coprocessor(&study);
    else
        explain_plainly(&study);
}
