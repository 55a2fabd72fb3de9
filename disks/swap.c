#include "swap.h"

#include "geometry.h"

#include <string.h>

static const char signature[] = "SWAP-SPACE";

void swap_format(uint8_t *area, unsigned sectors)
{
    enum { LENGTH = sizeof(signature) - 1, MOST_PAGES = (SWAP_PAGE_SIZE - LENGTH) * 8 };
    unsigned pages = sectors / (SWAP_PAGE_SIZE / SECTOR_SIZE);

    if (pages > MOST_PAGES)
        pages = MOST_PAGES;
    for (unsigned page = 1; page < pages; page++)
        area[page / 8] |= (uint8_t)(1u << page % 8);
    memcpy(area + SWAP_PAGE_SIZE - LENGTH, signature, LENGTH);
}
