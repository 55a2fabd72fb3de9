#include "machine/machine.h"

#include "machine/keys.h"
#include "support/suite.h"

#include <string.h>

/* A ROM whose reset vector runs the given real-mode code at F000:0000. */
static u8 rom[64 * KIB];

static struct machine *machine_with(const u8 *code, size_t size)
{
    static struct machine machine;
    struct error error;
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, code, size);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5); /* jmp F000:0000 */
    struct machine_config config = {.ram_size = 2 * MIB, .bios = rom, .bios_size = sizeof rom};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    return &machine;
}

#define CODE(...)                                 \
    (const u8[]){__VA_ARGS__}, sizeof(const u8[]) \
    {                                             \
        __VA_ARGS__                               \
    }

START_TEST(machine_runs_to_the_very_tick)
{
    struct machine *machine = machine_with(CODE(0x40, 0xeb, 0xfd)); /* inc ax; jmp back */
    for (u64 tick = 1; tick < 100; tick++) {
        ck_assert_int_eq(machine_run(machine, tick), MACHINE_STOP_TIME);
        ck_assert_uint_eq(machine->clock.now, tick);
    }
    ck_assert_uint_eq(machine->cpu.regs[REG_EAX], 49); /* one far jump, then 98 of the loop */
    machine_free(machine);
}
END_TEST

START_TEST(machine_exit_port_stops_at_that_instruction)
{
    /* mov al,21h; out F4h,al; inc bx; hlt */
    struct machine *machine = machine_with(CODE(0xb0, 0x21, 0xe6, 0xf4, 0x43, 0xf4));
    ck_assert_int_eq(machine_run(machine, 1000), MACHINE_STOP_EXIT);
    ck_assert_uint_eq(machine->exit_code, 0x43);
    ck_assert_uint_eq(machine->cpu.regs[REG_EBX], 0);
    ck_assert_uint_eq(machine->clock.now, 3);
    machine_free(machine);
}
END_TEST

START_TEST(machine_power_port_switches_off)
{
    /* mov dx,604h; mov ax,2000h; out dx,ax */
    struct machine *machine = machine_with(CODE(0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef));
    ck_assert_int_eq(machine_run(machine, 1000), MACHINE_STOP_POWER_OFF);
    machine_free(machine);
}
END_TEST

START_TEST(machine_halt_skips_time_to_the_next_event)
{
    struct machine *machine = machine_with(CODE(0xf4));
    ck_assert_int_eq(machine_run(machine, 1000000000), MACHINE_STOP_TIME);
    ck_assert_uint_eq(machine->clock.now, 1000000000);
    machine_free(machine);
}
END_TEST

START_TEST(machine_a20_opens_when_either_source_does)
{
    struct machine *machine = machine_with(CODE(0xf4));
    port92_write(&machine->port92, 0x92, 1, 0);
    kbc_write(&machine->kbc, 0x64, 1, 0xd1);
    kbc_write(&machine->kbc, 0x60, 1, 0xdd);
    ck_assert_uint_eq(machine->memory.a20_mask, 0xffefffff);
    port92_write(&machine->port92, 0x92, 1, 2);
    ck_assert_uint_eq(machine->memory.a20_mask, 0xffffffff);
    port92_write(&machine->port92, 0x92, 1, 0);
    ck_assert_uint_eq(machine->memory.a20_mask, 0xffefffff);
    kbc_write(&machine->kbc, 0x64, 1, 0xd1);
    kbc_write(&machine->kbc, 0x60, 1, 0xdf);
    ck_assert_uint_eq(machine->memory.a20_mask, 0xffffffff);
    machine_free(machine);
}
END_TEST

START_TEST(machine_reset_port_runs_the_reset_vector_again)
{
    /* inc byte [0500h]; mov al,[0500h]; cmp al,3; je halt; mov al,FEh; out 64h,al; jmp $; halt: hlt
     */
    struct machine *machine =
        machine_with(CODE(0xfe, 0x06, 0x00, 0x05, 0xa0, 0x00, 0x05, 0x3c, 0x03, 0x74, 0x06, 0xb0,
                          0xfe, 0xe6, 0x64, 0xeb, 0xfe, 0xf4));
    ck_assert_int_eq(machine_run(machine, 100000), MACHINE_STOP_TIME);
    ck_assert_uint_eq(machine->memory.ram[0x500], 3);
    ck_assert(machine->cpu.halted);
    machine_free(machine);
}
END_TEST

START_TEST(machine_reset_port_leaves_the_chips)
{
    /* mov al,FEh; out 64h,al; jmp $ */
    struct machine *machine = machine_with(CODE(0xb0, 0xfe, 0xe6, 0x64, 0xeb, 0xfe));
    ck_assert_int_eq(machine_run(machine, 1), MACHINE_STOP_TIME);
    pic_write(&machine->pic.master, 0x20, 1, 0x11);
    pic_write(&machine->pic.master, 0x21, 1, 0x60);
    port92_write(&machine->port92, 0x92, 1, 0);
    kbc_write(&machine->kbc, 0x64, 1, 0xdd);
    ck_assert_int_eq(machine_run(machine, 4), MACHINE_STOP_TIME);
    ck_assert_int_eq(machine_run(machine, 5), MACHINE_STOP_TIME);
    ck_assert_uint_eq(machine->pic.master.vector_base, 0x60);
    ck_assert_uint_eq(machine->memory.a20_mask,
                      0xffffffff); /* or the vector could not be reached */
    machine_free(machine);
}
END_TEST

/* lidt [0400h], which is zero; mov al,CODE; int3 */
static enum machine_stop stop_of_triple_fault(u8 shutdown_byte)
{
    struct machine *machine = machine_with(CODE(0x0f, 0x01, 0x1e, 0x00, 0x04, 0xcc, 0xeb, 0xfe));
    rtc_set_cell(&machine->rtc, 0x0f, shutdown_byte);
    enum machine_stop stop = machine_run(machine, 10);
    machine_free(machine);
    return stop;
}

START_TEST(machine_triple_fault_that_is_announced_resets)
{
    static const u8 announced[] = {0x05, 0x09, 0x0a, 0x0b, 0x0c},
                    others[] = {0x00, 0x04, 0x0d, 0xff};
    for (unsigned i = 0; i < sizeof announced; i++)
        ck_assert_int_eq(stop_of_triple_fault(announced[i]), MACHINE_STOP_TIME);
    for (unsigned i = 0; i < sizeof others; i++)
        ck_assert_int_eq(stop_of_triple_fault(others[i]), MACHINE_STOP_TRIPLE_FAULT);
}
END_TEST

START_TEST(machine_slicing_cannot_be_seen)
{
    /* A loop under timer interrupts: mov al,36h... set up PIT 0 quick, vector 8 counts in [0600h].
     */
    static const u8
        code[] = {0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x10, /* cli; ds = ss = 0;
                                                                                 sp = 1000 */
                  0xc7, 0x06, 0x20, 0x00, 0x40, 0x00,             /* vector 8: offset 40h */
                  0xc7, 0x06, 0x22, 0x00, 0x00, 0xf0,             /* segment F000 */
                  0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21, /* master: vectors from 8 */
                  0xb0, 0x04, 0xe6, 0x21, 0xb0, 0x01, 0xe6, 0x21, 0xb0, 0xfe, 0xe6,
                  0x21, 0xb0, 0x34, 0xe6, 0x43, 0xb0, 0x07, 0xe6, 0x40, 0xb0, 0x00,
                  0xe6, 0x40, 0xfb, 0x43, 0xeb, 0xfd, 0x90, 0x90, 0x90, 0x90, 0x90,
                  0x90, 0xff, 0x06, 0x00, 0x06, 0xb0, 0x20, 0xe6, 0x20, 0xcf}; /* 40h: inc [0600h];
                                                                                  EOI; iret */
    u64 hash[2];
    for (unsigned turn = 0; turn < 2; turn++) {
        struct machine *machine = machine_with(code, sizeof code);
        for (u64 tick = 0; turn && tick < 200000; tick += 1 + tick % 97)
            machine_run(machine, tick);
        machine_run(machine, 200000);
        ck_assert_uint_gt(memory_read(&machine->memory, 0x600, 2), 300);
        hash[turn] = machine_hash(machine);
        machine_free(machine);
    }
    ck_assert_uint_eq(hash[0], hash[1]);
}
END_TEST

START_TEST(machine_chord_is_pressed_in_order_and_released_in_reverse)
{
    struct machine *machine = machine_with(CODE(0xf4));
    struct error error;
    ck_assert(machine_send_chord(machine, "ctrl-alt-delete", &error));
    static const u8 expected[] = {0x1d, 0x38, 0xe0, 0x53, 0xe0, 0xd3, 0xb8, 0x9d};
    ck_assert_uint_eq(machine->input.keys.tail, sizeof expected);
    ck_assert_mem_eq(machine->input.keys.bytes, expected, sizeof expected);
    ck_assert(!machine_send_chord(machine, "ctrl-nokey", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "'nokey'"));
    machine_free(machine);
}
END_TEST

START_TEST(keys_type_every_printable_character)
{
    for (int c = 32; c < 127; c++) {
        u16 code;
        bool shift, ctrl;
        ck_assert_msg(key_for_character((char)c, &code, &shift, &ctrl), "%c has no key", c);
    }
    u16 code;
    bool shift, ctrl;
    key_for_character('A', &code, &shift, &ctrl);
    ck_assert(code == 0x1e && shift && !ctrl);
    key_for_character(3, &code, &shift, &ctrl);
    ck_assert(code == 0x2e && !shift && ctrl);
    key_for_character('\\', &code, &shift, &ctrl);
    ck_assert(code == 0x2b && !shift);
}
END_TEST

START_TEST(machine_chord_takes_codes_and_rare_names)
{
    static const u8 expected[] = {0x1e, 0x9e, 0xe0, 0x48, 0xe0, 0xc8, 0x54, 0xd4};
    struct machine *machine = machine_with(CODE(0xf4));
    struct error error;
    ck_assert(machine_send_chord(machine, "0x1e", &error));
    ck_assert(machine_send_chord(machine, "0xC8", &error));
    ck_assert(machine_send_chord(machine, "sysrq", &error));
    ck_assert_uint_eq(machine->input.keys.tail, sizeof expected);
    ck_assert_mem_eq(machine->input.keys.bytes, expected, sizeof expected);
    ck_assert(!machine_send_chord(machine, "0x1g", &error));
    machine_free(machine);
}
END_TEST

START_TEST(machine_keeps_nvram_and_tells_its_own_hardware)
{
    static u8 nvram[128];
    struct machine machine;
    struct error error;
    struct machine_config config = {.ram_size = 4 * MIB, .nvram = nvram};
    memset(nvram, 0x5a, sizeof nvram);
    ck_assert(machine_init(&machine, &config, &error));
    ck_assert_uint_eq(rtc_peek(&machine.rtc, 0x50), 0x5a);
    ck_assert_uint_eq(rtc_peek(&machine.rtc, 0x31) << 8 | rtc_peek(&machine.rtc, 0x30), 3072);
    ck_assert_uint_eq(rtc_peek(&machine.rtc, RTC_CENTURY), 0x19);
    u16 sum = 0;
    for (u8 cell = 0x10; cell <= 0x2d; cell++)
        sum = (u16)(sum + rtc_peek(&machine.rtc, cell));
    ck_assert_uint_eq(rtc_peek(&machine.rtc, 0x2e) << 8 | rtc_peek(&machine.rtc, 0x2f), sum);
    machine_free(&machine);
}
END_TEST

static u32 memory32(struct machine *machine, u32 physical)
{
    return memory_read(&machine->memory, physical, 4);
}

START_TEST(machine_shadow_ram_holds_copies_until_reset)
{
    static u8 bios[256 * KIB], vgabios[32 * KIB];
    static struct machine machine;
    struct error error;
    struct machine_config config = {.ram_size = 2 * MIB,
                                    .bios = bios,
                                    .bios_size = sizeof bios,
                                    .vgabios = vgabios,
                                    .vgabios_size = sizeof vgabios,
                                    .shadow_ram = true};
    for (u32 i = 0; i < sizeof bios; i += 4)
        memcpy(bios + i, &i, 4);
    vgabios[0] = 0x55;
    ck_assert(machine_init(&machine, &config, &error));
    ck_assert_uint_eq(memory32(&machine, 0xfffffffc), sizeof bios - 4);
    ck_assert_uint_eq(memory32(&machine, 0xfffc0000), 0);
    ck_assert_uint_eq(memory32(&machine, 0xffffc), sizeof bios - 4);
    ck_assert_uint_eq(memory32(&machine, 0xd0000), 0x10000);
    ck_assert_uint_eq(memory32(&machine, 0xc0000), 0x55);
    memory_write(&machine.memory, 0xf0000, 4, 0x12345678);
    ck_assert_uint_eq(memory32(&machine, 0xf0000), 0x12345678);
    machine_reset(&machine);
    ck_assert_uint_eq(memory32(&machine, 0xf0000), 0x30000);
    machine_free(&machine);
}
END_TEST

START_TEST(machine_fw_cfg_offers_the_display_bios)
{
    static u8 bios[64 * KIB], vgabios[4 * KIB];
    static struct machine machine;
    static const char name[] = "vgaroms/vgabios.bin";
    struct error error;
    struct machine_config config = {.ram_size = 2 * MIB,
                                    .bios = bios,
                                    .bios_size = sizeof bios,
                                    .vgabios = vgabios,
                                    .vgabios_size = sizeof vgabios,
                                    .shadow_ram = true};
    vgabios[1] = 0xaa;
    ck_assert(machine_init(&machine, &config, &error));
    struct ports *ports = &machine.ports;
    ports_write(ports, 0x510, 2, 0x0000);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(ports_read(ports, 0x511, 1), (u8) "QEMU"[i]);
    ck_assert_uint_eq(ports_read(ports, 0x511, 1), 0);
    ports_write(ports, 0x510, 2, 0x0019);
    u8 directory[68];
    for (unsigned i = 0; i < sizeof directory; i++)
        directory[i] = (u8)ports_read(ports, 0x511, 1);
    ck_assert_mem_eq(directory, ((const u8[]){0, 0, 0, 1, 0, 0, 0x10, 0, 0, 0x20, 0, 0}), 12);
    ck_assert_mem_eq(directory + 12, name, sizeof name);
    ports_write(ports, 0x510, 2, 0x0020);
    ck_assert_uint_eq(ports_read(ports, 0x511, 1), 0);
    ck_assert_uint_eq(ports_read(ports, 0x511, 1), 0xaa);
    machine_free(&machine);
}
END_TEST

START_TEST(machine_units_name_every_section_once)
{
    struct machine *machine = machine_with(CODE(0xf4));
    struct machine_unit units[MACHINE_MAX_UNITS];
    u32 count = machine_units(machine, units);
    for (u32 i = 0; i < count; i++) {
        ck_assert_uint_lt(strlen(units[i].table->name), 16);
        for (u32 k = 0; k < i; k++)
            ck_assert_str_ne(units[i].table->name, units[k].table->name);
    }
    machine_free(machine);
}
END_TEST

SUITE_MAIN("machine", machine_chord_takes_codes_and_rare_names,
           machine_keeps_nvram_and_tells_its_own_hardware,
           machine_shadow_ram_holds_copies_until_reset, machine_fw_cfg_offers_the_display_bios,
           machine_runs_to_the_very_tick, machine_exit_port_stops_at_that_instruction,
           machine_power_port_switches_off, machine_halt_skips_time_to_the_next_event,
           machine_a20_opens_when_either_source_does,
           machine_reset_port_runs_the_reset_vector_again, machine_reset_port_leaves_the_chips,
           machine_triple_fault_that_is_announced_resets, machine_slicing_cannot_be_seen,
           machine_chord_is_pressed_in_order_and_released_in_reverse,
           keys_type_every_printable_character, machine_units_name_every_section_once)
