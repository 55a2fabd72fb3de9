/* The keyboard: IRQ 1 fills the buffer at 40:1Eh, INT 16h empties it. */
#include "kbc.h"
#include "keys.h"

enum {
    BUFFER_START = 0x1e,
    BUFFER_END = 0x3e,

    /* 40:96h */
    FLAG_E1 = 1,
    FLAG_E0 = 2,
    FLAG_RIGHT_CONTROL = 4,
    FLAG_RIGHT_ALT = 8,
    FLAG_101_KEYS = 0x10,

    /* 40:18h */
    PRESSED_LEFT_CONTROL = 1,
    PRESSED_LEFT_ALT = 2,
    PRESSED_SYS_RQ = 4,
    PAUSED = 8,

    SCAN_CONTROL = 0x1d,
    SCAN_LEFT_SHIFT = 0x2a,
    SCAN_RIGHT_SHIFT = 0x36,
    SCAN_PRINT = 0x37,
    SCAN_ALT = 0x38,
    SCAN_CAPS = 0x3a,
    SCAN_NUM = 0x45,
    SCAN_SCROLL = 0x46,
    SCAN_INSERT = 0x52,
    SCAN_DELETE = 0x53,
    SCAN_SYS_RQ = 0x54,
    SCAN_RELEASE = 0x80,

    CONTROL_PRINT = 0x7200,
    KEYBOARD_IDENTITY = 0x41ab, /* as the controller translates it */

    KEYBOARD_LEDS = 0xed,
    KEYBOARD_RATE = 0xf3,
    KEYBOARD_ENABLE = 0xf4,
    KEYBOARD_RESET = 0xff,
    KEYBOARD_ACKNOWLEDGE = 0xfa,
    KEYBOARD_TEST_WAITS = 1000, /* of a millisecond: the longest self-test */
    MODE_QUIET = 0x64,          /* translate to set 1, mouse off, the system flag */
    MODE_NORMAL = 0x65,         /* and IRQ 1 */
};

/* Back to scan set 2 and its own rates, whatever a system before us has chosen. */
static void reset_keyboard(void)
{
    if (!kbc_write(KEYBOARD_RESET) || kbc_read() != KEYBOARD_ACKNOWLEDGE)
        return;
    for (u16 i = 0; i < KEYBOARD_TEST_WAITS; i++) {
        if (inb(KBC_STATUS) & STATUS_OUTPUT_FULL) {
            inb(KBC_DATA);
            return;
        }
        wait_microseconds(1000);
    }
}

/* The keyboard's FAh to its command is not waited for: it comes by IRQ 1 and is dropped there. */
void keyboard_init(void)
{
    bda.key_start = bda.key_head = bda.key_tail = BUFFER_START;
    bda.key_end = BUFFER_END;
    bda.key_flags = FLAG_101_KEYS;
    kbc_command(COMMAND_KEYBOARD_OFF);
    while (inb(KBC_STATUS) & STATUS_OUTPUT_FULL)
        inb(KBC_DATA);
    kbc_command(COMMAND_SELF_TEST);
    if (kbc_read() != 0x55)
        return;
    kbc_command(COMMAND_WRITE_MODE);
    kbc_write(MODE_QUIET);
    kbc_command(COMMAND_KEYBOARD_ON);
    reset_keyboard();
    kbc_write(KEYBOARD_ENABLE);
    kbc_command(COMMAND_WRITE_MODE);
    kbc_write(MODE_NORMAL);
}

static u16 next_place(u16 place)
{
    place += 2;
    return place >= bda.key_end ? bda.key_start : place;
}

static u16 __seg_fs *buffer_at(u16 place)
{
    return (u16 __seg_fs *)(0x400 + (u32)place);
}

/* False when the buffer is full. */
static bool put_key(u16 code)
{
    u16 tail = bda.key_tail;

    if (next_place(tail) == bda.key_head)
        return false;
    *buffer_at(tail) = code;
    bda.key_tail = next_place(tail);
    return true;
}

static void beep(void)
{
    u8 gate = inb(0x61);

    outb(0x43, 0xb6);
    outb(0x42, 0x33);
    outb(0x42, 0x05);
    outb(0x61, gate | 3);
    wait_microseconds(50000);
    outb(0x61, gate & (u8)~3);
}

/* Tells the keyboard its lights when they changed; its acknowledge is read here. */
static void update_leds(void)
{
    u8 leds = bda.shift >> 4 & 7;

    if ((bda.key_leds & 7) == leds)
        return;
    bda.key_leds = (u8)((bda.key_leds & ~7) | leds);
    if (kbc_write(KEYBOARD_LEDS) && kbc_read() >= 0 && kbc_write(leds))
        kbc_read();
}

static void set_bits(volatile u8 __seg_fs *byte, u8 bits, bool on)
{
    *byte = on ? *byte | bits : *byte & (u8)~bits;
}

/* Control and Alt exist twice; the common bit in 40:17h falls with the last of them. */
static void set_pair(u8 common, u8 left, u8 right, bool is_right, bool down)
{
    if (is_right)
        set_bits(&bda.key_flags, right, down);
    else
        set_bits(&bda.shift_pressed, left, down);
    set_bits(&bda.shift, common, (bda.shift_pressed & left) || (bda.key_flags & right));
}

/* Lock keys turn their bit on the press, not on repeats: 40:18h remembers that they are down. */
static void toggle(u8 bit, bool down)
{
    if (down && !(bda.shift_pressed & bit))
        bda.shift ^= bit;
    set_bits(&bda.shift_pressed, bit, down);
}

/* True when the key is one that only changes state. */
static bool shift_key(u8 scan, bool down, bool extended)
{
    switch (scan) {
    case SCAN_LEFT_SHIFT:
    case SCAN_RIGHT_SHIFT:
        if (!extended) /* E0 2A belongs to the grey keys */
            set_bits(&bda.shift, scan == SCAN_LEFT_SHIFT ? KEY_LEFT_SHIFT : KEY_RIGHT_SHIFT, down);
        return true;
    case SCAN_CONTROL:
        set_pair(KEY_CONTROL, PRESSED_LEFT_CONTROL, FLAG_RIGHT_CONTROL, extended, down);
        return true;
    case SCAN_ALT:
        set_pair(KEY_ALT, PRESSED_LEFT_ALT, FLAG_RIGHT_ALT, extended, down);
        if (!down && bda.alt_keypad) {
            put_key(bda.alt_keypad);
            bda.alt_keypad = 0;
        }
        return true;
    case SCAN_CAPS:
        toggle(KEY_CAPS, down);
        return true;
    case SCAN_NUM:
        toggle(KEY_NUM, down);
        return true;
    case SCAN_SCROLL:
        if (extended)
            return false;
        toggle(KEY_SCROLL, down);
        return true;
    case SCAN_INSERT:
        toggle(KEY_INSERT, down);
        return false;
    }
    return false;
}

static void reboot(void)
{
    bda.reset_flag = 0x1234; /* warm */
    kbc_command(COMMAND_PULSE_RESET);
    wait_microseconds(10000);
    __asm__ volatile("ljmpw $0xf000, $0xfff0");
}

/* What is done after the interrupt controller has been told, since it may take long. */
enum action { NO_ACTION, BREAK, PRINT_SCREEN, PAUSE, SYS_RQ_DOWN, SYS_RQ_UP };

static enum action control_break(void)
{
    bda.break_flag = 0x80;
    bda.key_head = bda.key_tail = bda.key_start;
    put_key(0);
    return BREAK;
}

/* Until another key is pressed; interrupts go on. */
static void wait_paused(void)
{
    bda.shift_pressed |= PAUSED;
    while (bda.shift_pressed & PAUSED)
        wait_for_interrupt();
    interrupts_off();
}

static void act(enum action action)
{
    if (action == BREAK)
        __asm__ volatile("int $0x1b" : : : "memory", "cc", "eax", "ecx", "edx");
    else if (action == PRINT_SCREEN)
        __asm__ volatile("int $0x05" : : : "memory", "cc", "eax", "ecx", "edx");
    else if (action == PAUSE)
        wait_paused();
    else if (action)
        tell_system(action == SYS_RQ_UP ? 0x8501 : 0x8500);
}

/* The key repeats while it is held: only its first code counts. */
static enum action sys_rq_key(bool down)
{
    bool was_down = bda.shift_pressed & PRESSED_SYS_RQ;

    set_bits(&bda.shift_pressed, PRESSED_SYS_RQ, down);
    if (down == was_down)
        return NO_ACTION;
    return down ? SYS_RQ_DOWN : SYS_RQ_UP;
}

/* Alt with keypad digits composes a letter by its decimal code. */
static bool alt_digit(u8 scan)
{
    static ROM u8 digits[] = {7, 8, 9, 0xff, 4, 5, 6, 0xff, 1, 2, 3, 0};
    u8 index = scan - 0x47;

    if (index >= ARRAY_SIZE(digits) || digits[index] > 9)
        return false;
    bda.alt_keypad = (u8)(bda.alt_keypad * 10 + digits[index]);
    return true;
}

static enum action pressed(u8 scan, bool extended)
{
    u8 shift = bda.shift;
    u16 code;

    if (scan == SCAN_DELETE && (shift & (KEY_CONTROL | KEY_ALT)) == (KEY_CONTROL | KEY_ALT))
        reboot();
    if (bda.shift_pressed & PAUSED) { /* this key ends it and does nothing else */
        bda.shift_pressed &= (u8)~PAUSED;
        return NO_ACTION;
    }
    if (extended && scan == SCAN_SCROLL)
        return control_break();
    if (extended && scan == SCAN_PRINT && !(shift & KEY_CONTROL))
        return PRINT_SCREEN;
    if (shift & KEY_ALT && !extended && alt_digit(scan))
        return NO_ACTION;
    code = extended && scan == SCAN_PRINT ? CONTROL_PRINT : key_code(scan, shift, extended);
    if (code && !put_key(code))
        beep();
    return NO_ACTION;
}

static enum action take_scan(u8 scan)
{
    enum action action = NO_ACTION;
    u8 prefix = bda.key_flags & (FLAG_E0 | FLAG_E1);
    bool down = !(scan & SCAN_RELEASE);
    u8 key = scan & (u8)~SCAN_RELEASE;

    if (scan == 0xe0 || scan == 0xe1) {
        bda.key_flags |= scan == 0xe0 ? FLAG_E0 : FLAG_E1;
        return NO_ACTION;
    }
    if (prefix & FLAG_E1) { /* Pause: E1 1D 45, then E1 9D C5; it has no code */
        if (key != SCAN_NUM)
            return NO_ACTION;
        bda.key_flags &= (u8)~FLAG_E1;
        return down ? NO_ACTION : PAUSE;
    }
    bda.key_flags &= (u8)~FLAG_E0;
    if (key == SCAN_SYS_RQ)
        action = sys_rq_key(down);
    else if (!shift_key(key, down, prefix & FLAG_E0) && down)
        action = pressed(key, prefix & FLAG_E0);
    update_leds();
    return action;
}

/* INT 15h AH=4Fh may change the code or, by carry clear, keep it. */
static bool intercept(u8 *scan)
{
    u32 eax = 0x4f00 | *scan;
    u8 carry;

    __asm__ volatile("stc\n\tint $0x15\n\tsetc %1"
                     : "+a"(eax), "=q"(carry)
                     :
                     : "memory", "cc", "ecx", "edx");
    *scan = (u8)eax;
    return carry;
}

/*
 * Programs hook vector 9, read port 60h themselves and then come here: the port still shows the
 * code, though the status has it as taken.
 */
void keyboard_irq(struct registers *r)
{
    enum action action = NO_ACTION;
    u16 tail = bda.key_tail;
    u8 scan;

    (void)r;
    if (!(inb(KBC_STATUS) & STATUS_FROM_MOUSE)) {
        scan = inb(KBC_DATA);
        if (intercept(&scan) && scan != 0xfa && scan != 0xfe)
            action = take_scan(scan);
    }
    outb(0x20, 0x20);
    if (bda.key_tail != tail)
        tell_system(0x9102);
    act(action);
}

/* What the services of the first AT see of a code: false hides it, being the enhanced ones' own. */
static bool classic_code(u16 *code)
{
    u8 low = (u8)*code, high = (u8)(*code >> 8);

    if (high == 0xe0)
        *code = low == '/' ? 0x352f : 0x1c00 | low;
    else if (low == 0xf0 && high)
        return false;
    else if (low == 0xe0 && high)
        *code = (u16)(high << 8);
    else if (!low && high > 0x84)
        return false;
    return true;
}

static void enhanced_code(u16 *code)
{
    if ((*code & 0xff) == 0xf0 && *code >> 8)
        *code &= 0xff00;
}

/* Looks at the next code; hidden ones are thrown away. False when there is none. */
static bool peek_key(u16 *code, bool enhanced)
{
    while (bda.key_head != bda.key_tail) {
        *code = *buffer_at(bda.key_head);
        if (enhanced)
            enhanced_code(code);
        if (enhanced || classic_code(code))
            return true;
        bda.key_head = next_place(bda.key_head);
    }
    return false;
}

static void take_key(struct registers *r, bool enhanced)
{
    u16 code;

    interrupts_off();
    while (!peek_key(&code, enhanced)) {
        tell_system(0x9002);
        wait_for_interrupt();
        interrupts_off();
    }
    bda.key_head = next_place(bda.key_head);
    interrupts_on();
    r->eax.x = code;
}

static void set_rate(struct registers *r)
{
    if (r->eax.l != 5 || !kbc_write(KEYBOARD_RATE))
        return;
    kbc_write((u8)((r->ebx.h & 3) << 5 | (r->ebx.l & 0x1f)));
}

static void shift_states(struct registers *r)
{
    u8 right = bda.key_flags & (FLAG_RIGHT_CONTROL | FLAG_RIGHT_ALT);

    r->eax.l = bda.shift;
    r->eax.h =
        (u8)((bda.shift_pressed & 0x73) | right | (bda.shift_pressed & PRESSED_SYS_RQ ? 0x80 : 0));
}

void keyboard_int16(struct registers *r)
{
    bool enhanced = r->eax.h & 0x10;
    u16 code = 0;

    switch (r->eax.h) {
    case 0x00:
    case 0x10:
        take_key(r, enhanced);
        break;
    case 0x01:
    case 0x11:
        interrupts_off();
        set_flag(r, ZERO_FLAG, !peek_key(&code, enhanced));
        interrupts_on();
        r->eax.x = code;
        break;
    case 0x02:
        r->eax.l = bda.shift;
        break;
    case 0x03:
        set_rate(r);
        break;
    case 0x05:
        interrupts_off();
        r->eax.l = !put_key(r->ecx.x);
        interrupts_on();
        break;
    case 0x09:
        r->eax.l = 0x34; /* 10h to 12h are there, 0Ah, and 0305h to set rates */
        break;
    case 0x0a:
        r->ebx.x = KEYBOARD_IDENTITY;
        break;
    case 0x12:
        shift_states(r);
        break;
    }
}
