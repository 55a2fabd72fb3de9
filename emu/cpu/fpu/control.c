#include "cpu/fpu/call.h"

#include "base/bits.h"
#include "cpu/data.h"

/* Control of the coprocessor and its stack (387 PRM 4.6). */

/* FNOP; FENI, FDISI of the 8087 and FSETPM of the 287 do nothing on a 387. */
bool fpu_nop(struct fpu_call *call)
{
    (void)call;
    return true;
}

/* The 387 keeps the pointers to the last instruction, later ones clear them. */
bool fpu_initialize(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    fpu->control = FPU_CONTROL_INIT;
    fpu->status = 0;
    fpu->used = 0;
    if (call->cpu->level >= CPU_486) {
        fpu->opcode = fpu->code_selector = fpu->data_selector = 0;
        fpu->code_offset = fpu->data_offset = 0;
    }
    return true;
}

bool fpu_clear_exceptions(struct fpu_call *call)
{
    call->fpu->status &= (u16) ~(FLOAT_EXCEPTIONS | FPU_STACK_FAULT | FPU_ERROR | FPU_BUSY);
    return true;
}

static void set_control(struct fpu *fpu, u16 control)
{
    fpu->control = (control & FPU_CONTROL_KEPT) | FPU_CONTROL_ONES;
}

bool fpu_load_control(struct fpu_call *call)
{
    u8 bytes[2];
    if (!fpu_read(call, bytes, 2))
        return false;
    set_control(call->fpu, load_le16(bytes));
    fpu_update_error(call->cpu);
    return true;
}

bool fpu_store_control(struct fpu_call *call)
{
    u8 bytes[2];
    store_le16(bytes, call->fpu->control);
    return fpu_write(call, bytes, 2);
}

bool fpu_store_status(struct fpu_call *call)
{
    u8 bytes[2];
    store_le16(bytes, call->fpu->status);
    return fpu_write(call, bytes, 2);
}

bool fpu_store_status_ax(struct fpu_call *call)
{
    u32 *eax = &call->cpu->regs[REG_EAX];
    *eax = (*eax & 0xffff0000u) | call->fpu->status;
    return true;
}

/* ---- Environment: four formats (387 PRM figures 2-6 to 2-9) ---- */

#define REGISTER_BYTES 10u
#define REGISTERS_BYTES (8 * REGISTER_BYTES)
#define ENVIRONMENT16 14u
#define ENVIRONMENT32 28u
#define IMAGE_MAX (ENVIRONMENT32 + REGISTERS_BYTES)

/* Seven words, or dwords whose unused high halves are ones; then, for FSAVE, ST to ST(7). */
struct image {
    bool wide, real;
    unsigned size; /* in bytes */
    u8 bytes[IMAGE_MAX];
};

static struct image image_for(const struct fpu_call *call, bool registers)
{
    const struct cpu *cpu = call->cpu;
    struct image image = {.wide = op_width(call->op) == 32,
                          .real = !cpu_protected(cpu) || cpu_v86(cpu)};
    image.size = (image.wide ? ENVIRONMENT32 : ENVIRONMENT16) + (registers ? REGISTERS_BYTES : 0);
    return image;
}

static void put(struct image *image, unsigned number, u32 value)
{
    if (image->wide)
        store_le32(image->bytes + 4 * number, value);
    else
        store_le16(image->bytes + 2 * number, (u16)value);
}

static u32 get(const struct image *image, unsigned number)
{
    return image->wide ? load_le32(image->bytes + 4 * number)
                       : load_le16(image->bytes + 2 * number);
}

#define UNUSED_HIGH 0xffff0000u

/* Real and V86 mode: linear addresses, of which the low word and the rest stand apart. */
static void put_pointers_real(struct image *image, const struct fpu *fpu)
{
    u32 code = ((u32)fpu->code_selector << 4) + fpu->code_offset;
    u32 data = ((u32)fpu->data_selector << 4) + fpu->data_offset;
    put(image, 3, UNUSED_HIGH | (code & 0xffff));
    put(image, 4, (code >> 16 << 12 | fpu->opcode) & 0x0fffffffu);
    put(image, 5, UNUSED_HIGH | (data & 0xffff));
    put(image, 6, data >> 16 << 12 & 0x0fffffffu);
}

static void get_pointers_real(const struct image *image, struct fpu *fpu)
{
    fpu->opcode = get(image, 4) & 0x7ff;
    fpu->code_offset = (get(image, 3) & 0xffff) | (get(image, 4) >> 12 & 0xffff) << 16;
    fpu->data_offset = (get(image, 5) & 0xffff) | (get(image, 6) >> 12 & 0xffff) << 16;
    fpu->code_selector = fpu->data_selector = 0;
}

static void put_pointers_protected(struct image *image, const struct fpu *fpu)
{
    put(image, 3, fpu->code_offset);
    put(image, 4, (u32)fpu->opcode << 16 | fpu->code_selector);
    put(image, 5, fpu->data_offset);
    put(image, 6, UNUSED_HIGH | fpu->data_selector);
}

static void get_pointers_protected(const struct image *image, struct fpu *fpu)
{
    fpu->code_offset = get(image, 3);
    fpu->code_selector = (u16)get(image, 4);
    fpu->opcode = get(image, 4) >> 16 & 0x7ff;
    fpu->data_offset = get(image, 5);
    fpu->data_selector = (u16)get(image, 6);
}

static void put_environment(struct image *image, const struct fpu *fpu)
{
    put(image, 0, UNUSED_HIGH | fpu->control);
    put(image, 1, UNUSED_HIGH | fpu->status);
    put(image, 2, UNUSED_HIGH | fpu_tag_word(fpu));
    if (image->real)
        put_pointers_real(image, fpu);
    else
        put_pointers_protected(image, fpu);
}

/* Of the tags only "empty" is believed; the 387 finds the others from the values. */
static void get_environment(const struct image *image, struct fpu *fpu)
{
    u32 tags = get(image, 2);
    set_control(fpu, (u16)get(image, 0));
    /* ES and B follow from the rest; what ERROR# was tells fpu_update_error() of an edge. */
    fpu->status = (u16)((get(image, 1) & ~(FPU_ERROR | FPU_BUSY)) | (fpu->status & FPU_ERROR));
    fpu->used = 0;
    for (unsigned number = 0; number < 8; number++)
        if ((tags >> (2 * number) & 3) != 3)
            fpu->used |= (u8)(1u << number);
    if (image->real)
        get_pointers_real(image, fpu);
    else
        get_pointers_protected(image, fpu);
}

static u8 *register_bytes(struct image *image, unsigned i)
{
    return image->bytes + image->size - REGISTERS_BYTES + i * REGISTER_BYTES;
}

static void put_registers(struct image *image, const struct fpu *fpu)
{
    for (unsigned i = 0; i < 8; i++) {
        struct float80 value = fpu_get(fpu, i);
        store_le64(register_bytes(image, i), value.mantissa);
        store_le16(register_bytes(image, i) + 8, value.exponent);
    }
}

static void get_registers(struct image *image, struct fpu *fpu)
{
    for (unsigned i = 0; i < 8; i++) {
        unsigned number = fpu_register(fpu, i);
        fpu->mantissa[number] = load_le64(register_bytes(image, i));
        fpu->exponent[number] = load_le16(register_bytes(image, i) + 8);
    }
}

/* The image is moved in pieces of the operand size, the way the bus sees it; all of it is checked
   before the first piece is written. */
static bool write_image(struct fpu_call *call, const struct image *image)
{
    struct cpu *cpu = call->cpu;
    unsigned segment = op_segment(call->op), step = image->wide ? 4 : 2;
    u32 offset = op_offset(cpu, call->op);
    for (unsigned i = 0; i < image->size; i += step)
        if (!data_check_write(cpu, segment, offset + i, step))
            return false;
    for (unsigned i = 0; i < image->size; i += step)
        if (!data_write_bytes(cpu, segment, offset + i, image->bytes + i, step))
            return false;
    return true;
}

static bool read_image(struct fpu_call *call, struct image *image)
{
    struct cpu *cpu = call->cpu;
    unsigned segment = op_segment(call->op), step = image->wide ? 4 : 2;
    u32 offset = op_offset(cpu, call->op);
    for (unsigned i = 0; i < image->size; i += step)
        if (!data_read_bytes(cpu, segment, offset + i, image->bytes + i, step))
            return false;
    return true;
}

bool fpu_load_environment(struct fpu_call *call)
{
    struct image image = image_for(call, false);
    if (!read_image(call, &image))
        return false;
    get_environment(&image, call->fpu);
    fpu_update_error(call->cpu);
    return true;
}

/* Masks all exceptions after storing, so that a handler can go on. */
bool fpu_store_environment(struct fpu_call *call)
{
    struct image image = image_for(call, false);
    put_environment(&image, call->fpu);
    if (!write_image(call, &image))
        return false;
    call->fpu->control |= FLOAT_EXCEPTIONS;
    fpu_update_error(call->cpu);
    return true;
}

bool fpu_save(struct fpu_call *call)
{
    struct image image = image_for(call, true);
    put_environment(&image, call->fpu);
    put_registers(&image, call->fpu);
    return write_image(call, &image) && fpu_initialize(call);
}

bool fpu_restore(struct fpu_call *call)
{
    struct image image = image_for(call, true);
    if (!read_image(call, &image))
        return false;
    get_environment(&image, call->fpu);
    get_registers(&image, call->fpu);
    fpu_update_error(call->cpu);
    return true;
}

/* ---- The stack ---- */

/* An empty register counts as the indefinite, when masked. */
bool fpu_exchange(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    bool empty = fpu_is_empty(fpu, 0), other_empty = fpu_is_empty(fpu, call->rm);
    if ((empty || other_empty) && !fpu_stack_fault(call, false))
        return true;
    struct float80 top = empty ? FLOAT80_INDEFINITE : fpu_get(fpu, 0);
    struct float80 other = other_empty ? FLOAT80_INDEFINITE : fpu_get(fpu, call->rm);
    fpu_set(fpu, 0, other);
    fpu_set(fpu, call->rm, top);
    fpu_set_conditions(fpu, FPU_C1, 0);
    return true;
}

bool fpu_free(struct fpu_call *call)
{
    struct fpu *fpu = call->fpu;
    fpu->used &= (u8) ~(1u << fpu_register(fpu, call->rm));
    fpu_set_conditions(fpu, FPU_C1, 0);
    return true;
}

/* FFREEP (DF C0), undocumented. */
bool fpu_free_pop(struct fpu_call *call)
{
    fpu_free(call);
    fpu_pop(call->fpu);
    return true;
}

/* FINCSTP, FDECSTP: tags stay. */
bool fpu_step_up(struct fpu_call *call)
{
    fpu_set_top(call->fpu, fpu_top(call->fpu) + 1);
    fpu_set_conditions(call->fpu, FPU_C1, 0);
    return true;
}

bool fpu_step_down(struct fpu_call *call)
{
    fpu_set_top(call->fpu, fpu_top(call->fpu) - 1);
    fpu_set_conditions(call->fpu, FPU_C1, 0);
    return true;
}
