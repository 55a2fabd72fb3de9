#include "debug/disassemble.h"

#include "base/bits.h"
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

static bool decode(const struct cpu *cpu, const u8 *bytes, u32 count,
                   ZydisDecodedInstruction *instruction, ZydisDecodedOperand *operands)
{
    ZydisDecoder decoder;
    bool wide = cpu_protected(cpu) && !cpu_v86(cpu) && (cpu->segs[SEG_CS].access & SEG_BIG);
    ZydisDecoderInit(&decoder, wide ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LEGACY_16,
                     wide ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
    return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, count, instruction, operands));
}

bool disassemble_at(const struct cpu *cpu, u32 linear, u32 offset, struct disassembly *out)
{
    memset(out, 0, sizeof *out);
    u32 count = fetch(cpu, linear, out->bytes, sizeof out->bytes);
    if (count == 0)
        return false;
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    if (!decode(cpu, out->bytes, count, &instruction, operands)) {
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

/* ---- what an instruction does ---- */

static u32 register_value(const struct cpu *cpu, ZydisRegister name)
{
    int number = ZydisRegisterGetId(name);
    switch (ZydisRegisterGetClass(name)) {
    case ZYDIS_REGCLASS_GPR32:
        return cpu->regs[number & 7];
    case ZYDIS_REGCLASS_GPR16:
        return cpu->regs[number & 7] & 0xffff;
    case ZYDIS_REGCLASS_GPR8:
        return number < 4 ? cpu->regs[number] & 0xff : cpu->regs[number & 3] >> 8 & 0xff;
    default:
        return 0;
    }
}

static enum segment_number segment_of(ZydisRegister name)
{
    static const struct {
        ZydisRegister name;
        enum segment_number number;
    } segments[] = {{ZYDIS_REGISTER_ES, SEG_ES},
                    {ZYDIS_REGISTER_CS, SEG_CS},
                    {ZYDIS_REGISTER_SS, SEG_SS},
                    {ZYDIS_REGISTER_FS, SEG_FS},
                    {ZYDIS_REGISTER_GS, SEG_GS}};
    for (size_t i = 0; i < ARRAY_COUNT(segments); i++)
        if (segments[i].name == name)
            return segments[i].number;
    return SEG_DS;
}

/* A push stores below the stack pointer that it finds. */
static struct memory_operand operand_of(const struct cpu *cpu,
                                        const ZydisDecodedInstruction *instruction,
                                        const ZydisDecodedOperand *operand)
{
    const ZydisDecodedOperandMem *memory = &operand->mem;
    struct memory_operand result = {.given = true,
                                    .segment = segment_of(memory->segment),
                                    .size = operand->size / 8 ? operand->size / 8 : 1,
                                    .write =
                                        (operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0};
    bool wide = instruction->address_width == 32;
    result.offset = register_value(cpu, memory->base) +
                    register_value(cpu, memory->index) * memory->scale +
                    (memory->disp.has_displacement ? (u32)memory->disp.value : 0);
    if (operand->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN && result.write &&
        result.segment == SEG_SS)
        result.offset -= result.size;
    if (!wide && result.segment != SEG_SS)
        result.offset &= 0xffff;
    if (result.segment == SEG_SS && !(cpu->segs[SEG_SS].access & SEG_BIG))
        result.offset &= 0xffff;
    return result;
}

static u32 operand_value(const struct cpu *cpu, const struct memory_operand *memory,
                         const ZydisDecodedOperand *operand)
{
    u8 bytes[4] = {0};
    if (operand->type == ZYDIS_OPERAND_TYPE_REGISTER)
        return register_value(cpu, operand->reg.value);
    translate_peek(cpu, cpu->segs[memory->segment].base + memory->offset, bytes,
                   memory->size < 4 ? memory->size : 4);
    return load_le32(bytes);
}

/* HLT, LGDT, LIDT, LLDT, LTR, LMSW, CLTS and the moves with control, debug and test registers. */
static bool is_privileged(const ZydisDecodedInstruction *instruction,
                          const ZydisDecodedOperand *operands)
{
    static const ZydisMnemonic names[] = {
        ZYDIS_MNEMONIC_HLT,    ZYDIS_MNEMONIC_LGDT,   ZYDIS_MNEMONIC_LIDT,  ZYDIS_MNEMONIC_LLDT,
        ZYDIS_MNEMONIC_LTR,    ZYDIS_MNEMONIC_LMSW,   ZYDIS_MNEMONIC_CLTS,  ZYDIS_MNEMONIC_INVD,
        ZYDIS_MNEMONIC_WBINVD, ZYDIS_MNEMONIC_INVLPG, ZYDIS_MNEMONIC_RDMSR, ZYDIS_MNEMONIC_WRMSR};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (instruction->mnemonic == names[i])
            return true;
    for (u32 i = 0; i < instruction->operand_count_visible; i++)
        if (operands[i].type == ZYDIS_OPERAND_TYPE_REGISTER) {
            ZydisRegisterClass class = ZydisRegisterGetClass(operands[i].reg.value);
            if (class == ZYDIS_REGCLASS_CONTROL || class == ZYDIS_REGCLASS_DEBUG)
                return true;
        }
    return false;
}

static bool is_io_sensitive(ZydisMnemonic name)
{
    static const ZydisMnemonic names[] = {
        ZYDIS_MNEMONIC_IN,   ZYDIS_MNEMONIC_OUT,   ZYDIS_MNEMONIC_INSB,  ZYDIS_MNEMONIC_INSW,
        ZYDIS_MNEMONIC_INSD, ZYDIS_MNEMONIC_OUTSB, ZYDIS_MNEMONIC_OUTSW, ZYDIS_MNEMONIC_OUTSD,
        ZYDIS_MNEMONIC_CLI,  ZYDIS_MNEMONIC_STI};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (name == names[i])
            return true;
    return false;
}

/* Where a near jump, call or return goes; false for others. */
static bool find_target(const struct cpu *cpu, const ZydisDecodedInstruction *instruction,
                        const ZydisDecodedOperand *operands, struct instruction_facts *facts)
{
    ZyanU64 target;
    u32 size = instruction->operand_width / 8;
    if (instruction->meta.branch_type != ZYDIS_BRANCH_TYPE_NEAR &&
        instruction->meta.branch_type != ZYDIS_BRANCH_TYPE_SHORT)
        return false;
    if (operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operands[0].imm.is_relative)
        facts->target =
            ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(instruction, &operands[0], cpu->eip, &target))
                ? (u32)target
                : 0;
    else if (instruction->mnemonic == ZYDIS_MNEMONIC_RET) {
        facts->operand = (struct memory_operand){true, SEG_SS, cpu->regs[REG_ESP], size, false};
        if (!(cpu->segs[SEG_SS].access & SEG_BIG))
            facts->operand.offset &= 0xffff;
        ZydisDecodedOperand stack = {.type = ZYDIS_OPERAND_TYPE_MEMORY};
        facts->target = operand_value(cpu, &facts->operand, &stack);
    } else
        facts->target = operand_value(cpu, &facts->operand, &operands[0]);
    return true;
}

bool instruction_study(const struct cpu *cpu, struct instruction_facts *facts)
{
    u8 bytes[15];
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    memset(facts, 0, sizeof *facts);
    u32 count = fetch(cpu, cpu_linear_eip(cpu), bytes, sizeof bytes);
    if (count == 0)
        return false;
    facts->known = decode(cpu, bytes, count, &instruction, operands);
    if (!facts->known)
        return true;
    snprintf(facts->mnemonic, sizeof facts->mnemonic, "%s",
             ZydisMnemonicGetString(instruction.mnemonic));
    facts->length = instruction.length;
    facts->privileged = is_privileged(&instruction, operands);
    facts->io_sensitive = is_io_sensitive(instruction.mnemonic);
    for (u32 i = 0; i < instruction.operand_count && !facts->operand.given; i++)
        if (operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
            operands[i].mem.type == ZYDIS_MEMOP_TYPE_MEM && operands[i].actions)
            facts->operand = operand_of(cpu, &instruction, &operands[i]);
    facts->jumps = find_target(cpu, &instruction, operands, facts);
    facts->divides =
        instruction.mnemonic == ZYDIS_MNEMONIC_DIV || instruction.mnemonic == ZYDIS_MNEMONIC_IDIV;
    if (facts->divides)
        facts->divisor = operand_value(cpu, &facts->operand, &operands[0]);
    return true;
}
