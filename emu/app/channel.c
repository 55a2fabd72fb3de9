#include "app/channel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PEER_WAIT_MS 2000

void channel_init(struct channel *channel)
{
    memset(channel, 0, sizeof *channel);
    channel->listener = channel->input = channel->output = -1;
}

/* ---- opening ---- */

static bool open_null(struct channel *channel, struct error *error)
{
    (void)channel, (void)error;
    return true;
}

static bool open_stdio(struct channel *channel, struct error *error)
{
    (void)error;
    channel->input = STDIN_FILENO;
    channel->output = STDOUT_FILENO;
    return true;
}

static bool open_file(struct channel *channel, struct error *error)
{
    channel->output = open(channel->spec.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return channel->output >= 0 || error_set(error, "%s file:%.200s: cannot be written: %s",
                                             channel->option, channel->spec.path, strerror(errno));
}

static bool listen_at(struct channel *channel, const struct sockaddr *address, socklen_t size,
                      const char *name, struct error *error)
{
    int on = 1, listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool done = listener >= 0;
    if (done && address->sa_family == AF_INET)
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    done = done && bind(listener, address, size) == 0 && listen(listener, 1) == 0 &&
           fcntl(listener, F_SETFL, O_NONBLOCK) == 0;
    if (!done) {
        error_set(error, "%s %s: cannot listen there: %s", channel->option, name, strerror(errno));
        if (listener >= 0)
            close(listener);
        return false;
    }
    channel->listener = listener;
    return true;
}

static bool open_tcp(struct channel *channel, struct error *error)
{
    char name[32];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(channel->spec.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    snprintf(name, sizeof name, "%s:127.0.0.1:%u",
             channel->spec.kind == CHANNEL_TELNET ? "telnet" : "tcp", channel->spec.port);
    return listen_at(channel, (const struct sockaddr *)&address, sizeof address, name, error);
}

/* A socket that an earlier run left behind answers no more; anything else is not ours to remove. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat status;
    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return;
    if (connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno == ECONNREFUSED)
        unlink(address->sun_path);
    close(probe);
}

static bool open_unix(struct channel *channel, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(channel->spec.path);
    if (length >= sizeof address.sun_path)
        return error_set(error, "%s unix:%.200s: expected a path of at most %zu bytes",
                         channel->option, channel->spec.path, sizeof address.sun_path - 1);
    memcpy(address.sun_path, channel->spec.path, length);
    remove_stale(&address);
    return listen_at(channel, (const struct sockaddr *)&address, sizeof address, address.sun_path,
                     error);
}

static bool (*const openers[])(struct channel *channel, struct error *error) = {
    [CHANNEL_NULL] = open_null, [CHANNEL_STDIO] = open_stdio, [CHANNEL_FILE] = open_file,
    [CHANNEL_UNIX] = open_unix, [CHANNEL_TCP] = open_tcp,     [CHANNEL_TELNET] = open_tcp,
};

bool channel_open(struct channel *channel, const char *option, const struct channel_spec *spec,
                  struct error *error)
{
    channel_init(channel);
    channel->option = option;
    channel->spec = *spec;
    return openers[spec->kind](channel, error);
}

/* ---- out ---- */

static bool is_socket(const struct channel *channel)
{
    return channel->listener >= 0;
}

static void drop_peer(struct channel *channel)
{
    if (channel->input >= 0)
        close(channel->input);
    channel->input = channel->output = -1;
    channel->count = 0;
}

static ssize_t send_some(struct channel *channel)
{
    if (is_socket(channel))
        return send(channel->output, channel->bytes, channel->count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return write(channel->output, channel->bytes, channel->count);
}

static bool fail(struct channel *channel)
{
    channel->count = 0;
    channel->output = -1;
    channel->failed = true;
    const char *name = channel->spec.kind == CHANNEL_FILE ? channel->spec.path : "standard output";
    return error_set(&channel->error, "%s: %.200s: %s", channel->option, name, strerror(errno));
}

bool channel_flush(struct channel *channel)
{
    while (channel->count && channel->output >= 0) {
        ssize_t sent = send_some(channel);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && is_socket(channel)) {
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                drop_peer(channel);
            break;
        }
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd ready = {channel->output, POLLOUT, 0};
            poll(&ready, 1, 100);
            continue;
        }
        if (sent < 0)
            return fail(channel);
        channel->stalled = false;
        channel->count -= (size_t)sent;
        memmove(channel->bytes, channel->bytes + sent, channel->count);
    }
    return !channel->failed;
}

/* Waits for a peer that reads slowly, as a pipe would. One that has not read at all for so long is
   not waited for again before it does. */
static void wait_for_peer(struct channel *channel)
{
    struct pollfd ready = {channel->output, POLLOUT, 0};
    channel_flush(channel);
    if (channel->count < CHANNEL_BUFFER || channel->stalled || channel->output < 0)
        return;
    channel->stalled = poll(&ready, 1, PEER_WAIT_MS) == 0;
    channel_flush(channel);
}

static void put_byte(struct channel *channel, u8 byte)
{
    if (channel->output < 0)
        return;
    if (channel->count == CHANNEL_BUFFER)
        wait_for_peer(channel);
    if (channel->count < CHANNEL_BUFFER)
        channel->bytes[channel->count++] = byte;
}

void channel_put(void *context, u8 byte)
{
    struct channel *channel = context;
    put_byte(channel, byte);
    if (channel->spec.kind == CHANNEL_TELNET && byte == TELNET_ESCAPE)
        put_byte(channel, byte);
}

void channel_close(struct channel *channel)
{
    while (channel_flush(channel) && channel->count && channel->output >= 0 && !channel->stalled) {
        struct pollfd ready = {channel->output, POLLOUT, 0};
        channel->stalled = poll(&ready, 1, PEER_WAIT_MS) == 0;
    }
    if (is_socket(channel)) {
        drop_peer(channel);
        close(channel->listener);
        if (channel->spec.kind == CHANNEL_UNIX)
            unlink(channel->spec.path);
    } else if (channel->spec.kind == CHANNEL_FILE && channel->output >= 0) {
        close(channel->output);
    }
    bool failed = channel->failed;
    struct error error = channel->error;
    channel_init(channel);
    channel->failed = failed;
    channel->error = error;
}

/* ---- in ---- */

static void accept_peer(struct channel *channel)
{
    if (channel->listener < 0 || channel->input >= 0)
        return;
    int peer = accept(channel->listener, NULL, NULL);
    if (peer < 0)
        return;
    fcntl(peer, F_SETFD, FD_CLOEXEC);
    channel->input = channel->output = peer;
    channel->telnet = (struct telnet){0};
    for (size_t i = 0; channel->spec.kind == CHANNEL_TELNET && i < telnet_greeting_size; i++)
        put_byte(channel, telnet_greeting[i]);
}

size_t channel_read(struct channel *channel, u8 *bytes, size_t size)
{
    accept_peer(channel);
    struct pollfd ready = {channel->input, POLLIN, 0};
    if (channel->input < 0 || poll(&ready, 1, 0) <= 0)
        return 0;
    ssize_t count = read(channel->input, bytes, size);
    if (count > 0)
        return channel->spec.kind == CHANNEL_TELNET
                   ? telnet_strip(&channel->telnet, bytes, (size_t)count)
                   : (size_t)count;
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (is_socket(channel)) {
        drop_peer(channel);
    } else {
        channel->input = -1;
        channel->at_end = true;
    }
    return 0;
}

int channel_descriptor(const struct channel *channel)
{
    return channel->input >= 0 ? channel->input : channel->listener;
}
