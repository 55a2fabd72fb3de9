#include "debug/disassemble.h"

#include "cpu/translate.h"

#include <Zydis/Zydis.h>
#include <stdio.h>
#include <string.h>

/* Bytes from a linear address up to the first that is not mapped. */
static u32 fetch(const struct cpu *cpu, u32 linear, u8 *bytes, u32 wanted)
{
    u32 count = 0;
    while (count < wanted && translate_peek(cpu, linear + count, bytes + count, 1))
        count++;
    return count;
}

static bool runs_as_one(const ZydisDecodedInstruction *instruction)
{
    switch (instruction->meta.category) {
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_INTERRUPT:
        return true;
    default:
        return instruction->mnemonic == ZYDIS_MNEMONIC_LOOP ||
               (instruction->attributes &
                (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)) != 0;
    }
}

bool disassemble_at(const struct cpu *cpu, u32 linear, u32 offset, struct disassembly *out)
{
    memset(out, 0, sizeof *out);
    u32 count = fetch(cpu, linear, out->bytes, sizeof out->bytes);
    if (count == 0)
        return false;
    bool wide = cpu_protected(cpu) && !cpu_v86(cpu) && (cpu->segs[SEG_CS].access & SEG_BIG);
    ZydisDecoder decoder;
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecoderInit(&decoder, wide ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LEGACY_16,
                     wide ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
    if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, out->bytes, count, &instruction, operands))) {
        snprintf(out->text, sizeof out->text, "(bad)");
        out->length = 1;
        return true;
    }
    ZydisFormatter formatter;
    ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
    ZydisFormatterFormatInstruction(&formatter, &instruction, operands,
                                    instruction.operand_count_visible, out->text, sizeof out->text,
                                    offset, NULL);
    out->length = instruction.length;
    out->call = runs_as_one(&instruction);
    return true;
}
