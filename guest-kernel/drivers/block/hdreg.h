#ifndef _HDREG_H
#define _HDREG_H

/* The AT disk controller's ports (ATA-1 7.2), 1F0h-1F7h and 3F6h. */
#define HD_DATA 0x1f0
#define HD_ERROR 0x1f1   /* read */
#define HD_PRECOMP 0x1f1 /* write: cylinder / 4 */
#define HD_NSECTOR 0x1f2
#define HD_SECTOR 0x1f3
#define HD_LCYL 0x1f4
#define HD_HCYL 0x1f5
#define HD_CURRENT 0x1f6 /* 101dhhhh: drive, head */
#define HD_STATUS 0x1f7  /* read */
#define HD_COMMAND 0x1f7 /* write */
#define HD_CONTROL 0x3f6

#define HD_SELECT(drive, head) (0xa0 | (drive) << 4 | (head))

#define STATUS_ERROR 0x01
#define STATUS_DRQ 0x08
#define STATUS_SEEK 0x10
#define STATUS_FAULT 0x20
#define STATUS_READY 0x40
#define STATUS_BUSY 0x80

#define CONTROL_RESET 0x04
#define CONTROL_KEPT 0x08 /* of the BIOS table's byte: more than 8 heads; never reset or IRQ off */

#define CMD_RECALIBRATE 0x10
#define CMD_READ 0x20
#define CMD_WRITE 0x30
#define CMD_SPECIFY 0x91

#endif
