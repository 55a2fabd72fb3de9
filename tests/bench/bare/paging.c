/* TLB flushes and page faults. */
#include "kernel.h"

#define AREA 0x800000u /* 4 MB that nothing else uses */
#define PAGE 4096u
#define TOUCHES 256
#define FLUSHES 800
#define FAULT_PAGES 1024
#define FAULT_ROUNDS 8

/* CR3 is loaded anew after every 256 touches of as many pages. */
u32 tlb_flushes(void)
{
    volatile u32 *area = (volatile u32 *)AREA;
    u32 sum = 0;
    paging_on();
    for (u32 i = 0; i < TOUCHES; i++)
        area[i * PAGE / 4] = i;
    for (u32 flush = 0; flush < FLUSHES; flush++) {
        tlb_flush();
        for (u32 i = 0; i < TOUCHES; i++)
            sum += area[i * PAGE / 4] ^ flush;
    }
    paging_off();
    return sum;
}

/* A page that is not present is never in the TLB (PRM 5.2.4), so the handler need not flush. */
static int page_in(struct frame *frame)
{
    u32 linear;
    __asm__ volatile("movl %%cr2, %0" : "=r"(linear));
    if (linear < AREA || frame->error & 1)
        return 1;
    *page_entry(linear) |= 1;
    return 0;
}

u32 page_faults(void)
{
    u32 sum = 0;
    exception_handlers[14] = page_in;
    paging_on();
    for (u32 round = 0; round < FAULT_ROUNDS; round++) {
        for (u32 i = 0; i < FAULT_PAGES; i++)
            *page_entry(AREA + i * PAGE) &= ~1u;
        tlb_flush();
        for (u32 i = 0; i < FAULT_PAGES; i++) {
            volatile u32 *word = (volatile u32 *)(AREA + i * PAGE);
            *word = i ^ round;
            sum = sum * 3 + *word;
        }
    }
    paging_off();
    return sum;
}
