/* The command line: good and bad, by table. */
#include "app/options.h"
#include "support/suite.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 12

static bool parse(struct options *options, const char *const *words, struct error *error)
{
    static char copies[WORDS_MAX + 1][200];
    static char *argv[WORDS_MAX + 2];
    int argc = 1;
    memset(argv, 0, sizeof argv);
    argv[0] = (char *)"glass386";
    for (; words[argc - 1] && argc <= WORDS_MAX; argc++) {
        snprintf(copies[argc], sizeof copies[argc], "%s", words[argc - 1]);
        argv[argc] = copies[argc];
    }
    options_init(options);
    return options_parse(options, argc, argv, error);
}

/* What the whole command line comes to, in the form of -print-config: expected lines. */
static const struct {
    const char *words[WORDS_MAX];
    const char *lines[4];
} good[] = {
    {{"-m", "4"}, {"m = 4\n"}},
    {{"--m", "64M"}, {"m = 64M\n"}},
    {{"-m=1G"}, {"m = 1G\n"}},
    {{"disk.img"}, {"image = disk.img\n"}},
    {{"a.img", "-m", "8", "b.img,ro"}, {"image = a.img\nimage = b.img,ro\n", "m = 8\n"}},
    {{"-fda", "f.img", "-cdrom", "none", "-hdd", "d.img"},
     {"fda = f.img\n", "cdrom = none\n", "hdd = d.img\n"}},
    {{"-hda", "a,b.img,ro"}, {"hda = a,b.img,ro\n"}},
    {{"-hda", "a,b.img,chs=615/4/17,ro"}, {"hda = a,b.img,chs=615/4/17,ro\n"}},
    {{"-image", "x,chs=16383/16/63"}, {"image = x,chs=16383/16/63\n"}},
    {{"-drive", "file=c,cyls=306,heads=4,secs=17,trans=none"}, {"hda = c,chs=306/4/17\n"}},
    {{"-serial", "telnet:127.0.0.1:4444,server,nowait", "-monitor", "telnet::4000"},
     {"serial = telnet:127.0.0.1:4444", "monitor = telnet::4000"}},
    {{"-nographic"}, {"nographic = on\n"}},
    {{"-cpu", "486", "-snapshot"}, {"cpu = 486\n", "snapshot = on\n"}},
    {{"-fpu", "none"}, {"fpu = none\n"}},
    {{"-serial", "tcp:127.0.0.1:4000,server,nowait"}, {"serial = tcp:127.0.0.1:4000"}},
    {{"-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"}, {"device = isa-debug-exit"}},
    {{"-trace", "int,cr3"}, {"trace = int,cr3\n"}},
    {{"-boot", "order=c"}, {"boot = order=c\n"}},
    {{"-s"}, {"s = on\n"}},
    {{"-gdb", "tcp::1234"}, {"gdb = tcp::1234\n"}},
    {{"-gdb", "4000"}, {"gdb = 4000\n"}},
    {{"-boot", "d,a,c"}, {"boot = d,a,c\n"}},
    {{"-boot", "da"}, {"boot = da\n"}},
    {{"-serial", "null", "-serial", "file:x"}, {"serial = null\nserial = file:x\n"}},
    {{"-cdrom", "c.iso", "-hda", "a.img"}, {"hda = a.img\ncdrom = c.iso\n", "boot = dca\n"}},
    {{"-append", " a"}, {"append = \" a\"\n"}},
    {{"-no-reboot"}, {"no-reboot = on\n"}},
    {{"-fdb", "b.img", "-hdb", "b", "-hdc", "c"}, {"fdb = b.img\nhdb = b\nhdc = c\n"}},
    {{"-image", "x.img,ro"}, {"image = x.img,ro\n"}},
    {{"-hostdir", "folder"}, {"hostdir = folder\n"}},
    {{"-disk-save", "kept.img"}, {"disk-save = kept.img\n"}},
    {{"-bios", "b", "-vgabios", "v", "-nvram", "n"}, {"bios = b\nvgabios = v\nnvram = n\n"}},
    {{"-rtc", "localtime"}, {"rtc = localtime\n"}},
    {{"-kernel", "k", "-initrd", "a b,c"}, {"kernel = k\n", "initrd = a b,c\n"}},
    {{"-display", "none", "-monitor", "none"}, {"display = none\n", "monitor = none\n"}},
    {{"-parallel", "file:p", "-audio", "wav:w"}, {"parallel = file:p\naudio = wav:w\n"}},
    {{"-debugcon", "file:d", "-S"}, {"debugcon = file:d\nS = on\n", "m = 16M\n"}},
    {{"-script", "a.lua", "-junit", "o.xml"}, {"script = a.lua\n", "junit = o.xml\n"}},
    {{"-restore", "a.snap"}, {"restore = a.snap\n"}},
    {{"-record", "a.rec"}, {"record = a.rec\n"}},
    {{"-capture", "a.gif"}, {"capture = a.gif\n"}},
    {{"-replay", "a.rec"}, {"replay = a.rec\n"}},
    {{"-speed", "max", "-ips", "1000000"}, {"speed = max\nips = 1000000\n"}},
    {{"-timeout", "0.5", "-max-insns", "9"}, {"timeout = 0.5\nmax-insns = 9\n"}},
    {{"-log", "l", "-debug-exit"}, {"log = l\n", "debug-exit = on\n"}},
    {{"-reboot-on-triple-fault"}, {"reboot-on-triple-fault = on\n"}},
    {{"-config", "c", "-bochsrc", "b", "-print-config"}, {"m = 16M\n"}},
    {{"-version"}, {"m = 16M\n"}},
    {{"--help"}, {"m = 16M\n"}},
    {{"-h"}, {"m = 16M\n"}},
    /* What QEMU's hands type. */
    {{"-drive", "file=a,,b.img,format=raw,if=floppy", "-drive", "file=c,if=floppy,readonly=on"},
     {"fda = a,b.img\n", "fdb = c,ro\n"}},
    {{"-drive", "file=c,index=1,media=disk", "-drive", "file=d,id=x,cache=none"},
     {"hdb = c\n", "hda = d\n"}},
    {{"-drive", "file=c,media=cdrom,readonly=on", "-drive", "file=d,bus=1,unit=1"},
     {"cdrom = c\n", "hdd = d\n"}},
    {{"-d", "int,cpu_reset,guest_errors", "-D", "log.txt"},
     {"trace = int,exc,reset", "log = log.txt\n"}},
    {{"-icount", "shift=3"}, {"ips = 125000000\n"}},
    {{"-loadvm", "a.snap"}, {"restore = a.snap\n"}},
    {{"-curses", "-m", "size=8"}, {"display = terminal\n", "m = size=8\n"}},
    {{"-machine", "pc,accel=tcg", "-smp", "1", "-net", "none", "-vga", "std", "-name", "my pc"},
     {"m = 16M\n"}},
    {{"-boot", "order=ca,menu=off", "-rtc", "base=2000-01-01,clock=vm"},
     {"boot = order=ca,menu=off\n"}},
    {{"-f", "rc", "-q"}, {"m = 16M\n"}},
    {{NULL}, {"m = 16M\n", "cpu = 386\n", "ips = 100000000\n"}},
};

START_TEST(options_accept_what_the_table_says)
{
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct options options;
        struct error error = {""};
        struct text_out out = TEXT_OUT_EMPTY;
        ck_assert_msg(parse(&options, good[i].words, &error), "row %zu: %s", i, error.text);
        options_print(&options, &out);
        for (size_t line = 0; line < ARRAY_COUNT(good[i].lines) && good[i].lines[line]; line++)
            ck_assert_msg(strstr(text_out_text(&out), good[i].lines[line]) != NULL,
                          "row %zu: no '%s' in:\n%s", i, good[i].lines[line], text_out_text(&out));
        text_out_free(&out);
        options_free(&options);
    }
}
END_TEST

/* Everything that -help lists stands in a row above. */
START_TEST(every_option_is_tried)
{
    const char *name;
    for (unsigned number = 0; (name = options_name(number)); number++) {
        bool tried = false;
        for (size_t i = 0; i < ARRAY_COUNT(good); i++)
            for (size_t w = 0; w < WORDS_MAX && good[i].words[w]; w++)
                tried =
                    tried || (good[i].words[w][0] == '-' &&
                              strcmp(good[i].words[w] + strspn(good[i].words[w], "-"), name) == 0);
        ck_assert_msg(tried, "-%s has no row", name);
    }
}
END_TEST

/* The one line must hold each of these: option, value, what was expected. */
static const struct {
    const char *words[WORDS_MAX];
    const char *parts[3];
} bad[] = {
    {{"-m", "0"}, {"-m", "'0'", "1M to 3G"}},
    {{"-m", "4G"}, {"-m", "'4G'", "1M to 3G"}},
    {{"-m", "12q"}, {"'12q'", "1M to 3G"}},
    {{"-m", "-3"}, {"'-3'", "1M to 3G"}},
    {{"-m", "99999999999999999999"}, {"-m", "1M to 3G"}},
    {{"-m", ""}, {"-m", "''"}},
    {{"-m"}, {"-m", "expected SIZE"}},
    {{"-cpu", "pentium"}, {"-cpu", "'pentium'", "386, 486, 586 or 686"}},
    {{"-fpu", "287"}, {"-fpu", "'287'", "387 or none"}},
    {{"-hda", ""}, {"-hda", "a file name"}},
    {{"-hda", ",ro"}, {"-hda", "',ro'", "a file name"}},
    {{"-boot", "n"}, {"-boot", "'n'", "floppy"}},
    {{"-boot", "aca"}, {"-boot", "'aca'"}},
    {{"-boot", ""}, {"-boot", "''"}},
    {{"-display", "gtk"}, {"-display", "'gtk'", "terminal"}},
    {{"-display", "sdl,round"}, {"-display", "'sdl,round'", "sdl[,aspect][,full-screen]"}},
    {{"-display", "none,aspect"}, {"-display", "'none,aspect'", "none"}},
    {{"-capture", "film.mp4"}, {"-capture", "'film.mp4'", ".gif or .y4m"}},
    {{"-capture", ".gif"}, {"-capture", "'.gif'"}},
    {{"-serial", "pty"}, {"-serial", "'pty'", "mon:stdio"}},
    {{"-serial", "file:"}, {"-serial", "'file:'", "file:FILE"}},
    {{"-serial", "tcp:10.0.0.1:80"}, {"-serial", "tcp:127.0.0.1:PORT"}},
    {{"-serial", "tcp::70000"}, {"-serial", "tcp:127.0.0.1:PORT"}},
    {{"-serial", "telnet:10.0.0.1:80"}, {"-serial", "telnet:127.0.0.1:PORT"}},
    {{"-gdb", "telnet::1234"}, {"-gdb", "tcp:127.0.0.1:PORT"}},
    {{"-hda", "a.img,chs=16384/16/63"}, {"-hda", "16383/16/63"}},
    {{"-hda", "a.img,chs=100/0/63"}, {"-hda", "chs=CYLINDERS/HEADS/SECTORS"}},
    {{"-hda", "a.img,chs=100/16/64"}, {"-hda", "16383/16/63"}},
    {{"-hda", "a.img,chs=100/16"}, {"-hda", "chs=CYLINDERS/HEADS/SECTORS"}},
    {{"-hda", ",chs=1/1/1"}, {"-hda", "a file name"}},
    {{"-fda", "a.img,chs=80/2/18"}, {"-fda", "hard disk only"}},
    {{"-drive", "file=c,cyls=306,heads=4"}, {"-drive", "together"}},
    {{"-serial", "null", "-serial", "null", "-serial", "null"}, {"-serial", "at most two"}},
    {{"-parallel", "lp0"}, {"-parallel", "'lp0'", "file:FILE"}},
    {{"-rtc", "yesterday"}, {"-rtc", "'yesterday'", "1992-01-01"}},
    {{"-rtc", "2001-02-03T10"}, {"-rtc", "'2001-02-03T10'"}},
    {{"-audio", "wav:"}, {"-audio", "'wav:'", "wav:FILE"}},
    {{"-debugcon", "mon:stdio"}, {"-debugcon", "'mon:stdio'", "stdio"}},
    {{"-monitor", "file:x"}, {"-monitor", "'file:x'", "unix:PATH"}},
    {{"-speed", ""}, {"-speed", "real or max"}},
    {{"-ips", "1"}, {"-ips", "'1'", "100000"}},
    {{"-timeout", "-1"}, {"-timeout", "'-1'", "guest seconds"}},
    {{"-timeout", "nan"}, {"-timeout", "'nan'"}},
    {{"-max-insns", "0"}, {"-max-insns", "'0'", "1 or more"}},
    {{"-trace", "int,foo"}, {"-trace", "'int,foo'", "mmu"}},
    {{"-device", "e1000"}, {"-device", "'e1000'", "isa-debug-exit"}},
    {{"-device", "isa-debug-exit,iobase=0x10"}, {"-device", "0xf4 or 0x501"}},
    {{"-snapshot=off"}, {"-snapshot", "takes no value"}},
    {{"-fda", "a.img", "-fda", "b.img"}, {"-fda", "'b.img'", "one already"}},
    {{"-cdrom", ",ro"}, {"-cdrom", "a file name"}},
    {{"-gdb", "stdio"}, {"-gdb", "'stdio'", "127.0.0.1:PORT"}},
    {{"-gdb", "tcp:10.0.0.1:1234"}, {"-gdb", "127.0.0.1:PORT"}},
    {{"-gdb", "0"}, {"-gdb", "'0'"}},
    {{"-exam"}, {"-exam", "not available yet"}},
    {{"-drive", "format=raw"}, {"-drive", "file=F", "-hda"}},
    {{"-drive", "file=x,if=virtio"}, {"-drive", "if=virtio", "if=ide|floppy"}},
    {{"-drive", "file=x,format=qcow2"}, {"-drive", "format=qcow2", "format=raw"}},
    {{"-drive", "file=x,if=floppy,index=2"}, {"-drive", "index 0 or 1"}},
    {{"-drive", "file=x,index=9"}, {"-drive", "0 to 3"}},
    {{"-drive", "x"}, {"-drive", "'x'"}},
    {{"-drive", "file=x", "-hda", "y"}, {"-hda", "one already"}},
    {{"-drive"}, {"-drive", "expected a value"}},
    {{"-enable-kvm"}, {"-enable-kvm", "no such option", "-speed"}},
    {{"-d", "in_asm"}, {"-d", "'in_asm'", "-trace"}},
    {{"-machine", "q35"}, {"-machine", "q35", "-cpu"}},
    {{"-smp", "2"}, {"-smp", "2", "one processor"}},
    {{"-net", "nic"}, {"-net", "no network"}},
    {{"-vga", "cirrus"}, {"-vga", "cirrus", "std"}},
    {{"-k", "de"}, {"-k", "keyboard"}},
    {{"-icount", "auto"}, {"-icount", "-ips"}},
    {{"-no-shutdown"}, {"-no-shutdown", "power off"}},
    {{"-boot", "order=ca,menu=on"}, {"-boot", "'order=ca,menu=on'"}},
    {{"-seriel", "stdio"}, {"-seriel", "-serial"}},
    {{"--frobnicate"}, {"-frobnicate", "-help"}},
    {{"a", "b", "c", "d", "e"}, {"'e'", "at most 4 images"}},
};

START_TEST(options_refuse_in_one_line)
{
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct options options;
        struct error error = {""};
        ck_assert_msg(!parse(&options, bad[i].words, &error), "row %zu (%s) was accepted", i,
                      bad[i].words[0]);
        ck_assert_msg(!strchr(error.text, '\n'), "row %zu: more than one line", i);
        for (size_t part = 0; part < ARRAY_COUNT(bad[i].parts) && bad[i].parts[part]; part++)
            ck_assert_msg(strstr(error.text, bad[i].parts[part]) != NULL, "row %zu: no '%s' in: %s",
                          i, bad[i].parts[part], error.text);
        options_free(&options);
    }
}
END_TEST

START_TEST(memory_is_in_mebibytes_without_suffix)
{
    struct options options;
    struct error error;
    ck_assert(parse(&options, (const char *[]){"-m", "4", NULL}, &error));
    ck_assert_uint_eq(options.ram_size, 4u * MIB);
    ck_assert(parse(&options, (const char *[]){"-m", "3G", NULL}, &error));
    ck_assert_uint_eq(options.ram_size, 3072u * MIB);
    ck_assert(parse(&options, (const char *[]){"-m", "1024K", NULL}, &error));
    ck_assert_uint_eq(options.ram_size, MIB);
}
END_TEST

START_TEST(nographic_is_two_options)
{
    struct options options;
    struct error error;
    ck_assert(parse(&options, (const char *[]){"-nographic", NULL}, &error));
    ck_assert_str_eq(options.display, "none");
    ck_assert_int_eq(options.serial.kind, CHANNEL_STDIO);
    ck_assert(options.serial.monitor);
}
END_TEST

START_TEST(read_only_is_cut_from_the_file_name)
{
    struct options options;
    struct error error;
    ck_assert(
        parse(&options, (const char *[]){"-hda", "a.img,ro", "-hdb", "b,ro.img", NULL}, &error));
    ck_assert_str_eq(options.disks[0].path, "a.img");
    ck_assert(options.disks[0].read_only);
    ck_assert_str_eq(options.disks[1].path, "b,ro.img");
    ck_assert(!options.disks[1].read_only);
}
END_TEST

START_TEST(script_takes_words_until_the_next_option)
{
    struct options options;
    struct error error;
    const char *words[] = {"-script", "a.lua", "b.lua", "one", "c.lua", "-m", "4", NULL};
    ck_assert(parse(&options, words, &error));
    ck_assert_uint_eq(options.script_count, 2);
    ck_assert_str_eq(options.scripts[1], "b.lua");
    ck_assert_uint_eq(options.script_argument_count, 2);
    ck_assert_str_eq(options.script_arguments[0], "one");
    ck_assert_str_eq(options.script_arguments[1], "c.lua");
    ck_assert_uint_eq(options.ram_size, 4u * MIB);
}
END_TEST

START_TEST(script_gets_everything_after_two_dashes)
{
    struct options options;
    struct error error;
    const char *words[] = {"-script", "a.lua", "--", "-m", "b.lua", NULL};
    ck_assert(parse(&options, words, &error));
    ck_assert_uint_eq(options.script_count, 1);
    ck_assert_uint_eq(options.script_argument_count, 2);
    ck_assert_str_eq(options.script_arguments[0], "-m");
}
END_TEST

START_TEST(trace_is_a_set)
{
    struct options options;
    struct error error;
    ck_assert(parse(&options, (const char *[]){"-trace", "int,reset", NULL}, &error));
    ck_assert_uint_eq(options.trace, 1u << LOG_INT | 1u << LOG_RESET);
}
END_TEST

START_TEST(every_option_is_in_the_help)
{
    struct text_out out = TEXT_OUT_EMPTY;
    options_help(&out);
    for (unsigned i = 0; options_name(i); i++) {
        char text[64];
        snprintf(text, sizeof text, "\n  -%s ", options_name(i));
        if (strcmp(options_name(i), "h") != 0)
            ck_assert_msg(strstr(text_out_text(&out), text) != NULL, "%s", options_name(i));
    }
    text_out_free(&out);
}
END_TEST

SUITE_MAIN("options", options_accept_what_the_table_says, every_option_is_tried,
           options_refuse_in_one_line, memory_is_in_mebibytes_without_suffix,
           nographic_is_two_options, read_only_is_cut_from_the_file_name,
           script_takes_words_until_the_next_option, script_gets_everything_after_two_dashes,
           trace_is_a_set, every_option_is_in_the_help)
