/*
 * Says R at COM1 until something comes, sends back 1 MB of it, at 115200 baud with FIFO, and leaves through
 * the exit port: 0, or the line status register where it tells of a lost or broken character.
 */
#include "start.inc"
    .set COM1, 0x3f8
    .set LINE_STATUS, COM1 + 5
    .set EXIT_PORT, 0xf4

    .macro OUT port, value
    movw $\port, %dx
    movb $\value, %al
    outb %al, %dx
    .endm

main:
    OUT COM1 + 3, 0x80 /* divisor 1 */
    OUT COM1, 1
    OUT COM1 + 1, 0
    OUT COM1 + 3, 0x03 /* 8 bits, no parity */
    OUT COM1 + 2, 0xc7 /* FIFO on and empty */
    OUT COM1 + 4, 0x03 /* DTR, RTS */
ready: /* what came before is thrown away */
    OUT COM1, 'R'
    movw $2000, %cx
    movw $LINE_STATUS, %dx
1:  inb %dx, %al
    testb $1, %al
    jnz begin
    loop 1b
    jmp ready
begin:
    movl $0x100000, %ecx
next:
    movw $LINE_STATUS, %dx
1:  inb %dx, %al
    testb $0x1e, %al /* overrun, parity, framing, break */
    jnz lost
    testb $1, %al
    jz 1b
    movw $COM1, %dx
    inb %dx, %al
    movb %al, %bl
    movw $LINE_STATUS, %dx
2:  inb %dx, %al
    testb $0x1e, %al
    jnz lost
    testb $0x20, %al
    jz 2b
    movb %bl, %al
    movw $COM1, %dx
    outb %al, %dx
    decl %ecx
    jnz next
    movw $LINE_STATUS, %dx
3:  inb %dx, %al
    testb $0x40, %al /* the last one is out */
    jz 3b
    xorb %al, %al
lost:
    outb %al, $EXIT_PORT
    hlt
