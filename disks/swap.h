/* The swap area of Linux 0.12. */
#ifndef DISKS_SWAP_H
#define DISKS_SWAP_H

#include <stdint.h>

/*
 * Writes page 0 of a swap area of `sectors` sectors: a bitmap where a set bit is a free page. Bit 0
 * (this page itself) and every bit past the end are 0; the last ten bytes read "SWAP-SPACE".
 */
void swap_format(uint8_t *area, unsigned sectors);

#endif
