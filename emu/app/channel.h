#ifndef GLASS386_APP_CHANNEL_H
#define GLASS386_APP_CHANNEL_H

#include "app/options.h"
#include "app/telnet.h"

/* A host end for bytes: standard input and output, a file, a socket that listens. Sockets listen on
   127.0.0.1 or a path, take one peer at a time, wait for it as long as it reads at all, and drop
   what nobody is there to read. */

#define CHANNEL_BUFFER 8192u

struct channel {
    const char *option; /* for messages: "-serial" */
    struct channel_spec spec;
    int listener, input, output; /* -1 = none */
    bool stalled;                /* the peer has not read for some time */
    bool at_end;                 /* standard input has ended */
    bool failed;                 /* a host error stands in `error` */
    struct error error;
    struct telnet telnet; /* of the peer there is */
    size_t count;
    u8 bytes[CHANNEL_BUFFER]; /* on their way out */
};

/* A channel that is not open: all calls on it do nothing. */
void channel_init(struct channel *channel);
bool channel_open(struct channel *channel, const char *option, const struct channel_spec *spec,
                  struct error *error);
/* Writes what is left and closes; harmless on one that is not open. */
void channel_close(struct channel *channel);

/* Queues bytes; context is the channel (a struct byte_sink's write). */
void channel_put(void *channel, u8 byte);
/* Writes what is queued; false on a host error (channel->error). */
bool channel_flush(struct channel *channel);

/* Bytes that have come, without waiting: 0 when there are none. Takes a waiting peer first. */
size_t channel_read(struct channel *channel, u8 *bytes, size_t size);
/* Descriptor whose input is worth waking up for; -1 = none. */
int channel_descriptor(const struct channel *channel);

#endif
