/*
 * The display's ROM: 55h AAh, its length, the entry that POST calls, and INT 10h. It runs at any
 * segment: constants are reached through CS (GS).
 */
    .code16

    .section .header, "ax"
    .byte 0x55, 0xaa
    .byte 0 /* units of 512 bytes; sealrom puts them in */
    jmp init
    .org 0x1e
    .ascii "IBM VGA compatible: glass386 video BIOS "
    .ascii BIOS_VERSION
    .byte 0

#include "service.h"

    SERVICE int10, video_int10

/* POST calls this far. */
init:
    pushfw
    pushw %cs
    pushw $initialized
    pushl $video_init
    jmp enter_irq
initialized:
    lretw

    .globl int10_entry
int10_entry = int10

/*
 * VBE's window function by far call: BH = 0 puts the window at 64 KB unit DX, BH = 1 tells it in DX.
 * Registers 1CEh and 1CFh are those of the display interface; 5 is its bank.
 */
    .globl vbe_window_call
vbe_window_call:
    pushw %ax
    pushw %cx
    movw %dx, %cx
    movw $0x1ce, %dx
    movw $5, %ax
    outw %ax, %dx
    incw %dx
    testb %bh, %bh
    jnz 1f
    movw %cx, %ax
    outw %ax, %dx
    jmp 2f
1:  inw %dx, %ax
    movw %ax, %cx
2:  movw %cx, %dx
    popw %cx
    popw %ax
    lretw

    .section .rom, "a"
    .globl font8x16, font8x14, font8x8
font8x16:
    .incbin "font8x16.bin"
font8x14:
    .incbin "font8x14.bin"
font8x8:
    .incbin "font8x8.bin"
