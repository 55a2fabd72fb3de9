/*
 * Leaves the chips in disorder and has the processor reset, as a system does that restarts the machine:
 * POST must bring everything back. The second time it shows the keys that are typed.
 */
#include "start.inc"

    .set BEEN_HERE, 0x600 /* zero at power on, and RAM outlives a reset */

main:
    cmpw $0x1234, BEEN_HERE
    je second
    movw $0x1234, BEEN_HERE
    movw $0x0013, %ax
    int $0x10
    cli
    movw $0x3c6, %dx /* all colours black */
    xorb %al, %al
    outb %al, %dx
    movw $0x3d4, %dx
    movw $0x500c, %ax /* another start of the picture */
    outw %ax, %dx
    movw $0x3c4, %dx
    movw $0x2101, %ax /* the screen off */
    outw %ax, %dx
    movb $0x10, %al /* the timer stands */
    outb %al, $0x43
    movb $0xff, %al
    outb %al, $0x21
    movb $0x0b, %al /* periods of the clock, never acknowledged */
    outb %al, $0x70
    movb $0x42, %al
    outb %al, $0x71
    movw $0x1f2, %dx /* a sector that nobody fetches */
    movb $1, %al
    outb %al, %dx
    incw %dx
    outb %al, %dx
    movw $0x1f7, %dx
    movb $0x20, %al
    outb %al, %dx
    movw $0x3fc, %dx /* the serial line open, its divisor at hand */
    movb $0x0b, %al
    outb %al, %dx
    decw %dx
    movb $0x83, %al
    outb %al, %dx
    movb $0xf0, %al /* the keyboard in scan set 3 */
    call to_keyboard
    movb $3, %al
    call to_keyboard
    movb $0xfe, %al
    outb %al, $0x64
1:  hlt
    jmp 1b

to_keyboard:
    outb %al, $0x60
1:  inb $0x64, %al
    testb $1, %al
    jz 1b
    inb $0x60, %al
    ret

second:
    movw $ready, %si
    call print
1:  xorb %ah, %ah
    int $0x16
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    jmp 1b

ready:
    .asciz "again: "
