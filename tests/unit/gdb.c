#include "gdb/gdb.h"

#include "debug/breakpoint.h"
#include "gdb/packet.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

static u8 rom[64 * KIB];
static struct machine machine;
static struct breakpoints breakpoints;
static struct gdb *gdb;
static struct text_out sent;

static void put(void *context, const void *bytes, size_t count)
{
    (void)context;
    text_out_bytes(&sent, bytes, count);
}

static void execute(void *context, const char *line, struct text_out *out)
{
    (void)context;
    text_out_format(out, "you said %s\n", line);
}

/* The beginning lies at the first instruction, one step from anywhere. */
static bool go_back(void *context, bool step, enum machine_stop *stop, bool *beginning)
{
    (void)context;
    *stop = MACHINE_STOP_BREAK;
    *beginning = !step;
    cpu_set_eip(&machine.cpu, 0);
    return true;
}

/* F000:0000: mov [0x500], al; mov al, [0x500]; nop; hlt. */
static void start(void)
{
    static const u8 code[] = {0xa2, 0x00, 0x05, 0xa0, 0x00, 0x05, 0x90, 0xf4};
    const struct gdb_host host = {.put = put, .execute = execute, .go_back = go_back};
    struct error error;
    memset(rom, 0xf4, sizeof rom);
    memcpy(rom, code, sizeof code);
    memcpy(rom + 0xfff0, (const u8[]){0xea, 0x00, 0x00, 0x00, 0xf0}, 5);
    struct machine_config config = {.ram_size = MIB, .bios = rom, .bios_size = sizeof rom};
    ck_assert_msg(machine_init(&machine, &config, &error), "%s", error.text);
    breakpoints_init(&breakpoints, &machine.cpu, NULL);
    gdb = gdb_open(&machine, &breakpoints, &host);
    gdb_reset(gdb);
    machine_run(&machine, 1);
}

static void end(void)
{
    gdb_close(gdb);
    machine_free(&machine);
    text_out_free(&sent);
}

static enum gdb_result feed(const char *bytes, size_t count)
{
    size_t taken;
    text_out_clear(&sent);
    enum gdb_result result = gdb_feed(gdb, (const u8 *)bytes, count, &taken);
    ck_assert_uint_eq(taken, count);
    return result;
}

/* Sends one packet; the answer's data, and the result. */
static const char *asks(const char *data, enum gdb_result expected)
{
    struct text_out frame = TEXT_OUT_EMPTY;
    packet_write(&frame, data, strlen(data));
    ck_assert_msg(feed(text_out_text(&frame), frame.length) == expected, "%s", data);
    text_out_free(&frame);
    ck_assert_int_eq(text_out_text(&sent)[0], '+');
    if (sent.length > 1) {
        ck_assert_int_eq(sent.text[1], '$');
        sent.text[sent.length - 3] = 0; /* the checksum */
    }
    return sent.length > 2 ? sent.text + 2 : "";
}

START_TEST(gdb_registers_and_memory)
{
    start();
    ck_assert_str_eq(asks("?", GDB_OK), "T05thread:1;");
    ck_assert_str_eq(asks("p8", GDB_OK), "00000000");
    ck_assert_str_eq(asks("pa", GDB_OK), "00f00000");
    ck_assert_str_eq(asks("P0=78563412", GDB_OK), "OK");
    ck_assert_uint_eq(machine.cpu.regs[REG_EAX], 0x12345678);
    ck_assert_int_eq(strncmp(asks("g", GDB_OK), "78563412", 8), 0);
    ck_assert_str_eq(asks("Pa=01000000", GDB_OK), "E16");
    ck_assert_str_eq(asks("p99", GDB_OK), "E16");
    ck_assert_str_eq(asks("mf0000,8", GDB_OK), "a20005a0000590f4");
    ck_assert_str_eq(asks("M500,2:abcd", GDB_OK), "OK");
    ck_assert_str_eq(asks("m500,2", GDB_OK), "abcd");
    ck_assert_str_eq(asks("X500,2:zy", GDB_OK), "OK");
    ck_assert_str_eq(asks("m500,2", GDB_OK), "7a79");
    ck_assert_str_eq(asks("Mf0000,1:00", GDB_OK), "E0e");
    end();
}
END_TEST

/* A directory whose only table maps page 0 of its 1024, and the page of the code. */
START_TEST(gdb_memory_up_to_the_first_page_that_is_not_there)
{
    start();
    memory_write(&machine.memory, 0x1000, 4, 0x2003);
    memory_write(&machine.memory, 0x2000, 4, 0x0003);
    memory_write(&machine.memory, 0xffe, 2, 0xbeef);
    cpu_set_cr3(&machine.cpu, 0x1000);
    cpu_set_cr0(&machine.cpu, CR0_PE | CR0_PG);
    ck_assert_str_eq(asks("mffe,10", GDB_OK), "efbe");
    ck_assert_str_eq(asks("m1000,4", GDB_OK), "E0e");
    ck_assert_str_eq(asks("M1000,1:00", GDB_OK), "E0e");
    end();
}
END_TEST

static const char *let_run(const char *packet)
{
    asks(packet, GDB_RESUME);
    text_out_clear(&sent);
    gdb_stopped(gdb, machine_run(&machine, machine.clock.now + 100));
    ck_assert_int_eq(text_out_text(&sent)[0], '$');
    return sent.text;
}

START_TEST(gdb_goes_back_and_says_where_the_past_begins)
{
    start();
    asks("qSupported", GDB_OK);
    ck_assert_ptr_nonnull(strstr(sent.text, ";ReverseStep+;ReverseContinue+"));
    asks("s", GDB_OK);
    ck_assert_uint_eq(machine.cpu.eip, 3);
    ck_assert_str_eq(asks("bs", GDB_OK), "T05thread:1;");
    ck_assert_uint_eq(machine.cpu.eip, 0);
    ck_assert_str_eq(asks("bc", GDB_OK), "T05thread:1;replaylog:begin;");
    ck_assert_str_eq(asks("bx", GDB_OK), "");
    ck_assert_str_eq(asks("bcc", GDB_OK), "");
    end();
}
END_TEST

START_TEST(gdb_breakpoints_watchpoints_and_steps)
{
    start();
    asks("qSupported:swbreak+;hwbreak+", GDB_OK);
    ck_assert_str_eq(asks("Z0,f0003,1", GDB_OK), "OK");
    ck_assert_str_eq(asks("Z0,f0003,1", GDB_OK), "OK");
    ck_assert_uint_eq(breakpoints.count, 1);
    ck_assert_int_eq(strncmp(let_run("c"), "$T05thread:1;swbreak:;#", 23), 0);
    ck_assert_uint_eq(machine.cpu.eip, 3);
    ck_assert_str_eq(asks("z0,f0003,1", GDB_OK), "OK");
    ck_assert_str_eq(asks("Z3,4ff,2", GDB_OK), "OK");
    ck_assert_str_eq(asks("s", GDB_OK), "T05thread:1;rwatch:500;");
    ck_assert_uint_eq(machine.cpu.eip, 6);
    ck_assert_str_eq(asks("vCont;s:1", GDB_OK), "T05thread:1;");
    ck_assert_str_eq(asks("z3,4ff,2", GDB_OK), "OK");
    ck_assert_str_eq(asks("Z2,500,1", GDB_OK), "OK");
    ck_assert_int_eq(strncmp(let_run("c0"), "$T05thread:1;watch:500;#", 24), 0);
    ck_assert_str_eq(asks("Z9,500,1", GDB_OK), "E16");
    ck_assert_str_eq(asks("Z2,500,0", GDB_OK), "E16");
    ck_assert_str_eq(asks("D", GDB_DETACH), "OK");
    ck_assert_uint_eq(breakpoints.count, 0);
    end();
}
END_TEST

START_TEST(gdb_stops_are_told_once)
{
    start();
    gdb_stopped(gdb, MACHINE_STOP_REQUEST);
    ck_assert_uint_eq(sent.length, 0);
    asks("c", GDB_RESUME);
    ck_assert_int_eq(feed("\x03", 1), GDB_STOP);
    gdb_stopped(gdb, MACHINE_STOP_REQUEST);
    ck_assert_str_eq(text_out_text(&sent), "$T02thread:1;#d4");
    text_out_clear(&sent);
    gdb_stopped(gdb, MACHINE_STOP_REQUEST);
    ck_assert_uint_eq(sent.length, 0);
    ck_assert_int_eq(feed("\x03", 1), GDB_OK);
    ck_assert_int_eq(feed("-", 1), GDB_OK);
    ck_assert_str_eq(text_out_text(&sent), "$T02thread:1;#d4");
    asks("c", GDB_RESUME);
    text_out_clear(&sent);
    machine.exit_code = 7;
    gdb_stopped(gdb, MACHINE_STOP_EXIT);
    ck_assert_str_eq(text_out_text(&sent), "$W07#be");
    ck_assert_str_eq(asks("vKill;1", GDB_KILL), "OK");
    end();
}
END_TEST

START_TEST(gdb_questions)
{
    start();
    ck_assert(strstr(asks("qSupported:x", GDB_OK), "PacketSize=4000;"));
    const char *piece = asks("qXfer:features:read:target.xml:0,100", GDB_OK);
    ck_assert_int_eq(piece[0], 'm');
    ck_assert_uint_eq(strlen(piece), 0x101);
    ck_assert_str_eq(asks("qXfer:features:read:target.xml:ffffff,100", GDB_OK), "l");
    ck_assert(strstr(asks("qXfer:features:read:target.xml:0,fff0", GDB_OK), "</target>"));
    ck_assert_str_eq(asks("qfThreadInfo", GDB_OK), "m1");
    ck_assert_str_eq(asks("qC", GDB_OK), "QC1");
    ck_assert_str_eq(asks("qCRC:0,1", GDB_OK), "");
    ck_assert_str_eq(asks("vMustReplyEmpty", GDB_OK), "");
    /* "help", and the answer in hexadecimal before the OK. */
    ck_assert_str_eq(asks("qRcmd,68656c70", GDB_OK), "O796f7520736169642068656c700a#9f$OK");
    end();
}
END_TEST

static const char *const rude[] = {"m",
                                   "m,",
                                   "mzz,1",
                                   "M500,2:a",
                                   "M500,ffffffff:00",
                                   "X5",
                                   "X500,9:a",
                                   "P",
                                   "P0",
                                   "P0=12",
                                   "pzz",
                                   "Z",
                                   "Z0",
                                   "Z0,5",
                                   "vCont;",
                                   "Z2,0,fffffffff",
                                   "qXfer:features:read:target.xml:",
                                   "vCont;x"};

START_TEST(gdb_rude_packets_are_answered_with_an_error)
{
    start();
    for (size_t i = 0; i < ARRAY_COUNT(rude); i++)
        ck_assert_msg(asks(rude[i], GDB_OK)[0] == 'E', "%s", rude[i]);
    ck_assert_int_eq(feed("$g#00", 5), GDB_OK);
    ck_assert_str_eq(text_out_text(&sent), "-");
    feed("$", 1);
    for (unsigned i = 0; i < 3 * PACKET_MAX; i++)
        feed("a", 1);
    u8 sum = (u8)(3 * PACKET_MAX * 'a');
    char tail[4];
    snprintf(tail, sizeof tail, "#%02x", sum);
    feed(tail, 3);
    ck_assert_str_eq(text_out_text(&sent), "+$E16#ac");
    ck_assert_str_eq(asks("p8", GDB_OK), "00000000");
    end();
}
END_TEST

SUITE_MAIN("gdb", gdb_registers_and_memory, gdb_memory_up_to_the_first_page_that_is_not_there,
           gdb_goes_back_and_says_where_the_past_begins, gdb_breakpoints_watchpoints_and_steps,
           gdb_stops_are_told_once, gdb_questions, gdb_rude_packets_are_answered_with_an_error)
