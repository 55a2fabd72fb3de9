/* 8254 programmable interval timer.

   Modelled: the three channels with all six modes, binary and BCD, gates, byte-wise access, the
   counter latch and read-back commands, the null count flag, and the moment at which a new count
   takes effect. Outputs and counts are functions of (state, now); the only event is the next change
   of OUT 0. Not modelled: a count of 1 in modes 2 and 3, which the data sheet forbids, acts as
   period 1.

   Reference: 8254 DS (Intel 231164). */

#include "devices/pit.h"

#include "base/bits.h"

#include <string.h>

enum { ACCESS_LATCH, ACCESS_LOW, ACCESS_HIGH, ACCESS_BOTH };

enum {
    CONTROL_PORT = 3,
    CONTROL_BCD = 0x01,
    CONTROL_KEPT = 0x3f,        /* access, mode, BCD: the status byte gives them back */
    CONTROL_READ_BACK = 3,      /* in the channel field */
    READ_BACK_NO_COUNT = 0x20,  /* active low: do not latch counts */
    READ_BACK_NO_STATUS = 0x10, /* active low: do not latch status */

    STATUS_OUT = 0x80,
    STATUS_NULL_COUNT = 0x40,
};

enum { SPEAKER_CHANNEL = 2 };

/* pit_channel.triggered: how OUT was before. */
enum { TRIGGERED_HIGH = 1, TRIGGERED_LOW = 2 };

#define NEVER UINT64_MAX
#define MOST_CLOCKS 0x20000u /* two of the longest periods */

static u64 input_clocks(const struct pit *pit)
{
    return clock_scale(pit->clock->now, PIT_FREQUENCY, pit->clock->rate);
}

/* First tick at which input_clocks() is at least `clocks`. */
static u64 tick_of(const struct pit *pit, u64 clocks)
{
    u64 tick = clock_scale(clocks, pit->clock->rate, PIT_FREQUENCY);
    while (clock_scale(tick, PIT_FREQUENCY, pit->clock->rate) < clocks)
        tick++;
    return tick;
}

static u16 to_bcd(u32 value)
{
    value %= 10000;
    return (u16)(value % 10 | value / 10 % 10 << 4 | value / 100 % 10 << 8 | value / 1000 << 12);
}

static u32 period_of(const struct pit_channel *channel)
{
    u32 count = channel->count_register;
    if (!channel->bcd)
        return count ? count : 0x10000;
    u32 value =
        (count >> 12) * 1000 + (count >> 8 & 15) * 100 + (count >> 4 & 15) * 10 + (count & 15);
    return value ? value : 10000;
}

/* A period may have begun before the clock did. */
static bool is_before(u64 one, u64 other)
{
    return (s64)(one - other) < 0;
}

static u64 elapsed_of(const struct pit_channel *channel, u64 now)
{
    if (channel->stopped)
        return channel->elapsed;
    return is_before(now, channel->start) ? 0 : now - channel->start;
}

static bool repeats(const struct pit_channel *channel)
{
    return channel->mode == 2 || channel->mode == 3;
}

static bool waits_for_trigger(const struct pit_channel *channel)
{
    return channel->mode == 1 || channel->mode == 5;
}

/* Mode 3 is high for the longer half of an odd count. */
static u32 high_half(u32 period)
{
    return (period + 1) / 2;
}

static void load_counting_element(struct pit_channel *channel, u64 now)
{
    channel->period = period_of(channel);
    channel->fresh = channel->null_count || (channel->fresh && is_before(now, channel->start));
    channel->null_count = 0;
    channel->start = now + 1;
    channel->elapsed = 0;
    if (channel->mode == 4)
        channel->triggered = 0;
}

/* Lets a count that was written while modes 2 and 3 ran take effect at the end of the period or
 * half. */
static void settle(struct pit_channel *channel, u64 now)
{
    if (!channel->null_count || !channel->loaded || !repeats(channel) || channel->stopped ||
        now < channel->switch_at)
        return;
    u64 into_period = (channel->switch_at - channel->start) % channel->period;
    channel->period = period_of(channel);
    channel->null_count = 0;
    channel->start = channel->switch_at;
    if (channel->mode == 3 && into_period)
        channel->start -= high_half(channel->period);
}

/* OUT of mode 1 falls one clock after the trigger, unless it was low already. */
static bool falls_later(const struct pit_channel *channel, u64 now)
{
    return channel->mode == 1 && channel->triggered == TRIGGERED_HIGH &&
           is_before(now, channel->start);
}

/* A channel that was settled. */
static bool output_of(const struct pit_channel *channel, u64 now)
{
    u64 elapsed = elapsed_of(channel, now);
    switch (channel->mode) {
    case 0:
        return channel->loaded && elapsed >= channel->period;
    case 1:
        return !channel->triggered || elapsed >= channel->period || falls_later(channel, now);
    case 2:
        return !channel->loaded || !channel->gate ||
               elapsed % channel->period != channel->period - 1;
    case 3:
        return !channel->loaded || !channel->gate ||
               elapsed % channel->period < high_half(channel->period);
    case 4:
        return !channel->loaded || channel->stopped || channel->triggered ||
               elapsed != channel->period;
    default:
        return !channel->triggered || elapsed != channel->period;
    }
}

static u16 count_of(const struct pit_channel *channel, u64 now)
{
    u64 elapsed = elapsed_of(channel, now);
    u32 period = channel->period, wrap = channel->bcd ? 10000 : 0x10000;
    u32 count;
    if (channel->mode == 2) {
        count = period - (u32)(elapsed % period);
    } else if (channel->mode == 3) {
        u32 at = (u32)(elapsed % period), half = high_half(period);
        count = (period & ~1u) - 2 * (at < half ? at : at - half);
    } else {
        count = (u32)((period + wrap - elapsed % wrap) % wrap);
    }
    return channel->bcd ? to_bcd(count) : (u16)count;
}

/* Where in time the running period of modes 2 and 3 began. */
static u64 period_start(const struct pit_channel *channel, u64 now)
{
    return is_before(now, channel->start) ? channel->start
                                          : now - (now - channel->start) % channel->period;
}

static u64 first_after(u64 now, u64 one, u64 other)
{
    return now < one ? one : other;
}

static u64 first_of(u64 one, u64 other)
{
    return one < other ? one : other;
}

/* When the output changes next, if nobody touches the channel; NEVER if not at all. */
static u64 next_change(const struct pit_channel *channel, u64 now)
{
    u64 end = channel->start + channel->period;
    bool running =
        waits_for_trigger(channel) ? channel->triggered : channel->loaded && !channel->stopped;
    if (!running || (channel->mode == 4 && channel->triggered))
        return NEVER;
    if (falls_later(channel, now))
        return channel->start;
    if (repeats(channel)) {
        u64 begin = period_start(channel, now);
        u32 high = channel->mode == 2 ? channel->period - 1 : high_half(channel->period);
        return first_after(now, begin + high, begin + channel->period);
    }
    if (channel->mode >= 4)
        end = first_after(now, end, end + 1);
    return now < end ? end : NEVER;
}

/* A snapshot may hold times far off: no honest change is farther away than MOST_CLOCKS. */
static void schedule(struct pit *pit, u64 now)
{
    u64 change = next_change(&pit->channel[0], now);
    if (change != NEVER && change - now - 1 >= MOST_CLOCKS)
        change = now + MOST_CLOCKS;
    if (change == NEVER)
        clock_cancel(pit->clock, &pit->event);
    else
        clock_schedule(pit->clock, &pit->event, tick_of(pit, change));
}

static void set_irq(struct pit *pit, bool level)
{
    pit->irq_level = level;
    irq_set(&pit->irq, level);
}

static void update(struct pit *pit, u64 now)
{
    settle(&pit->channel[0], now);
    bool level = output_of(&pit->channel[0], now);
    if (level != pit->irq_level)
        set_irq(pit, level);
    schedule(pit, now);
}

/* OUT 0 changed. When a tick is longer than the pulse, the level may be back already. */
static void output_changed(void *context, u64 tick)
{
    struct pit *pit = context;
    (void)tick;
    u64 now = input_clocks(pit);
    settle(&pit->channel[0], now);
    if (output_of(&pit->channel[0], now) == pit->irq_level)
        set_irq(pit, !pit->irq_level);
    update(pit, now);
}

/* The control word sets OUT high, but low in mode 0, and waits for a count. */
static void set_control(struct pit_channel *channel, u8 value)
{
    u8 mode = value >> 1 & 7;
    u8 gate = channel->gate;
    u32 period = channel->period;
    *channel = (struct pit_channel){
        .mode = mode > 5 ? mode - 4 : mode,
        .control = value & CONTROL_KEPT,
        .access = value >> 4 & 3,
        .bcd = value & CONTROL_BCD,
        .gate = gate,
        .null_count = 1,
        .stopped = 1,
        .period = period,
    };
}

static void latch_count(struct pit_channel *channel, u64 now)
{
    if (channel->count_latched)
        return;
    channel->count_latched = 1;
    channel->count_latch = count_of(channel, now);
}

static void latch_status(struct pit_channel *channel, u64 now)
{
    if (channel->status_latched)
        return;
    bool null_count = channel->null_count || (channel->fresh && is_before(now, channel->start));
    channel->status_latched = 1;
    channel->status_latch = (u8)((output_of(channel, now) ? STATUS_OUT : 0) |
                                 (null_count ? STATUS_NULL_COUNT : 0) | channel->control);
}

static void read_back(struct pit *pit, u8 value, u64 now)
{
    for (unsigned i = 0; i < PIT_CHANNELS; i++) {
        if (!(value & BIT(i + 1)))
            continue;
        if (!(value & READ_BACK_NO_COUNT))
            latch_count(&pit->channel[i], now);
        if (!(value & READ_BACK_NO_STATUS))
            latch_status(&pit->channel[i], now);
    }
}

static void write_control(struct pit *pit, u8 value, u64 now)
{
    unsigned number = value >> 6;
    if (number == CONTROL_READ_BACK)
        read_back(pit, value, now);
    else if ((value >> 4 & 3) == ACCESS_LATCH)
        latch_count(&pit->channel[number], now);
    else
        set_control(&pit->channel[number], value);
}

static void set_running(struct pit_channel *channel, bool running)
{
    channel->stopped = !running;
}

/* A whole count has been written. */
static void count_written(struct pit_channel *channel, u64 now)
{
    bool was_loaded = channel->loaded;
    channel->loaded = 1;
    channel->null_count = 1;
    if (waits_for_trigger(channel))
        return;
    if (repeats(channel) && was_loaded) {
        u64 begin = period_start(channel, now);
        channel->switch_at =
            channel->mode == 3
                ? first_after(now, begin + high_half(channel->period), begin + channel->period)
                : begin + channel->period;
        return;
    }
    load_counting_element(channel, now);
    set_running(channel, channel->gate);
}

static void write_count(struct pit_channel *channel, u8 value, u64 now)
{
    switch (channel->access) {
    case ACCESS_LOW:
        channel->count_register = value;
        break;
    case ACCESS_HIGH:
        channel->count_register = (u16)(value << 8);
        break;
    default:
        if (!channel->write_high) {
            channel->write_high = 1;
            channel->low_byte = value;
            if (channel->mode == 0) { /* the first byte stops the count and lowers OUT */
                channel->elapsed = elapsed_of(channel, now);
                channel->stopped = 1;
                channel->loaded = 0;
            }
            return;
        }
        channel->write_high = 0;
        channel->count_register = (u16)(value << 8 | channel->low_byte);
        break;
    }
    count_written(channel, now);
}

static u8 read_count(struct pit_channel *channel, u64 now)
{
    if (channel->status_latched) {
        channel->status_latched = 0;
        return channel->status_latch;
    }
    u16 count = channel->count_latched ? channel->count_latch : count_of(channel, now);
    bool high = channel->access == ACCESS_HIGH || channel->read_high;
    if (channel->access == ACCESS_BOTH)
        channel->read_high = !channel->read_high;
    if (!channel->read_high)
        channel->count_latched = 0;
    return (u8)(high ? count >> 8 : count);
}

/* Who turns channel 2 into sound must take what it was up to now. */
static void tell_listener(const struct pit *pit, unsigned channel)
{
    if (channel == SPEAKER_CHANNEL) {
        irq_set(&pit->before_change, true);
        irq_set(&pit->before_change, false);
    }
}

u32 pit_read(void *context, u16 port, unsigned size)
{
    struct pit *pit = context;
    (void)size;
    if ((port & 3) == CONTROL_PORT)
        return 0xff;
    u64 now = input_clocks(pit);
    struct pit_channel *channel = &pit->channel[port & 3];
    settle(channel, now);
    return read_count(channel, now);
}

void pit_write(void *context, u16 port, unsigned size, u32 value)
{
    struct pit *pit = context;
    (void)size;
    u64 now = input_clocks(pit);
    tell_listener(pit, (port & 3) == CONTROL_PORT ? value >> 6 & 3 : port & 3);
    for (unsigned i = 0; i < PIT_CHANNELS; i++)
        settle(&pit->channel[i], now);
    if ((port & 3) == CONTROL_PORT)
        write_control(pit, (u8)value, now);
    else
        write_count(&pit->channel[port & 3], (u8)value, now);
    update(pit, now);
}

static void gate_rises(struct pit_channel *channel, u64 now)
{
    if (waits_for_trigger(channel)) {
        if (!channel->loaded)
            return;
        u8 triggered = output_of(channel, now) ? TRIGGERED_HIGH : TRIGGERED_LOW;
        load_counting_element(channel, now);
        channel->triggered = triggered;
        set_running(channel, true);
    } else if (channel->loaded) {
        if (repeats(channel))
            load_counting_element(channel, now);
        else if (!is_before(
                     now, channel->start)) /* else its count is loaded with the next clock anyway */
            channel->start = now - channel->elapsed;
        set_running(channel, true);
    }
}

static void gate_falls(struct pit_channel *channel, u64 now)
{
    if (waits_for_trigger(channel) || !channel->loaded)
        return;
    channel->elapsed = elapsed_of(channel, now);
    if (channel->mode == 4 && channel->elapsed >= channel->period)
        channel->triggered = 1;
    set_running(channel, false);
}

void pit_set_gate(void *context, unsigned channel, bool level)
{
    struct pit *pit = context;
    struct pit_channel *one = &pit->channel[channel];
    u64 now = input_clocks(pit);
    if (one->gate == level)
        return;
    tell_listener(pit, channel);
    settle(one, now);
    one->gate = level;
    if (level)
        gate_rises(one, now);
    else
        gate_falls(one, now);
    update(pit, now);
}

static struct pit_channel settled(const struct pit *pit, unsigned channel, u64 now)
{
    struct pit_channel copy = pit->channel[channel];
    settle(&copy, now);
    return copy;
}

bool pit_output(void *context, unsigned channel)
{
    const struct pit *pit = context;
    u64 now = input_clocks(pit);
    struct pit_channel copy = settled(pit, channel, now);
    return output_of(&copy, now);
}

u64 pit_high_clocks(void *context, unsigned channel, u64 from, u64 to)
{
    const struct pit *pit = context;
    struct pit_channel copy = pit->channel[channel];
    u64 high = 0;
    while (from < to) {
        settle(&copy, from);
        u64 change = first_of(next_change(&copy, from), to);
        if (output_of(&copy, from))
            high += change - from;
        from = change;
    }
    return high;
}

u16 pit_count(const struct pit *pit, unsigned channel)
{
    u64 now = input_clocks(pit);
    struct pit_channel copy = settled(pit, channel, now);
    return count_of(&copy, now);
}

u32 pit_output_frequency(const struct pit *pit, unsigned channel)
{
    struct pit_channel copy = settled(pit, channel, input_clocks(pit));
    bool oscillates = repeats(&copy) && copy.loaded && copy.gate;
    return oscillates ? PIT_FREQUENCY / copy.period : 0;
}

void pit_init(struct pit *pit, struct clock *clock, struct irq_line irq)
{
    memset(pit, 0, sizeof *pit);
    pit->clock = clock;
    pit->irq = irq;
    pit->event = (struct clock_event){
        .name = "pit", .when = CLOCK_NEVER, .fire = output_changed, .context = pit};
    clock_add(clock, &pit->event);
    pit_reset(pit);
}

/* The chip has no reset pin and its state is undefined at power on: here mode 3 without a count.
   The AT ties gates 0 and 1 high; port 61h drives gate 2. */
void pit_reset(struct pit *pit)
{
    for (unsigned i = 0; i < PIT_CHANNELS; i++)
        pit->channel[i] = (struct pit_channel){.mode = 3,
                                               .control = 0x36,
                                               .access = ACCESS_BOTH,
                                               .gate = i < 2,
                                               .stopped = 1,
                                               .period = 0x10000};
    update(pit, input_clocks(pit));
}

static void after_load_channel(struct pit_channel *channel)
{
    if (channel->mode > 5)
        channel->mode = 3;
    channel->access &= 3;
    channel->bcd &= 1;
    channel->control &= CONTROL_KEPT;
    if (!channel->control) /* a snapshot from before it was kept */
        channel->control = (u8)(channel->access << 4 | channel->mode << 1 | channel->bcd);
    channel->gate = channel->gate != 0;
    channel->read_high = channel->read_high != 0;
    if (channel->period < 1 || channel->period > 0x10000)
        channel->period = 0x10000;
}

static void after_load(void *unit)
{
    struct pit *pit = unit;
    for (unsigned i = 0; i < PIT_CHANNELS; i++)
        after_load_channel(&pit->channel[i]);
    pit->irq_level = pit->irq_level != 0;
}

#define CHANNEL_FIELDS(n)                                                                          \
    FIELD(struct pit, channel[n].mode), FIELD(struct pit, channel[n].control),                     \
        FIELD(struct pit, channel[n].access), FIELD(struct pit, channel[n].bcd),                   \
        FIELD(struct pit, channel[n].gate), FIELD(struct pit, channel[n].write_high),              \
        FIELD(struct pit, channel[n].read_high), FIELD(struct pit, channel[n].low_byte),           \
        FIELD(struct pit, channel[n].count_latched), FIELD(struct pit, channel[n].status_latched), \
        FIELD(struct pit, channel[n].status_latch), FIELD(struct pit, channel[n].count_latch),     \
        FIELD(struct pit, channel[n].count_register), FIELD(struct pit, channel[n].null_count),    \
        FIELD(struct pit, channel[n].fresh), FIELD(struct pit, channel[n].loaded),                 \
        FIELD(struct pit, channel[n].triggered), FIELD(struct pit, channel[n].stopped),            \
        FIELD(struct pit, channel[n].period), FIELD(struct pit, channel[n].start),                 \
        FIELD(struct pit, channel[n].elapsed), FIELD(struct pit, channel[n].switch_at)

static const struct field fields[] = {
    CHANNEL_FIELDS(0),
    CHANNEL_FIELDS(1),
    CHANNEL_FIELDS(2),
    FIELD(struct pit, irq_level),
    FIELD(struct pit, event.when),
};

const struct field_table pit_fields = FIELD_TABLE("pit", 1, fields, after_load);
