#include "cpu/exec/dispatch.h"
#include "cpu/exec/words.h"

/* Frequent forms of 16-bit code once more for each address, for MOV with each register as well:
   mov_reg_mem_16_EAX_BX_SI, cmp_mem_imm_8_SI_jcc4. A miss goes to the op's slow instance. */

#define MODE_SEGMENT word_segment(cpu, TEMPLATE_PASTE(MODE_, MODE))
#define MODE_OFFSET word_offset(cpu, op, TEMPLATE_PASTE(MODE_, MODE))

/* Through the buffer; left whole, since the others end in a jump to them. */
#define MODE_READ(value) fast_read(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (value))
#define MODE_WRITE(value) fast_write(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (value))
#define MODE_MODIFY(place, value) \
    fast_modify(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (place), (value))
#define ACCESS(form, what) HANDLER_APART WORDS(form, what)
#define MISS(form, what, slow) slow(HANDLER_ARGUMENTS)
#include "cpu/exec/words_memory.inc"
#undef MODE_READ
#undef MODE_WRITE
#undef MODE_MODIFY
#undef ACCESS
#undef MISS

/* Directly to base RAM, as long as paging is off: mov_reg_mem_direct_16_EAX_BX_SI. A miss goes to
   the handler of the same name without `direct`. */
#define MODE_READ(value) direct_read(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (value))
#define MODE_WRITE(value) direct_write(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (value))
#define MODE_MODIFY(place, value) \
    direct_modify(cpu, MODE_SEGMENT, MODE_OFFSET, WIDTH, (place), (value))
#define ACCESS(form, what) WORDS(TEMPLATE_PASTE(form, _direct), what)
#define MISS(form, what, slow) WORDS_NAME(form, WIDTH, what)(HANDLER_ARGUMENTS)
#include "cpu/exec/words_memory.inc"

// clang-format off
#define EACH(name) \
    {name##_EAX, name##_ECX, name##_EDX, name##_EBX, name##_ESP, name##_EBP, name##_ESI, name##_EDI}
#define EACH_BYTE(name) \
    {name##_AL, name##_CL, name##_DL, name##_BL, name##_AH, name##_CH, name##_DH, name##_BH}
#define EACH_FROM(name, mode) \
    {name##_EAX_##mode, name##_ECX_##mode, name##_EDX_##mode, name##_EBX_##mode, \
     name##_ESP_##mode, name##_EBP_##mode, name##_ESI_##mode, name##_EDI_##mode}
#define EACH_BYTE_FROM(name, mode) \
    {name##_AL_##mode, name##_CL_##mode, name##_DL_##mode, name##_BL_##mode, \
     name##_AH_##mode, name##_CH_##mode, name##_DH_##mode, name##_BH_##mode}

/* By mode and register. */
#define LOADS(EACH, name) \
    {EACH(name, BX_SI), EACH(name, BX_DI), EACH(name, SI), EACH(name, DI), EACH(name, BP), EACH(name, BX), EACH(name, DISP)}
#define STORES(EACH, name) \
    {EACH(name##_BX_SI), EACH(name##_BX_DI), EACH(name##_SI), EACH(name##_DI), EACH(name##_BP), EACH(name##_BX), EACH(name##_DISP)}
static op_handler *const loads_8[WORD_MODES][8] = LOADS(EACH_BYTE_FROM, mov_reg_mem_direct_8);
static op_handler *const loads_16[WORD_MODES][8] = LOADS(EACH_FROM, mov_reg_mem_direct_16);
static op_handler *const stores_8[WORD_MODES][8] = STORES(EACH_BYTE, mov_mem_reg_direct_8);
static op_handler *const stores_16[WORD_MODES][8] = STORES(EACH, mov_mem_reg_direct_16);

static op_handler *const exchanges_8[WORD_MODES][8] = STORES(EACH_BYTE, xchg_mem_reg_direct_8);
static op_handler *const exchanges_16[WORD_MODES][8] = STORES(EACH, xchg_mem_reg_direct_16);

/* By mode; those with two registers have none. */
#define MODES(name) \
    {[MODE_SI] = name##_SI, [MODE_DI] = name##_DI, [MODE_BP] = name##_BP, [MODE_BX] = name##_BX, [MODE_DISP] = name##_DISP}
#define MODES_JCC(name, jcc) \
    {[MODE_SI] = name##_SI##jcc, [MODE_DI] = name##_DI##jcc, [MODE_BP] = name##_BP##jcc, \
     [MODE_BX] = name##_BX##jcc, [MODE_DISP] = name##_DISP##jcc}
struct mode_row {
    u8 operation, width, form;
    op_handler *handlers[WORD_MODES];
};
#define MODIFY_ROWS(operation, name) \
    {operation, 1, REG_MEM, MODES(name##_reg_mem_direct_16)}, {operation, 1, MEM_REG, MODES(name##_mem_reg_direct_16)}, \
    {operation, 1, MEM_IMM, MODES(name##_mem_imm_direct_16)}
static const struct mode_row rows[] = {
    {HOT_MOV, 0, MEM_IMM, MODES(mov_mem_imm_direct_8)},
    {HOT_MOV, 1, MEM_IMM, MODES(mov_mem_imm_direct_16)},
    {HOT_CMP, 1, REG_MEM, MODES(cmp_reg_mem_direct_16)},
    MODIFY_ROWS(HOT_ADD, add), MODIFY_ROWS(HOT_SUB, sub), MODIFY_ROWS(HOT_AND, and),
    MODIFY_ROWS(HOT_OR, or), MODIFY_ROWS(HOT_XOR, xor),
    {HOT_INC, 1, UNARY_MEM, MODES(inc_mem_direct_16)},
    {HOT_DEC, 1, UNARY_MEM, MODES(dec_mem_direct_16)},
};

/* By condition and mode. */
#define UNSIGNED(name) \
    [2] = MODES_JCC(name, _jcc2), [3] = MODES_JCC(name, _jcc3), [4] = MODES_JCC(name, _jcc4), \
    [5] = MODES_JCC(name, _jcc5), [6] = MODES_JCC(name, _jcc6), [7] = MODES_JCC(name, _jcc7)
#define SIGNED(name) \
    [12] = MODES_JCC(name, _jcc12), [13] = MODES_JCC(name, _jcc13), \
    [14] = MODES_JCC(name, _jcc14), [15] = MODES_JCC(name, _jcc15)
static op_handler *const cmp_mem_imm_8[16][WORD_MODES] = {UNSIGNED(cmp_mem_imm_direct_8)};
static op_handler *const cmp_mem_imm_16[16][WORD_MODES] = {UNSIGNED(cmp_mem_imm_direct_16), SIGNED(cmp_mem_imm_direct_16)};
static op_handler *const cmp_reg_mem_16[16][WORD_MODES] = {UNSIGNED(cmp_reg_mem_direct_16), SIGNED(cmp_reg_mem_direct_16)};
// clang-format on

/* WORD_MODES: none of the frequent ones. */
static unsigned mode_of(const struct op *op)
{
    static const struct {
        u8 base, index;
    } registers[WORD_MODES] = {
        [MODE_BX_SI] = {4 * REG_EBX, 4 * REG_ESI},
        [MODE_BX_DI] = {4 * REG_EBX, 4 * REG_EDI},
        [MODE_SI] = {4 * REG_ESI, OP_REGISTER_ZERO},
        [MODE_DI] = {4 * REG_EDI, OP_REGISTER_ZERO},
        [MODE_BP] = {4 * REG_EBP, OP_REGISTER_ZERO},
        [MODE_BX] = {4 * REG_EBX, OP_REGISTER_ZERO},
        [MODE_DISP] = {OP_REGISTER_ZERO, OP_REGISTER_ZERO},
    };
    unsigned mode = 0;
    if (!(op->form & OP_MEMORY) || !(op->form & OP_ADDRESS16))
        return WORD_MODES;
    while (mode < WORD_MODES &&
           (registers[mode].base != op->base || registers[mode].index != op->index))
        mode++;
    if (mode < WORD_MODES && op_segment(op) != (mode == MODE_BP ? SEG_SS : SEG_DS))
        return WORD_MODES;
    return mode;
}

op_handler *word_memory_handler(const struct op *op, struct hot_parts parts)
{
    unsigned mode = mode_of(op);
    if (mode == WORD_MODES)
        return NULL;
    if (parts.operation == HOT_MOV && parts.form == REG_MEM)
        return (parts.width ? loads_16 : loads_8)[mode][word_number(op->dst, parts.width)];
    if (parts.operation == HOT_MOV && parts.form == MEM_REG)
        return (parts.width ? stores_16 : stores_8)[mode][word_number(op->src, parts.width)];
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        if (rows[i].operation == parts.operation && rows[i].width == parts.width &&
            rows[i].form == parts.form)
            return rows[i].handlers[mode];
    return NULL;
}

op_handler *word_exchange_handler(const struct op *op, unsigned width)
{
    unsigned mode = mode_of(op);
    if (mode == WORD_MODES)
        return NULL;
    return (width == 16 ? exchanges_16 : exchanges_8)[mode][word_number(op->src, width / 16)];
}

op_handler *word_memory_pair_handler(const struct op *op, struct hot_parts parts)
{
    unsigned mode = mode_of(op), condition = op[1].kind - KIND_JCC;
    if (mode == WORD_MODES || parts.operation != HOT_CMP)
        return NULL;
    if (parts.form == MEM_IMM)
        return (parts.width ? cmp_mem_imm_16 : cmp_mem_imm_8)[condition][mode];
    return parts.form == REG_MEM && parts.width == 1 ? cmp_reg_mem_16[condition][mode] : NULL;
}
