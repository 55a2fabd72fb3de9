/* Calls the vectors of three faults, which must return, and then makes the one whose key is typed. */
#include "start.inc"

main:
    int $0x00
    int $0x06
    int $0x07
    movw $called, %si
    call print
    movb $0x00, %ah
    int $0x16
    cmpb $'6', %al
    jb divide
    je invalid
    movl %cr0, %eax
    orb $4, %al /* EM */
    movl %eax, %cr0
coprocessor:
    fld1
    jmp .
divide:
    xorw %cx, %cx
    divw %cx
    jmp .
invalid:
    .byte 0x0f, 0xff
    jmp .

called:
    .asciz "called "
