/*
 * Calls services with a stack that begins at the very end of its segment: SP = 0, as boot sectors like
 * it. Nothing of the BIOS may reach beyond; a protection fault would end in an endless loop.
 */
#include "start.inc"

main:
    movw $0x8000, %ax
    movw %ax, %ss
    xorw %sp, %sp
    movw $calls, %si
next:
    movw %si, here
    movb (%si), %al
    movb %al, number + 1
    movw 2(%si), %ax
    xorw %bx, %bx
    movw $1, %cx
    movw $0x0080, %dx
    movw $0x600, %di
    movw %di, %si
    jmp number /* a jump, since the number was just written */
number:
    int $0
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    cld
    movw here, %si
    addw $4, %si
    cmpw $calls_end, %si
    jne next
    movw $done, %si
    call print
1:  hlt
    jmp 1b

here:
    .word 0
    .macro CALL number, ax
    .word \number, \ax
    .endm
calls:
    CALL 0x16, 0x0100
    CALL 0x16, 0x0200
    CALL 0x16, 0x1100
    CALL 0x16, 0x1200
    CALL 0x16, 0x0900
    CALL 0x11, 0
    CALL 0x12, 0
    CALL 0x13, 0x0100
    CALL 0x13, 0x0800
    CALL 0x13, 0x1500
    CALL 0x13, 0x4100
    CALL 0x14, 0x0300
    CALL 0x15, 0x2402
    CALL 0x15, 0x4f00
    CALL 0x15, 0x5300
    CALL 0x15, 0x7700
    CALL 0x15, 0x8800
    CALL 0x15, 0x9000
    CALL 0x15, 0xc000
    CALL 0x15, 0xc100
    CALL 0x15, 0xc200
    CALL 0x15, 0xe801
    CALL 0x17, 0x0200
    CALL 0x1a, 0x0000
    CALL 0x1a, 0x0200
    CALL 0x1a, 0x0400
    CALL 0x1a, 0xb101
    CALL 0x10, 0x0300
    CALL 0x10, 0x0800
    CALL 0x10, 0x0f00
    CALL 0x10, 0x1130
    CALL 0x10, 0x1a00
    CALL 0x10, 0x1b00
    CALL 0x10, 0x1c00
    CALL 0x10, 0x4f00
    CALL 0x10, 0x4f03
calls_end:
done:
    .asciz "all came back"
