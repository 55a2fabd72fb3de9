#include "debug/registers.h"
#include "monitor/command.h"

/* The coprocessor (387 PRM 2.1): words bit by bit, then the stack from its top. */

/* Exceptions in the order of their bits. */
static const char *const exceptions[] = {"IE", "DE", "ZE", "OE", "UE", "PE"};

static void write_exceptions(struct text_out *out, unsigned bits)
{
    if (!(bits & FLOAT_EXCEPTIONS))
        text_out_string(out, " none");
    for (unsigned i = 0; i < ARRAY_COUNT(exceptions); i++)
        if (bits & BIT(i))
            text_out_format(out, " %s", exceptions[i]);
}

static void write_control(struct text_out *out, u16 control)
{
    static const char *const precisions[] = {"24 bits", "reserved precision", "53 bits", "64 bits"};
    static const char *const roundings[] = {"to nearest", "down", "up", "toward zero"};
    text_out_format(out, "fctrl=%04x %s, rounding %s, unmasked:", control,
                    precisions[control >> 8 & 3], roundings[control >> 10 & 3]);
    write_exceptions(out, ~control & FLOAT_EXCEPTIONS);
    text_out_string(out, "\n");
}

static void write_status(struct text_out *out, u16 status)
{
    text_out_format(out, "fstat=%04x top %u, C3-C0 %u%u%u%u%s%s, exceptions:", status,
                    status >> FPU_TOP_SHIFT & 7u, !!(status & FPU_C3), !!(status & FPU_C2),
                    !!(status & FPU_C1), !!(status & FPU_C0),
                    status & FPU_STACK_FAULT ? ", stack fault" : "",
                    status & FPU_ERROR ? ", an unmasked error waits" : "");
    write_exceptions(out, status);
    text_out_string(out, "\n");
}

static void write_stack(struct text_out *out, const struct fpu *fpu)
{
    static const char *const tags[] = {"valid", "zero", "special", "empty"};
    u16 tag_word = fpu_tag_word(fpu);
    for (unsigned i = 0; i < 8; i++) {
        unsigned number = fpu_register(fpu, i);
        struct float80 value = fpu_get(fpu, i);
        unsigned tag = tag_word >> 2 * number & 3u;
        text_out_format(out, "st%u  r%u %-7s %04x %016llx", i, number, tags[tag], value.exponent,
                        (unsigned long long)value.mantissa);
        if (tag != 3)
            text_out_format(out, "  %.17g", register_real(value));
        text_out_string(out, "\n");
    }
}

enum monitor_result info_fpu(struct call *call)
{
    const struct cpu *cpu = call->cpu;
    const struct fpu *fpu = &cpu->fpu;
    if (!cpu->has_fpu) {
        text_out_string(call->out, "the coprocessor's socket is empty\n");
        return MONITOR_OK;
    }
    write_control(call->out, fpu->control);
    write_status(call->out, fpu->status);
    text_out_format(call->out,
                    "ftag=%04x  last instruction %04x:%08x, opcode %03x, operand %04x:%08x%s\n",
                    fpu_tag_word(fpu), fpu->code_selector, fpu->code_offset, fpu->opcode,
                    fpu->data_selector, fpu->data_offset, fpu->latched ? ", IRQ 13 held" : "");
    write_stack(call->out, fpu);
    return MONITOR_OK;
}
