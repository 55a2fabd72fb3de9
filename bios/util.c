/* Memory, CMOS and time for every part. */
#include "bios.h"

/* The compiler may call these on its own. */
void *memcpy(void *to, const void *from, u32 size);
void *memset(void *to, int value, u32 size);

void *memcpy(void *to, const void *from, u32 size)
{
    u8 *d = to;
    const u8 *s = from;

    while (size--)
        *d++ = *s++;
    return to;
}

void *memset(void *to, int value, u32 size)
{
    u8 *d = to;

    while (size--)
        *d++ = (u8)value;
    return to;
}

bool tell_system(u16 what)
{
    u32 eax = what;
    u8 carry;

    __asm__ volatile("int $0x15\n\tsetc %1"
                     : "+a"(eax), "=q"(carry)
                     :
                     : "memory", "cc", "ecx", "edx");
    return !carry;
}

void far_load(void *to, u16 segment, u16 offset, u16 size)
{
    u8 *bytes = to;

    while (size--)
        *bytes++ = far_read8(segment, offset++);
}

void far_store(u16 segment, u16 offset, const void *from, u16 size)
{
    const u8 *bytes = from;

    while (size--)
        far_write8(segment, offset++, *bytes++);
}

void far_copy_words(u16 to_segment, u16 to, u16 from_segment, u16 from, u16 words)
{
    u32 count = words, di = to, si = from;

    __asm__ volatile("pushw %%ds\n\tpushw %%es\n\tmovw %w3, %%es\n\tmovw %w4, %%ds\n\t"
                     "rep movsw\n\tpopw %%es\n\tpopw %%ds"
                     : "+c"(count), "+D"(di), "+S"(si)
                     : "r"(to_segment), "r"(from_segment)
                     : "memory");
}

void far_fill_words(u16 segment, u16 offset, u16 value, u16 words)
{
    u32 count = words, di = offset;

    __asm__ volatile("pushw %%es\n\tmovw %w3, %%es\n\trep stosw\n\tpopw %%es"
                     : "+c"(count), "+D"(di)
                     : "a"(value), "r"(segment)
                     : "memory");
}

enum { CMOS_INDEX = 0x70, CMOS_DATA = 0x71, NMI_OFF = 0x80, CMOS_REST = 0x0d };

/* The index goes back to 0Dh with NMI on, where a write by accident harms nothing. */
u8 cmos_read(u8 index)
{
    u8 value;

    outb(CMOS_INDEX, index | NMI_OFF);
    value = inb(CMOS_DATA);
    outb(CMOS_INDEX, CMOS_REST);
    return value;
}

void cmos_write(u8 index, u8 value)
{
    outb(CMOS_INDEX, index | NMI_OFF);
    outb(CMOS_DATA, value);
    outb(CMOS_INDEX, CMOS_REST);
}

enum { PORT_B = 0x61, REFRESH = 0x10, REFRESH_NS = 15085 };

static u8 refresh(void)
{
    return inb(PORT_B) & REFRESH;
}

/* The toggle of memory refresh goes by time, which no program changes; on some emulators it goes by
   the number of reads. */
static bool refresh_tells_time(void)
{
    u8 last = refresh(), changes = 0;

    for (u8 i = 0; i < 8; i++) {
        u8 now = refresh();

        changes += now != last;
        last = now;
    }
    return changes < 4;
}

/* The first change may come at once. */
static void wait_refreshes(u32 microseconds)
{
    while (microseconds) {
        u32 part = microseconds > 60000 ? 60000 : microseconds;

        for (u32 changes = part * 1000 / REFRESH_NS + 2; changes; changes--)
            for (u8 last = refresh(); refresh() == last;)
                ;
        microseconds -= part;
    }
}

static u16 timer_count(void)
{
    u8 low;

    outb(0x43, 0); /* latch channel 0 */
    low = inb(0x40);
    return (u16)(low | inb(0x40) << 8);
}

/*
 * By channel 0 as POST has set it: mode 3 counts down by two at 1.193182 MHz, 2.386 counts a
 * microsecond. A reading that seems to go back, as some timers give at the turn of the half period,
 * counts nothing.
 */
static void wait_timer(u32 microseconds)
{
    u16 last = timer_count();

    while (microseconds) {
        u32 part = microseconds > 1000 ? 1000 : microseconds;
        u32 counts = part * 2386 / 1000;
        u32 passed = 0;

        while (passed < counts) {
            u16 now = timer_count();
            u16 step = last - now;

            if (step < 0x8000) {
                passed += step;
                last = now;
            }
        }
        microseconds -= part;
    }
}

void wait_microseconds(u32 microseconds)
{
    if (refresh_tells_time())
        wait_refreshes(microseconds);
    else
        wait_timer(microseconds);
}
