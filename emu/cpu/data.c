#include "cpu/data.h"

#include "base/bits.h"
#include "cpu/access.h"
#include "cpu/debug_registers.h"
#include "cpu/descriptor.h"
#include "cpu/fault.h"

/* ---- Linear addresses ---- */

static bool crosses_page(u32 linear, unsigned size)
{
    return (linear & PAGE_OFFSET_MASK) + size > PAGE_SIZE;
}

bool linear_resolve(struct cpu *cpu, u32 linear, const struct access *access, struct data_ref *ref)
{
    unsigned room = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    ref->size = (u8)access->size;
    ref->first = (u8)(access->size < room ? access->size : room);
    if (ref->first == ref->size)
        return translate_commit(cpu, linear, access, &ref->physical[0]);
    u32 second = linear + room;
    return translate_look(cpu, linear, access) && translate_look(cpu, second, access) &&
           translate_commit(cpu, linear, access, &ref->physical[0]) &&
           translate_commit(cpu, second, access, &ref->physical[1]);
}

/* Runs of 4, 2 and 1 bytes that stay inside one page: what a device sees on the bus. */
static unsigned bus_run(unsigned left)
{
    return left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

static void load_run(struct cpu *cpu, u32 physical, u8 *to, unsigned count)
{
    while (count > 0) {
        unsigned run = bus_run(count);
        u32 value = memory_read(cpu->memory, physical, run);
        for (unsigned i = 0; i < run; i++)
            to[i] = (u8)(value >> (8 * i));
        physical += run;
        to += run;
        count -= run;
    }
}

static void store_run(struct cpu *cpu, u32 physical, const u8 *from, unsigned count)
{
    while (count > 0) {
        unsigned run = bus_run(count);
        u32 value = 0;
        for (unsigned i = 0; i < run; i++)
            value |= (u32)from[i] << (8 * i);
        memory_write(cpu->memory, physical, run, value);
        physical += run;
        from += run;
        count -= run;
    }
}

static void load_ref(struct cpu *cpu, const struct data_ref *ref, u8 *to)
{
    load_run(cpu, ref->physical[0], to, ref->first);
    if (ref->first < ref->size)
        load_run(cpu, ref->physical[1], to + ref->first, ref->size - ref->first);
}

static void store_ref(struct cpu *cpu, const struct data_ref *ref, const u8 *from)
{
    store_run(cpu, ref->physical[0], from, ref->first);
    if (ref->first < ref->size)
        store_run(cpu, ref->physical[1], from + ref->first, ref->size - ref->first);
}

static u32 load_value(struct cpu *cpu, const struct data_ref *ref)
{
    u8 bytes[4] = {0};
    if (ref->first == ref->size)
        return memory_read(cpu->memory, ref->physical[0], ref->size);
    load_ref(cpu, ref, bytes);
    return load_le32(bytes);
}

static void store_value(struct cpu *cpu, const struct data_ref *ref, u32 value)
{
    u8 bytes[4];
    if (ref->first == ref->size) {
        memory_write(cpu->memory, ref->physical[0], ref->size, value);
        return;
    }
    store_le32(bytes, value);
    store_ref(cpu, ref, bytes);
}

bool linear_read_bytes(struct cpu *cpu, u32 linear, bool user, void *to, unsigned count)
{
    const u8 *fast = linear_host(cpu, linear, count, user, false);
    struct data_ref ref;
    if (fast) {
        memcpy(to, fast, count);
        return true;
    }
    if (!linear_resolve(cpu, linear, &(struct access){ACCESS_READ, count, user}, &ref))
        return false;
    load_ref(cpu, &ref, to);
    return true;
}

bool linear_write_bytes(struct cpu *cpu, u32 linear, bool user, const void *from, unsigned count)
{
    u8 *fast = linear_host(cpu, linear, count, user, true);
    struct data_ref ref;
    if (fast) {
        memcpy(fast, from, count);
        return true;
    }
    if (!linear_resolve(cpu, linear, &(struct access){ACCESS_WRITE, count, user}, &ref))
        return false;
    store_ref(cpu, &ref, from);
    return true;
}

bool linear_check_range(struct cpu *cpu, u32 linear, u32 count, enum access_kind kind)
{
    u32 last = linear + count - 1;
    u32 page = linear;
    struct access access = {kind, 1, false};
    if (linear >> PAGE_SHIFT == last >> PAGE_SHIFT &&
        linear_host(cpu, linear, 1, false, kind == ACCESS_WRITE))
        return true;
    while (translate_look(cpu, page, &access)) {
        if (page >> PAGE_SHIFT == last >> PAGE_SHIFT)
            return true;
        page = (page & ~PAGE_OFFSET_MASK) + PAGE_SIZE;
    }
    return false;
}

static u32 load_host(const u8 *from, unsigned size)
{
    return size == 4 ? load_le32(from) : size == 2 ? load_le16(from) : *from;
}

static void store_host(u8 *to, unsigned size, u32 value)
{
    if (size == 4)
        store_le32(to, value);
    else if (size == 2)
        store_le16(to, (u16)value);
    else
        *to = (u8)value;
}

bool system_read(struct cpu *cpu, u32 linear, unsigned size, u32 *value)
{
    const u8 *host = linear_host(cpu, linear, size, false, false);
    u8 bytes[4] = {0};
    if (host) {
        *value = load_host(host, size);
        return true;
    }
    if (!linear_read_bytes(cpu, linear, false, bytes, size))
        return false;
    *value = load_le32(bytes);
    return true;
}

bool system_write(struct cpu *cpu, u32 linear, unsigned size, u32 value)
{
    u8 *host = linear_host(cpu, linear, size, false, true);
    u8 bytes[4];
    if (host) {
        store_host(host, size, value);
        return true;
    }
    store_le32(bytes, value);
    return linear_write_bytes(cpu, linear, false, bytes, size);
}

bool code_translate(struct cpu *cpu, u32 linear, u32 *physical)
{
    struct access access = {ACCESS_EXECUTE, 1, cpu->cpl == 3};
    return translate_commit(cpu, linear, &access, physical);
}

/* ---- Logical addresses ---- */

void segment_update_fast(struct segment *segment)
{
    bool expand_down = access_is_data(segment->access) && (segment->access & SEG_EXPAND_DOWN);
    u32 fast = expand_down || segment->limit < 3 ? 0 : segment->limit - 2;
    bool readable = access_is_data(segment->access) ||
                    (access_is_code(segment->access) && (segment->access & SEG_READABLE));
    segment->fast_read = readable ? fast : 0;
    segment->fast_write = access_is_writable_data(segment->access) ? fast : 0;
}

/* Alignment that 486 checks: words 2, doublewords and far pointers 4, larger operands 8. */
static unsigned natural_alignment(unsigned size)
{
    return size >= 8 ? 8 : size >= 4 ? 4 : size == 3 ? 1 : size;
}

static bool check(struct cpu *cpu, unsigned number, u32 offset, unsigned size,
                  enum access_kind kind)
{
    const struct segment *segment = &cpu->segs[number];
    struct segment_verdict verdict = segment_check(segment, offset, size, kind);
    if (!verdict.passed)
        return number == SEG_SS && verdict.limit ? fault_ss(cpu, 0) : fault_gp(cpu, 0);
    if (cpu->cpl == 3 && alignment_armed(cpu) &&
        ((segment->base + offset) & (natural_alignment(size) - 1)))
        return fault_raise_error(cpu, EXC_AC, 0);
    return true;
}

static bool resolve(struct cpu *cpu, unsigned number, u32 offset, unsigned size,
                    enum access_kind kind, struct data_ref *ref)
{
    struct access access = {kind, size, cpu->cpl == 3};
    u32 linear = cpu->segs[number].base + offset;
    if (!check(cpu, number, offset, size, kind) || !linear_resolve(cpu, linear, &access, ref))
        return false;
    debug_note_access(cpu, linear, size, kind == ACCESS_WRITE);
    return true;
}

/* As the hot handlers find it: most accesses need no more than two compares. */
static u8 *fast_host(const struct cpu *cpu, unsigned number, u32 offset, unsigned size, bool write)
{
    const struct segment *segment = &cpu->segs[number];
    if (offset >= (write ? segment->fast_write : segment->fast_read))
        return NULL;
    return linear_host(cpu, segment->base + offset, size, cpu->cpl == 3, write);
}

/* The same of a device's page, as a physical address. */
static bool fast_device(const struct cpu *cpu, unsigned number, u32 offset, unsigned size,
                        bool write, u32 *physical)
{
    const struct segment *segment = &cpu->segs[number];
    return offset < (write ? segment->fast_write : segment->fast_read) &&
           linear_device(cpu, segment->base + offset, size, cpu->cpl == 3, write, physical);
}

/* The same of a page of RAM that has code, which must hear of a store. */
static bool fast_code(const struct cpu *cpu, unsigned number, u32 offset, unsigned size,
                      u32 *physical)
{
    const struct segment *segment = &cpu->segs[number];
    return offset < segment->fast_write &&
           linear_code_store(cpu, segment->base + offset, size, cpu->cpl == 3, physical);
}

static bool read_value(struct cpu *cpu, unsigned segment, u32 offset, unsigned size, u32 *value)
{
    u32 physical;
    struct data_ref ref;
    if (fast_device(cpu, segment, offset, size, false, &physical)) {
        *value = memory_read(cpu->memory, physical, size);
        return true;
    }
    if (!resolve(cpu, segment, offset, size, ACCESS_READ, &ref))
        return false;
    *value = load_value(cpu, &ref);
    return true;
}

bool data_read8(struct cpu *cpu, unsigned segment, u32 offset, u8 *value)
{
    const u8 *host = fast_host(cpu, segment, offset, 1, false);
    u32 wide;
    if (host) {
        *value = *host;
        return true;
    }
    if (!read_value(cpu, segment, offset, 1, &wide))
        return false;
    *value = (u8)wide;
    return true;
}

bool data_read16(struct cpu *cpu, unsigned segment, u32 offset, u16 *value)
{
    const u8 *host = fast_host(cpu, segment, offset, 2, false);
    u32 wide;
    if (host) {
        *value = load_le16(host);
        return true;
    }
    if (!read_value(cpu, segment, offset, 2, &wide))
        return false;
    *value = (u16)wide;
    return true;
}

bool data_read32(struct cpu *cpu, unsigned segment, u32 offset, u32 *value)
{
    const u8 *host = fast_host(cpu, segment, offset, 4, false);
    if (host) {
        *value = load_le32(host);
        return true;
    }
    return read_value(cpu, segment, offset, 4, value);
}

static bool write_value(struct cpu *cpu, unsigned segment, u32 offset, unsigned size, u32 value)
{
    u8 *host = fast_host(cpu, segment, offset, size, true);
    u32 physical;
    struct data_ref ref;
    if (host) {
        store_host(host, size, value);
        return true;
    }
    if (fast_device(cpu, segment, offset, size, true, &physical) ||
        fast_code(cpu, segment, offset, size, &physical)) {
        memory_write(cpu->memory, physical, size, value);
        return true;
    }
    if (!resolve(cpu, segment, offset, size, ACCESS_WRITE, &ref))
        return false;
    store_value(cpu, &ref, value);
    return true;
}

bool data_write8(struct cpu *cpu, unsigned segment, u32 offset, u8 value)
{
    return write_value(cpu, segment, offset, 1, value);
}

bool data_write16(struct cpu *cpu, unsigned segment, u32 offset, u16 value)
{
    return write_value(cpu, segment, offset, 2, value);
}

bool data_write32(struct cpu *cpu, unsigned segment, u32 offset, u32 value)
{
    return write_value(cpu, segment, offset, 4, value);
}

bool data_read_bytes(struct cpu *cpu, unsigned segment, u32 offset, void *to, unsigned count)
{
    struct data_ref ref;
    if (!resolve(cpu, segment, offset, count, ACCESS_READ, &ref))
        return false;
    load_ref(cpu, &ref, to);
    return true;
}

bool data_write_bytes(struct cpu *cpu, unsigned segment, u32 offset, const void *from,
                      unsigned count)
{
    struct data_ref ref;
    if (!resolve(cpu, segment, offset, count, ACCESS_WRITE, &ref))
        return false;
    store_ref(cpu, &ref, from);
    return true;
}

bool data_check_write(struct cpu *cpu, unsigned segment, u32 offset, unsigned count)
{
    u32 linear = cpu->segs[segment].base + offset;
    struct access access = {ACCESS_WRITE, 1, cpu->cpl == 3};
    if (!check(cpu, segment, offset, count, ACCESS_WRITE))
        return false;
    return translate_look(cpu, linear, &access) &&
           (!crosses_page(linear, count) || translate_look(cpu, linear + count - 1, &access));
}

bool data_modify(struct cpu *cpu, unsigned segment, u32 offset, unsigned size, struct data_ref *ref,
                 u32 *value)
{
    ref->host = fast_host(cpu, segment, offset, size, true);
    if (ref->host) {
        ref->size = (u8)size;
        *value = load_host(ref->host, size);
        return true;
    }
    if (fast_code(cpu, segment, offset, size, &ref->physical[0])) {
        ref->first = ref->size = (u8)size;
        *value = load_value(cpu, ref);
        return true;
    }
    if (!resolve(cpu, segment, offset, size, ACCESS_WRITE, ref))
        return false;
    *value = load_value(cpu, ref);
    return true;
}

void data_modify_store(struct cpu *cpu, const struct data_ref *ref, u32 value)
{
    if (ref->host) {
        store_host(ref->host, ref->size, value);
        return;
    }
    store_value(cpu, ref, value);
}
