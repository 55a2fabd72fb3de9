#ifndef GLASS386_DEVICES_ATAPI_PAGES_H
#define GLASS386_DEVICES_ATAPI_PAGES_H

#include "devices/ide.h"

/* What a CD-ROM drive says of itself and its disc. Each fills `data` (at least 512 bytes) and gives
   the length of the whole answer; 0 for a packet that asks for what is not there. Numbers in them
   are big endian. */

void atapi_store_big32(u8 *to, u32 value);

u32 atapi_put_sense(const struct atapi *atapi, u8 *data);
u32 atapi_put_inquiry(u8 *data);
/* MODE SENSE (6) in its short form, (10) else, for the page that the drive's packet names. */
u32 atapi_put_mode_pages(const struct ide_drive *drive, bool disc, bool short_form, u8 *data);
u32 atapi_put_toc(const u8 *packet, u32 sectors, u8 *data);
u32 atapi_put_header(const u8 *packet, u8 *data);
u32 atapi_put_subchannel(const u8 *packet, u8 *data);
u32 atapi_put_disc_information(u8 *data);
u32 atapi_put_configuration(const u8 *packet, bool disc, u8 *data);

/* IDENTIFY PACKET DEVICE: 512 bytes, little endian as all of ATA. */
void atapi_identify(u8 *data);

#endif
