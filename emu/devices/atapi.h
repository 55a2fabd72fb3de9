#ifndef GLASS386_DEVICES_ATAPI_H
#define GLASS386_DEVICES_ATAPI_H

#include "devices/ide.h"

/* The packets of a CD-ROM drive; ide.c has the task file and the data port. */

/* PACKET: asks the host for the command; what happens when it is there and when BSY ends. */
void atapi_start_packet(struct ide *ide);
void atapi_packet_written(struct ide *ide);
void atapi_end_packet(struct ide *ide);
/* The host has taken a block of the answer: the next one, or the end. */
void atapi_continue(struct ide *ide);

void atapi_end_identify(struct ide *ide);
void atapi_end_device_reset(struct ide *ide);
/* Commands for disks are aborted, and the signature says why. */
void atapi_end_not_a_disk(struct ide *ide);

/* The state after power on or a hardware reset. */
void atapi_power_on(struct ide_drive *drive);
void atapi_medium_changed(struct ide_drive *drive);

/* True when the selected drive is one that hears DEVICE RESET while it is busy. */
bool atapi_takes_reset(const struct ide *ide);
/* After a snapshot: the numbers of the selected drive's transfer fit together. */
bool atapi_is_sane(const struct ide *ide);

#endif
