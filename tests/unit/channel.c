/* Host ends for bytes: a file, a socket, and what is refused. */
#include "app/channel.h"
#include "support/suite.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/glass386-channel-XXXXXX";

static void make_spec(struct channel_spec *spec, enum channel_kind kind, const char *name)
{
    *spec = (struct channel_spec){.kind = kind};
    snprintf(spec->path, sizeof spec->path, "%s/%s", folder, name);
}

static void put_text(struct channel *channel, const char *text)
{
    while (*text)
        channel_put(channel, (u8)*text++);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
    int peer = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
    return peer;
}

START_TEST(file_holds_what_was_put)
{
    struct channel channel;
    struct channel_spec spec;
    struct error error;
    char text[32] = "";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_spec(&spec, CHANNEL_FILE, "out");
    ck_assert(channel_open(&channel, "-serial", &spec, &error));
    put_text(&channel, "hello\n");
    channel_close(&channel);
    FILE *file = fopen(spec.path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    ck_assert_str_eq(text, "hello\n");
    fclose(file);
    unlink(spec.path);
    rmdir(folder);
}
END_TEST

START_TEST(file_that_cannot_be_made_is_named)
{
    struct channel channel;
    struct channel_spec spec = {.kind = CHANNEL_FILE, .path = "/nowhere/at/all"};
    struct error error;
    ck_assert(!channel_open(&channel, "-serial", &spec, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "-serial file:/nowhere/at/all"));
    channel_close(&channel);
}
END_TEST

START_TEST(full_device_fails_the_flush)
{
    struct channel channel;
    struct channel_spec spec = {.kind = CHANNEL_FILE, .path = "/dev/full"};
    struct error error;
    ck_assert(channel_open(&channel, "-debugcon", &spec, &error));
    put_text(&channel, "x");
    ck_assert(!channel_flush(&channel));
    ck_assert_ptr_nonnull(strstr(channel.error.text, "/dev/full"));
    channel_close(&channel);
}
END_TEST

START_TEST(socket_takes_one_peer_after_another)
{
    struct channel channel;
    struct channel_spec spec;
    struct error error;
    u8 bytes[16];
    char text[16] = "";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_spec(&spec, CHANNEL_UNIX, "line");
    ck_assert_msg(channel_open(&channel, "-serial", &spec, &error), "%s", error.text);
    put_text(&channel, "nobody hears this");
    for (int round = 0; round < 2; round++) {
        int peer = connect_to(spec.path);
        ck_assert_uint_eq(channel_read(&channel, bytes, sizeof bytes), 0);
        put_text(&channel, "hi");
        ck_assert(channel_flush(&channel));
        ck_assert_int_eq(read(peer, text, sizeof text), 2);
        ck_assert_mem_eq(text, "hi", 2);
        ck_assert_int_eq(write(peer, "ok", 2), 2);
        ck_assert_uint_eq(channel_read(&channel, bytes, sizeof bytes), 2);
        close(peer);
        ck_assert_uint_eq(channel_read(&channel, bytes, sizeof bytes), 0);
    }
    channel_close(&channel);
    ck_assert_int_ne(access(spec.path, F_OK), 0);
    rmdir(folder);
}
END_TEST

START_TEST(socket_leaves_other_files_alone)
{
    struct channel channel;
    struct channel_spec spec;
    struct error error;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_spec(&spec, CHANNEL_UNIX, "precious");
    FILE *file = fopen(spec.path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    ck_assert(!channel_open(&channel, "-monitor", &spec, &error));
    ck_assert_int_eq(access(spec.path, F_OK), 0);
    unlink(spec.path);
    rmdir(folder);
}
END_TEST

static int connect_to_port(u16 port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
    return peer;
}

/* A port that nobody has at the moment. */
static u16 free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(probe, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(probe, (struct sockaddr *)&address, &size), 0);
    close(probe);
    return ntohs(address.sin_port);
}

static size_t read_all(struct channel *channel, u8 *bytes, size_t expected)
{
    size_t count = 0;
    for (int i = 0; i < 1000 && count < expected; i++) {
        count += channel_read(channel, bytes + count, 64);
        usleep(1000);
    }
    return count;
}

/* Commands cut in two, an option's long form, FFh as data, a bare CR: only data comes through, and
   the peer hears the offers first and FFh twice. */
START_TEST(telnet_strips_negotiation)
{
    struct channel channel;
    struct channel_spec spec = {.kind = CHANNEL_TELNET, .port = free_port()};
    struct error error;
    u8 bytes[128], heard[32];
    ck_assert_msg(channel_open(&channel, "-serial", &spec, &error), "%s", error.text);
    int peer = connect_to_port(spec.port);
    ck_assert_uint_eq(read_all(&channel, bytes, 0), 0);
    ck_assert_int_eq(write(peer, "\377\375\001a\377", 5), 5);
    ck_assert_uint_eq(read_all(&channel, bytes, 1), 1);
    static const char rest[] =
        "\373\037b\377\372\030\000xt\377\377\377\360c\r\0d\377\377e\377\361f\377\373\0\r\0g";
    ck_assert_int_eq(write(peer, rest, sizeof rest - 1), sizeof rest - 1);
    static const u8 data[] = "abc\rd\377ef\r\0g"; /* the last NUL behind "WILL binary" */
    ck_assert_uint_eq(1 + read_all(&channel, bytes + 1, sizeof data - 2), sizeof data - 1);
    ck_assert_mem_eq(bytes, data, sizeof data - 1);
    channel_put(&channel, 'x');
    channel_put(&channel, 255);
    ck_assert(channel_flush(&channel));
    ck_assert_int_eq(recv(peer, heard, telnet_greeting_size + 3, MSG_WAITALL),
                     telnet_greeting_size + 3);
    ck_assert_mem_eq(heard, telnet_greeting, telnet_greeting_size);
    ck_assert_mem_eq(heard + telnet_greeting_size, "x\377\377", 3);
    close(peer);
    channel_close(&channel);
}
END_TEST

SUITE_MAIN("channel", file_holds_what_was_put, file_that_cannot_be_made_is_named,
           full_device_fails_the_flush, socket_takes_one_peer_after_another,
           socket_leaves_other_files_alone, telnet_strips_negotiation)
